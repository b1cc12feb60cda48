import { openWorkingTree } from '../clients/working-tree.ts';
import { suggestNext } from '../domain/suggestion.ts';
import { history } from './history.ts';
import { projectOf } from './project.ts';
import { lines } from './words.ts';

export async function next(path: string, options: { json?: boolean; project?: string }): Promise<void> {
  const tree = await openWorkingTree(path);
  const { versions, commits, notes } = await history(tree, await projectOf(tree, options.project));
  const { reasons, ...answer } = suggestNext(versions, commits);
  const suggestion = { ...answer, reasons: [...reasons, ...notes] };
  if (options.json) {
    process.stdout.write(`${JSON.stringify(suggestion, null, 2)}\n`);
    return;
  }
  const { last, bump } = suggestion;
  process.stdout.write(
    `last  ${last ?? 'none'}\nbump  ${bump}\nnext  ${suggestion.next ?? 'none'}\n${lines('because', suggestion.reasons)}`,
  );
}
