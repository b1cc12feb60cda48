const CODE = /(```[\s\S]*?```|`[^`\n]*`)/;

/** Markdown that somebody else wrote, as it is but for raw HTML: no tag, no comment that could pass for a mark of ours. */
export function withoutHtml(markdown: string): string {
  return markdown
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll('<!--', '<!- -') : escapedTags(part)))
    .join('');
}

/** `<https://…>` stays a link. */
function escapedTags(text: string): string {
  return text.replace(/<(?!https?:\/\/[^\s<>]+>)(?=[a-z/!?])/gi, '&lt;');
}

/** Words of a failure or of a person inside Markdown: shown, never read as marks, links or mentions. */
export function asPlain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/@(?=\w)/g, '@\u200b');
}

/** Slack reads `<`, `>` and `&` as its own; `<!channel>` would wake everybody. */
export function asSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Markdown as Slack writes it: headings and strong words bold, bullets as dots, links in its own form. */
export function slackFromMarkdown(markdown: string): string {
  return asSlack(markdown)
    .replace(/^#{1,6}\s+(.+?)\s*#*$/gm, '*$1*')
    .replace(/\*\*(.+?)\*\*/g, '*$1*')
    .replace(/^(\s*)[-*+]\s+/gm, '$1• ')
    .replace(/\[([^\]\n]+)\]\((https?:\/\/[^\s)|]+)\)/g, '<$2|$1>');
}

export function clamped(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
