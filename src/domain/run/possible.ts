import { type Act, refusalByRole } from '../authority.ts';
import type { Role } from '../project.ts';
import { applyCheck } from './checklist.ts';
import { applyControl, applyDecision } from './decisions.ts';
import { applyFix } from './fix.ts';
import { applySignOff, wantedBy } from './sign-offs.ts';
import type { RunState } from './state.ts';
import { answerOf, applyWatch } from './watching.ts';

/** What one person may tell a run now, and it would count. */
export interface Possible {
  readonly signOffs: readonly Role[];
  /** Checklist items. */
  readonly checks: readonly string[];
  readonly decisions: readonly {
    readonly step: string;
    readonly attempt: number;
    readonly actions: readonly ('retry' | 'skip' | 'abort')[];
  }[];
  readonly watch: {
    readonly attempt: number;
    readonly actions: readonly ('extend' | 'conclude' | 'rollback')[];
  } | null;
  readonly fix: boolean;
  readonly control: readonly ('pause' | 'resume' | 'abort')[];
}

export const NOTHING: Possible = { signOffs: [], checks: [], decisions: [], watch: null, fix: false, control: [] };

const TRIED = { requestId: 'tried', reason: 'tried' };
const ANY_COMMIT = '0'.repeat(40);

/**
 * Found by trying each answer on a copy of the run: a second list of who may do what would one day say something else than the
 * rules. `roles` are those that the service knows of the person now; the run judges by those that it froze.
 */
export function possibleFor(state: RunState, login: string, roles: readonly Role[]): Possible {
  if (state.status === 'ended' || !state.frozen) return NOTHING;
  const project = state.frozen.project;
  const counts = (act: Act, judge: (copy: RunState) => string | undefined) =>
    refusalByRole({ login, roles }, act, project) === undefined && judge(structuredClone(state)) === undefined;
  const now = state.startedAt;
  const sent = { ...TRIED, by: login };
  const named = { commit: state.commit ?? '', manifest: state.manifest?.digest ?? '' };

  const signs = (role: Role) =>
    counts('sign', (copy) => applySignOff(copy, { ...sent, role, decision: 'approve', ...named }, now));
  const checks = (item: string) =>
    counts('check', (copy) => applyCheck(copy, { ...sent, item, passed: true, ...named }, now));
  const items = [...state.checklist, ...(state.afterwards ?? [])].map(({ item }) => item);
  const controls = (name: 'pause' | 'resume' | 'abort') =>
    counts('control', (copy) => applyControl(copy, name, sent, now));
  const fixes = () => counts('fix', (copy) => applyFix(copy, { ...sent, commits: [ANY_COMMIT] }, now));

  return {
    signOffs: [...new Set(wantedBy(state))].filter(signs),
    checks: [...new Set(items)].filter(checks),
    decisions: decisions(),
    watch: watch(),
    fix: state.steps.some(({ id, status }) => id === 'prepare.fix' && status === 'waiting') && fixes(),
    control: (['pause', 'resume', 'abort'] as const).filter(controls),
  };

  function decisions(): Possible['decisions'] {
    return state.steps
      .filter(({ status }) => status === 'blocked')
      .map(({ id: step, attempt }) => {
        const decides = (action: 'retry' | 'skip' | 'abort') =>
          counts(action === 'skip' ? 'skip' : 'decide', (copy) =>
            applyDecision(copy, { ...sent, step, attempt, action }, now),
          );
        return { step, attempt, actions: (['retry', 'skip', 'abort'] as const).filter(decides) };
      })
      .filter(({ actions }) => actions.length > 0);
  }

  function watch(): Possible['watch'] {
    const { window } = state;
    if (!window || answerOf(window)) return null;
    const { attempt } = window;
    const answers = (action: 'extend' | 'conclude' | 'rollback') =>
      counts(action === 'rollback' ? 'roll-back' : 'watch', (copy) =>
        applyWatch(copy, { ...sent, attempt, action }, now),
      );
    const actions = (['extend', 'conclude', 'rollback'] as const).filter(answers);
    return actions.length > 0 ? { attempt, actions } : null;
  }
}

/** Something that a run waits for and that this person may answer. */
export interface Task {
  readonly kind: 'sign-off' | 'check' | 'decision' | 'watch' | 'fix' | 'resume';
  readonly what: string;
  readonly since: string;
}

/** What waits for this person, not all that they could do: a run that goes on by itself waits for nobody. */
export function tasksIn(state: RunState, possible: Possible): Task[] {
  return state.waitingFor.flatMap(({ kind, step, for: names, since }): Task[] => {
    if (kind === 'sign-off') {
      return possible.signOffs
        .filter((role) => names.includes(role))
        .map((role) => ({ kind, what: `sign off as ${role}`, since }));
    }
    if (kind === 'check') {
      const open = state.checklist.filter(({ item }) => names.includes(item) && possible.checks.includes(item));
      return open.map(({ text }) => ({ kind, what: text, since }));
    }
    if (kind === 'decision') {
      const mine = possible.decisions.some((one) => one.step === step);
      const problem = state.steps.find(({ id }) => id === step)?.problem?.message ?? step;
      return mine ? [{ kind, what: `${step}: ${problem}`, since }] : [];
    }
    if (kind === 'watch')
      return possible.watch ? [{ kind, what: state.window?.asked?.why ?? names.join(', '), since }] : [];
    if (kind === 'resume') {
      return possible.control.includes('resume') ? [{ kind, what: 'paused: resume, or abort', since }] : [];
    }
    return step === 'prepare.fix' && possible.fix ? [{ kind: 'fix', what: 'push the fix to the branch', since }] : [];
  });
}
