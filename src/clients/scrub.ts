/** What a secret looks like in output: as it is, in a URL, and in base64 (at any of three alignments, as inside `Basic user:token`). */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 4) continue; // shorter ones would blank out ordinary words
    forms.add(secret);
    forms.add(encodeURIComponent(secret));
    for (const form of secret.length < 9 ? [] : base64Forms(secret)) {
      forms.add(form);
      forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Base64 of the secret as the middle of something longer: the characters that depend on its neighbours are cut off. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((before * 8) / 6), whole);
  });
}

export function scrub(text: string, forms: readonly string[]): string {
  return forms.reduce((scrubbed, form) => scrubbed.replaceAll(form, '***'), text);
}

/** Scrubs a stream piece by piece; holds back as much as could be the beginning of a secret. Bytes travel as latin1, so nothing else changes. */
export function scrubber(secrets: readonly string[]): { push(chunk: Buffer): Buffer; end(): Buffer } {
  const forms = secretForms(secrets).map((form) => Buffer.from(form).toString('latin1'));
  let held = '';
  const release = (text: string, keep: number) => {
    held = keep === 0 ? '' : text.slice(-keep);
    return Buffer.from(text.slice(0, text.length - held.length), 'latin1');
  };
  return {
    push(chunk) {
      if (forms.length === 0) return chunk;
      const text = scrub(held + chunk.toString('latin1'), forms);
      return release(text, beginningAtEnd(text, forms));
    },
    end: () => release(held, 0),
  };
}

/** Length of the longest end of `text` with which one of the forms begins. */
function beginningAtEnd(text: string, forms: readonly string[]): number {
  let longest = 0;
  for (const form of forms) {
    for (let size = Math.min(form.length - 1, text.length); size > longest; size--) {
      if (text.endsWith(form.slice(0, size))) longest = size;
    }
  }
  return longest;
}
