import { subscribe } from 'node:diagnostics_channel';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { COMMANDS, type ObservedCommandEnd, OUTSIDE_REQUESTS, type OutsideRequestEnd } from '../clients/observed.ts';
import { Metrics } from './metrics.ts';

export interface WorkerMeasures {
  /** For every worker of the process. */
  readonly activities: ActivityInterceptorsFactory;
  ready(is: boolean): void;
  text(): Promise<{ type: string; text: string }>;
}

/** Numbers of a worker process: its activities, and the requests and commands that they make. */
export function createWorkerMeasures(metrics = new Metrics('workers')): WorkerMeasures {
  subscribe(OUTSIDE_REQUESTS, (message) => {
    const { system, status, seconds } = message as OutsideRequestEnd;
    metrics.add('slipway_outside_requests_total', { system, status });
    metrics.observe('slipway_outside_request_seconds', { system }, seconds);
  });
  subscribe(COMMANDS, (message) => {
    const { program: path, outcome, seconds } = message as ObservedCommandEnd;
    const program = programLabel(path);
    metrics.add('slipway_commands_total', { program, outcome });
    metrics.observe('slipway_command_seconds', { program }, seconds);
  });
  return {
    activities: ({ info: { activityType: activity, attempt } }) => ({
      inbound: {
        async execute(input, next) {
          const began = performance.now();
          if (attempt > 1) metrics.add('slipway_activity_retries_total', { activity });
          metrics.shift('slipway_activities_running', { activity }, 1);
          const ended = (outcome: Outcome) => {
            metrics.shift('slipway_activities_running', { activity }, -1);
            metrics.add('slipway_activities_total', { activity, outcome });
            metrics.observe('slipway_activity_seconds', { activity }, (performance.now() - began) / 1000);
          };
          try {
            const result = await next(input);
            ended('done');
            return result;
          } catch (error) {
            ended(outcomeOf(error));
            throw error;
          }
        },
      },
    }),
    ready: (is) => metrics.set('slipway_worker_ready', {}, is ? 1 : 0),
    text: () => metrics.text(),
  };
}

export type Outcome = 'done' | 'not-yet' | 'cancelled' | 'final' | 'failed';

/** `not-yet` is no failure: the outside is looked at again. `final` is told to a person, `failed` is tried again. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError')) return 'cancelled';
  if (!(error instanceof ApplicationFailure)) return 'failed';
  if (error.type === 'not-yet') return 'not-yet';
  return error.nonRetryable ? 'final' : 'failed';
}

const PROGRAMS = ['git', 'uv', 'docker', 'skopeo', 'buildah', 'bwrap', 'unshare', 'sh', 'cp', 'rm', 'ssh-keygen'];

/** Whatever a project calls its own programs, there are so many names and no more. */
export function programLabel(program: string): string {
  if (/^python[\d.]*$/.test(program)) return 'python';
  return PROGRAMS.includes(program) ? program : 'other';
}
