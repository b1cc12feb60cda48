import type { Change } from '../journal.ts';
import { ruleOf } from './branch-rules.ts';
import { type BackendRequest, gitBackend } from './git/backend.ts';
import { receiveCommands } from './git/receive-commands.ts';
import { findRef } from './git/refs.ts';
import { followMoves, type Move } from './moves.ts';
import type { Repository } from './repository.ts';
import type { Ctx } from './world.ts';

interface Pushed {
  answer: Response;
  moves: Move[];
}

/** A reference that git did not move after all: its change is none. */
class Unmoved extends Error {}

/**
 * One push: every reference that it moves is a change of its own, and git's answer is held back
 * until all of them are stored and recorded.
 */
export async function receivePush(
  c: Ctx,
  request: (body: Uint8Array, env: Record<string, string>) => BackendRequest,
): Promise<Response> {
  const { repository } = c.var;
  const body = new Uint8Array(await c.req.arrayBuffer());
  const asked = receiveCommands(body, c.req.header('content-encoding'));
  const refs = asked.map(({ ref }) => ref);
  const current = await valuesOf(repository, refs);
  const moving = asked.filter(({ ref, from, to }) => current.get(ref) === from && from !== to);
  const changes = moving.map(({ ref, to }) => changeOf(repository, ref, to)).reverse();
  const work = () => repository.alone(() => receive(c, refs, request(body, hookEnvironment(repository, refs))));
  return (await eachAsChange(c, changes, work)).answer;
}

async function receive(c: Ctx, refs: readonly string[], request: BackendRequest): Promise<Pushed> {
  const { repository } = c.var;
  const before = await valuesOf(repository, refs);
  const { body, status, headers } = await gitBackend(request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const after = await valuesOf(repository, refs);
  const moves = refs
    .map((name) => ({ name, from: before.get(name), to: after.get(name) }))
    .filter(({ from, to }) => from !== to);
  if (moves.length > 0) await followMoves(c, moves);
  return { answer: new Response(Buffer.concat(chunks), { status, headers }), moves };
}

async function valuesOf({ git }: Repository, refs: readonly string[]): Promise<Map<string, string | undefined>> {
  return new Map(await Promise.all(refs.map(async (ref) => [ref, (await findRef(git, ref))?.sha] as const)));
}

type What = Omit<Change, 'at'> & { ref: string };

function changeOf({ fullName }: Repository, ref: string, to: string | undefined): What {
  const digest = to === undefined ? {} : { digest: to };
  return { server: 'git', action: 'push', target: `${fullName} ${ref}`, ref, ...digest };
}

/** Nests the changes, so that the points before the store come before git and those after it behind it, for all of them. */
async function eachAsChange(c: Ctx, changes: readonly What[], work: () => Promise<Pushed>): Promise<Pushed> {
  const [first, ...others] = changes;
  if (!first) return work();
  const { ref, ...what } = first;
  let pushed: Pushed | undefined;
  let lost: unknown; // an answer that a planned fault took, although all is stored
  try {
    await c.var.world.journal.change(c, what, async () => {
      try {
        await eachAsChange(c, others, async () => {
          pushed = await work();
          return pushed;
        });
      } catch (error) {
        if (!pushed) throw error;
        lost = error;
      }
      if (!pushed!.moves.some((move) => move.name === ref)) throw new Unmoved();
    });
  } catch (error) {
    if (!(error instanceof Unmoved)) throw error;
  }
  if (lost) throw lost;
  return pushed!;
}

/** What the repository's `update` hook has to refuse. */
function hookEnvironment({ record }: Repository, refs: readonly string[]): Record<string, string> {
  const branches = refs.filter((ref) => ref.startsWith('refs/heads/'));
  const ruled = branches.filter((ref) => ruleOf(record, ref.slice('refs/heads/'.length)));
  const reviewed = ruled.filter((ref) => reviewsWanted(record, ref));
  return {
    SANDBOX_REVIEWED: reviewed.join(' '),
    SANDBOX_GUARDED: ruled.filter((ref) => !reviewed.includes(ref)).join(' '),
    SANDBOX_LOCKED: record.lockedTags.map((tag) => `refs/tags/${tag}`).join(' '),
  };
}

function reviewsWanted(record: Repository['record'], ref: string): boolean {
  return ruleOf(record, ref.slice('refs/heads/'.length))!.pullRequest;
}
