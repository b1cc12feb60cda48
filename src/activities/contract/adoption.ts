import type { Adoption } from '../../domain/adoption/adoption.ts';
import type { ArtifactRef, Candidate } from '../../domain/run/state.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { ReleaseContext, Source } from '../index.ts';

/** What a version that somebody else began is finished from. */
export interface PinnedAdoption {
  readonly source: Source;
  readonly candidate: Candidate;
  readonly adoption: Adoption;
  /** Of the commit: what is built of it has its time, as the first build had. */
  readonly time: number;
  readonly notes: ArtifactRef;
  /** Empty: nothing is edited. */
  readonly diff: ArtifactRef;
  readonly excerpt: string;
  readonly pretend: Readonly<Record<string, string>>;
}

export interface AdoptionActivities {
  /** The tag's commit is the candidate; nothing is made or pushed. `adopt-contradiction` with faults, `nothing-to-adopt`. */
  pinAdopted(input: ReleaseContext): Promise<StepReport & PinnedAdoption>;
  /** Files that are out already take the place of the built ones, once their contents were compared. `adopt-contradiction` with faults. */
  takeOverFiles(
    input: ReleaseContext & { built: readonly ArtifactRef[] },
  ): Promise<StepReport & { files: readonly ArtifactRef[] }>;
}
