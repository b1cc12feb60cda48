import { type Contradiction, contradictionsIn } from './contradictions.ts';
import { lacking, type OutsideFacts, type OutsideRelease, short } from './facts.ts';

export type Outside =
  | { readonly kind: 'contradicts'; readonly contradictions: readonly Contradiction[] }
  | { readonly kind: 'nothing-left'; readonly there: readonly string[] }
  | {
      readonly kind: 'adoptable';
      readonly commit: string;
      readonly there: readonly string[];
      readonly missing: readonly string[];
    };

/** Can the version be finished from what is there? Every contradiction is named, not the first alone. */
export function compareWithOutside(facts: OutsideFacts): Outside {
  const contradictions = contradictionsIn(facts);
  if (contradictions.length > 0) return { kind: 'contradicts', contradictions };
  const { there, missing } = inventory(facts);
  if (missing.length === 0 || facts.outcomes.includes('released')) return { kind: 'nothing-left', there };
  return { kind: 'adoptable', commit: facts.tag.commit!, there, missing };
}

/** What an adoption goes on from. */
export interface Adoption {
  readonly there: readonly string[];
  readonly missing: readonly string[];
  /** Is what is tagged on main, or need it not be? */
  readonly merged: boolean;
  readonly onIndex: readonly string[];
  readonly release: 'none' | 'draft' | 'published';
  /** Digest under the version's tag. */
  readonly image: string | null;
  readonly mergedBack: boolean;
}

export function adoptionOf(facts: OutsideFacts, outside: Extract<Outside, { kind: 'adoptable' }>): Adoption {
  const release = chosenRelease(facts.github?.releases ?? []);
  return {
    there: outside.there,
    missing: outside.missing,
    merged: facts.main.has !== 'mergeable',
    onIndex: (facts.index?.files ?? []).map(({ filename }) => filename),
    release: release === undefined ? 'none' : release.draft ? 'draft' : 'published',
    image: facts.image?.digest ?? null,
    mergedBack: facts.develop?.hasMain ?? true,
  };
}

/** The release that is gone on with: what is published, else the one draft. */
export function chosenRelease<R extends { readonly draft: boolean }>(releases: readonly R[]): R | undefined {
  return releases.find((one) => !one.draft) ?? releases[0];
}

function inventory(facts: OutsideFacts): { there: string[]; missing: string[] } {
  const { tag, main, develop, index, github, image } = facts;
  const there = [`the tag ${tag.name} on ${short(tag.commit!)}`];
  const missing: string[] = [];
  const say = (done: boolean, what: string) => void (done ? there : missing).push(what);
  if (main.has !== null) say(main.has === 'yes', `what is tagged on ${main.name}`);
  for (const { filename } of index?.files ?? []) there.push(`${filename} on ${index!.name}`);
  if (index) for (const kind of lacking(index.files)) missing.push(`the ${kind} on ${index.name}`);
  if (github) {
    const release = chosenRelease(github.releases);
    if (release?.draft) there.push(`a draft of the GitHub release ${tag.name}`);
    say(release !== undefined && !release.draft, `the GitHub release ${tag.name}`);
    if (release && !release.draft && !release.immutable) missing.push(...assetsLacking(facts, release));
  }
  if (image) say(image.digest !== null, `the image ${image.name}:${facts.version}`);
  if (develop) say(develop.hasMain, `${main.name} in ${develop.name}`);
  return { there, missing };
}

function assetsLacking({ index, tag }: OutsideFacts, { assets }: OutsideRelease): string[] {
  return (index?.files ?? [])
    .filter(({ filename }) => !assets.some(({ name, digest }) => name === filename && digest !== null))
    .map(({ filename }) => `${filename} at the GitHub release ${tag.name}`);
}
