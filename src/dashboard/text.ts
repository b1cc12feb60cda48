import { html } from 'hono/html';
import type { Html } from './words.ts';

/** A unified diff, its added and removed lines marked. */
export function diffLines(diff: string): Html[] {
  return diff.split('\n').map((line) => {
    const kind = /^(\+\+\+|---|diff |index |new file|deleted file)/.test(line)
      ? 'file'
      : line.startsWith('@@')
        ? 'hunk'
        : line.startsWith('+')
          ? 'added'
          : line.startsWith('-')
            ? 'removed'
            : '';
    return kind === '' ? html`${line}\n` : html`<span class="${kind}">${line}</span>\n`;
  });
}

/** `names` between back-ticks as code. */
function inline(text: string): (Html | string)[] {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

/** A changelog's headings, lists and paragraphs; what else Markdown has stays as it was written. */
export function prose(markdown: string): Html[] {
  const found: Html[] = [];
  let items: string[] = [];
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) found.push(html`<p>${inline(words.join(' '))}</p>`);
    if (items.length > 0) found.push(html`<ul>${items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`);
    words = [];
    items = [];
  };
  for (const line of markdown.split('\n')) {
    const [, item] = /^\s*[-*+]\s+(.*)$/.exec(line) ?? [];
    const [, heading] = /^#{1,6}\s+(.*)$/.exec(line) ?? [];
    if (heading !== undefined || line.trim() === '' || (item !== undefined && words.length > 0)) flush();
    if (heading !== undefined) found.push(html`<h3>${heading}</h3>`);
    else if (item !== undefined) items.push(item);
    else if (line.trim() !== '' && items.length > 0) items.push(`${items.pop()} ${line.trim()}`);
    else if (line.trim() !== '') words.push(line.trim());
  }
  flush();
  return found;
}
