/** GitHub's global ids: opaque, but the same each time. */
export function nodeId(kind: string, ...key: (string | number)[]): string {
  return `${kind}_${Buffer.from(key.join(':')).toString('base64url')}`;
}
