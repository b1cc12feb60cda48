import type { AnnouncementFacts } from '../../domain/announcement.ts';
import type { AnnouncementEvent } from '../../domain/channel.ts';
import type { ArtifactRef } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { ReleaseContext } from '../index.ts';

/** `run` is the first of an id's executions that belong together: a reset one announces nothing twice. */
type Closing = ReleaseContext & { readonly run: string };

export interface CloseActivities {
  /**
   * One channel knows of one occasion of an event: looked up first, and after an unknown outcome sent again under the same
   * delivery id. `channel-unreachable`, `channel-refused`.
   */
  ensureAnnounced(
    input: Closing & {
      channel: string;
      event: AnnouncementEvent;
      facts: AnnouncementFacts;
      notes: ArtifactRef | null;
    },
  ): Promise<StepReport>;
  /** The version's milestone, where there is one, is closed; the next minor version's is there. */
  ensureMilestones(input: Closing & { next: boolean }): Promise<StepReport>;
  /** What is in the version's milestone and closed has the project's labels. */
  ensureLabelled(input: Closing): Promise<StepReport>;
  /** What is in the version's milestone and closed is on the project's board, with its value. */
  ensureOnBoard(input: Closing): Promise<StepReport>;
  /** Record and filled checklist are in the artifact store, and at the GitHub release where that takes files. */
  ensureRecordKept(
    input: Closing & { runId: string; outcome: 'released' | 'rolled-back' },
  ): Promise<StepReport & { url: string | null }>;
}
