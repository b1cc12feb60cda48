import { randomUUID } from 'node:crypto';
import { Problem } from '../../domain/problem.ts';
import { assertSignedOff, countedSignOffs } from '../../domain/run/approval.ts';
import {
  faultOfProof,
  type PublicKeys,
  readProof,
  type Signatures,
  type StartProof,
  signedSignal,
  signedStart,
} from '../../domain/run/proof.ts';
import type { SignOff } from '../../domain/run/state.ts';
import { type Approval, type ReleaseContext, WORKFLOW_QUEUE } from '../index.ts';
import type { Started } from '../ports.ts';
import type { PublishDeps } from './deps.ts';

type Deps = Pick<PublishDeps, 'archive' | 'caller' | 'directory' | 'executions'>;
type Execution = { readonly id: string; readonly runId: string };

const AROUND = 'it was started around the API: no proof comes with it';

/** Why the run that asks does nothing at all: it was not started by the API, nor by a run that was. */
export async function faultOfCaller(deps: Deps, signatures: Signatures): Promise<string | undefined> {
  const { unsignedSignals, keys } = signatures;
  if (unsignedSignals === 'accept' && Object.keys(keys).length === 0) return undefined;
  const execution = deps.caller();
  const started = await deps.executions.started(execution.id, execution.runId);
  if (unsignedSignals === 'accept' && sentWith(started).proof === undefined) return undefined;
  return faultOfStart(deps, keys, { ...execution, started });
}

/** Lets a run that a trusted one asks for be started without a key: noted where nobody writes who only reaches Temporal. */
export async function ticketFor(deps: Deps, id: string): Promise<{ ticket?: string }> {
  const signatures = await deps.directory.signatures();
  if (signatures.unsignedSignals === 'accept') return {};
  const fault = await faultOfCaller(deps, signatures);
  if (fault !== undefined) throw new Problem('proof-refused', `${deps.caller().id}: ${fault}`);
  const ticket = randomUUID();
  await deps.archive.claim(`ticket ${ticket}`, { id });
  return { ticket };
}

/** The rules for sign-offs and their proofs once more, beside the credential: whoever reached the workflow has not reached the release. */
export async function assertApproved(deps: Deps, input: ReleaseContext & { approval: Approval }): Promise<void> {
  const { approval, ...context } = input;
  const signed = { ...context, ...approval };
  assertSignedOff(signed);
  const { unsignedSignals, keys } = await deps.directory.signatures();
  const refuse = unsignedSignals === 'refuse';
  const signOffs = countedSignOffs(signed).filter(({ signed: own }) => own !== undefined || refuse);
  if (!refuse && (signOffs.length === 0 || Object.keys(keys).length === 0)) return;
  const caller = deps.caller();
  const { id, project, version } = context;
  if (caller.id !== id || !id.endsWith(`:${project.project}:${version}`))
    throw new Problem('proof-refused', `${caller.id} asked for what ${project.project} ${version} alone may ask for`);
  const started = await deps.executions.started(id, caller.runId);
  const { namespace } = deps.executions;
  const sent = { namespace, id, firstRunId: started.firstRunId };
  const start = refuse ? await faultOfStart(deps, keys, { ...caller, started }) : undefined;
  const faults = [
    ...(start === undefined ? [] : [`the start of ${id}: ${start}`]),
    ...signOffs.flatMap((one) => {
      const fault = faultOfSignOff(one, sent, keys);
      return fault === undefined ? [] : [`the sign-off by ${one.by} as ${one.role}: ${fault}`];
    }),
  ];
  if (faults.length > 0) throw new Problem('proof-refused', faults.join('; '), { faults });
}

type Sent = { readonly namespace: string; readonly id: string; readonly firstRunId: string };

const SIGNED = ['role', 'decision', 'by', 'commit', 'manifest'] as const;

/** It says what was sent, and what was sent is the API's own word. */
function faultOfSignOff(signOff: SignOff, sent: Sent, keys: PublicKeys): string | undefined {
  if (!signOff.signed) return 'it carries no proof';
  const { payload, proof } = signOff.signed;
  const fields = payload as Partial<SignOff>;
  const changed = SIGNED.filter((name) => fields[name] !== signOff[name]);
  if (changed.length > 0) return `it was changed: another ${changed.join(', ')} was signed`;
  return faultOfProof(proof, signedSignal({ ...sent, name: 'signOff', payload }, proof), keys);
}

async function faultOfStart(
  deps: Deps,
  keys: PublicKeys,
  { id, started }: Execution & { started: Started },
): Promise<string | undefined> {
  const { archive, executions } = deps;
  const { firstRunId, parent, taskQueue } = started;
  if (taskQueue !== WORKFLOW_QUEUE) return `it runs on the task queue ${taskQueue}, which is not this service's`;
  const trusted = `trusted start ${firstRunId}`;
  if ((await archive.claimed(trusted))?.id === id) return undefined;
  const fault = await unknownStart();
  if (fault === undefined) await archive.claim(trusted, { id });
  return fault;

  async function unknownStart(): Promise<string | undefined> {
    const { proof, ticket } = sentWith(started);
    if (proof) return (await faultOfStartProof(proof)) ?? (await usedElsewhere(`nonce ${proof.nonce}`, proof.nonce));
    if (ticket !== undefined) {
      const given = await archive.claimed(`ticket ${ticket}`);
      return given?.id === id ? usedElsewhere(`used ticket ${ticket}`, ticket) : AROUND;
    }
    if (!parent) return AROUND;
    const above = await faultOfStart(deps, keys, {
      ...parent,
      started: await executions.started(parent.id, parent.runId),
    });
    return above && `${parent.id}, which started it: ${above}`;
  }

  async function faultOfStartProof(proof: StartProof): Promise<string | undefined> {
    const { namespace } = executions;
    const { type, request } = started;
    return faultOfProof(proof, signedStart({ namespace, id, type, request: request as object }, proof), keys);
  }

  /** Good for one run: the first that was started with it. */
  async function usedElsewhere(key: string, once: string | undefined): Promise<string | undefined> {
    if (once === undefined) return undefined;
    const first = await archive.claim(key, { id, firstRunId });
    return first.firstRunId === firstRunId ? undefined : 'its proof was used before, by another run';
  }
}

function sentWith({ request }: Started): { proof: StartProof | undefined; ticket: string | undefined } {
  const { proof, ticket } = (request ?? {}) as Record<string, unknown>;
  return { proof: readProof(proof), ticket: typeof ticket === 'string' ? ticket : undefined };
}
