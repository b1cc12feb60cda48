/** Text of bytes, without loss: UTF-8 with its byte order mark kept, or one character a byte where the bytes are not UTF-8. */
export function exactText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

/** The bytes of a text that `exactText` made from `original`, edited or not. */
export function exactBytes(text: string, original: Uint8Array): Uint8Array {
  return isUtf8(original) ? new TextEncoder().encode(text) : Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
