import { Document, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Detection } from '../domain/detection/detect-project.ts';

/** The project file as YAML, each part with a comment that says where it was found. */
export function writeDetected({ file, comments, missing }: Detection): string {
  const content = { ...file, repository: file.repository ?? 'https://github.com/OWNER/NAME.git' };
  const document = new Document(content);
  const map = document.contents as unknown as YAMLMap;
  const open = missing.map((text) => `\n - ${text}`).join('');
  document.commentBefore = ` Written by "slipway detect" from what the repository shows; every other setting has its default.${
    missing.length === 0 ? '' : `\n\n To look at:${open}`
  }`;
  map.items.forEach((pair, index) => {
    const { key, value } = pair as Pair<Node, Node>;
    const name = isScalar(key) ? String(key.value) : '';
    const comment = comments[name as keyof typeof comments];
    if (comment !== undefined && comment !== '') {
      key.commentBefore = comment.replace(/^/gm, ' ');
      key.spaceBefore = index > 0;
    }
    inline(value);
  });
  if (comments.publish !== undefined && comments.publish !== '' && file.publish === undefined) {
    document.comment = comments.publish.replace(/^/gm, ' ');
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** Short lists and maps on one line; a list of gates has one line each. What is not plainly a word is quoted inside them. */
function inline(value: unknown, inside = false): void {
  if (isScalar(value) && inside && typeof value.value === 'string' && /[^\w./-]|^[-.]/.test(value.value)) {
    value.type = 'QUOTE_DOUBLE';
  }
  if (!isMap(value) && !isSeq(value)) return;
  const listOfMaps = isSeq(value) && value.items.some((item) => isMap(item));
  const short = !listOfMaps && JSON.stringify(value.toJSON()).length < 110;
  if (short) value.flow = true;
  for (const item of value.items) inline(isPair(item) ? item.value : item, inside || short);
}
