import { expect, test } from 'vitest';
import { keptProjects } from '../../src/activities/kept-project.ts';
import { Problem } from '../../src/domain/problem.ts';

const kept = (name: string) => ({ name, digest: `sha256:${name}`, size: 1 });

function worker(contents: Record<string, string>) {
  const reads: string[] = [];
  const { inbound } = keptProjects({
    async text(digest) {
      reads.push(digest);
      const text = contents[digest];
      if (text === undefined) throw new Problem('artifact-missing', `${digest} is not there`);
      return text;
    },
  })({} as never);
  const execute = (...args: unknown[]) =>
    inbound!.execute!({ args, headers: {} } as never, async (input) => input.args);
  return { execute, reads };
}

test('kept project: it takes the place of its reference, and is read once', async () => {
  const { execute, reads } = worker({ 'sha256:a': '{"project":"sample"}' });
  for (const version of ['1.0.0', '1.1.0'])
    expect(await execute({ project: { kept: kept('a') }, version })).toEqual([
      { project: { project: 'sample' }, version },
    ]);
  expect(reads).toEqual(['sha256:a']);
});

test('kept project: an input without one is left as it is', async () => {
  const { execute, reads } = worker({});
  for (const args of [[], ['text'], [{ project: 'sample' }], [{ project: { title: 'whole' } }], [null]])
    expect(await execute(...args)).toEqual(args);
  expect(reads).toEqual([]);
});

test('kept project: one that is missing is a problem of the activity, which then does nothing', async () => {
  const { execute } = worker({});
  await expect(execute({ project: { kept: kept('gone') } })).rejects.toMatchObject({ code: 'artifact-missing' });
});
