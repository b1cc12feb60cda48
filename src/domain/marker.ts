/** How every mark of ours in texts on GitHub begins. */
export const MARKED = '<!-- slipway:';

/** Told in the body of what a run makes, so that it finds its own again. */
export function marker(id: string): string {
  return `${MARKED}${id} -->`;
}

/** At the top of the one comment that a run keeps up to date; `run` is the first of the executions that belong together. */
export function commentMarker({ id, run }: { readonly id: string; readonly run: string }): string {
  return marker(`comment:${id}:${run}`);
}
