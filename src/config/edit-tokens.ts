import { isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { Problem } from '../domain/problem.ts';

export interface KeptToken {
  readonly sha256: string;
  readonly expires?: string;
  readonly name?: string;
}

/** slipway.yaml with one more token of a person; comments and all else stay as they are. */
export function withToken(text: string, login: string, token: KeptToken): string {
  const document = parseDocument(text);
  const person = personIn(document, login);
  const added = document.createNode(token, { flow: true });
  const tokens = person.get('tokens');
  if (isSeq(tokens)) tokens.add(added);
  else person.set('tokens', document.createNode([added]));
  return document.toString({ lineWidth: 0 });
}

/** slipway.yaml without a person's tokens whose hash begins so, and which those were. */
export function withoutTokens(text: string, login: string, beginning: string): { text: string; removed: KeptToken[] } {
  const document = parseDocument(text);
  const tokens = personIn(document, login).get('tokens');
  if (!isSeq(tokens)) return { text, removed: [] };
  const goes = (item: unknown) => keptIn(item).sha256.startsWith(beginning);
  const removed = tokens.items.filter(goes).map(keptIn);
  (tokens as YAMLSeq).items = tokens.items.filter((item) => !goes(item));
  return { text: removed.length === 0 ? text : document.toString({ lineWidth: 0 }), removed };
}

export function tokensOf(text: string, login: string): KeptToken[] {
  const tokens = personIn(parseDocument(text), login).get('tokens');
  return isSeq(tokens) ? tokens.items.map(keptIn) : [];
}

function personIn(document: ReturnType<typeof parseDocument>, login: string): YAMLMap {
  const people = document.get('people');
  const found = isSeq(people) ? people.items.find((one) => isMap(one) && one.get('login') === login) : undefined;
  if (isMap(found)) return found;
  throw new Problem('configuration-invalid', `slipway.yaml knows no person with the login ${login}`);
}

function keptIn(item: unknown): KeptToken {
  const token = isMap(item) ? item.toJSON() : { sha256: String(item) };
  return token as KeptToken;
}
