import { samePep440, toPep440 } from '../version.ts';
import { lacking, type OutsideFacts, type OutsideFile, short } from './facts.ts';

export interface Contradiction {
  readonly what: string;
  readonly remedy: string;
}

/** Every one, not the first alone. */
export function contradictionsIn(facts: OutsideFacts): Contradiction[] {
  return [
    ...runContradictions(facts),
    ...tagContradictions(facts),
    ...mainContradictions(facts),
    ...indexContradictions(facts),
    ...releaseContradictions(facts),
  ];
}

function runContradictions({ outcomes, version }: OutsideFacts): Contradiction[] {
  if (!outcomes.includes('rolled-back')) return [];
  return [
    { what: `${version} was rolled back by a run of Slipway`, remedy: 'Release the next version instead of this one' },
  ];
}

function tagContradictions(facts: OutsideFacts): Contradiction[] {
  const { tag, source, version, main } = facts;
  if (tag.commit === null || source === null) return [untagged(facts)];
  const found: Contradiction[] = [];
  const commit = short(tag.commit);
  if (source.reachedFrom.length === 0) {
    const held = main.holders.length > 0 ? ` (which holds ${version} at ${main.holders.map(short).join(', ')})` : '';
    found.push({
      what: `the tag ${tag.name} is on ${commit}, which neither ${main.name}${held} nor a branch of this version reaches`,
      remedy: `Merge ${commit} into ${main.name}, or, if nothing was published from it, delete the tag and set it on the right commit`,
    });
  }
  if (source.fileVersion !== null && !samePep440(source.fileVersion, toPep440(version))) {
    const elsewhere = main.holders.map(short).join(', ');
    found.push({
      what: `the tag ${tag.name} is on ${commit}, whose files say ${source.fileVersion}${elsewhere ? `; ${main.name} says ${version} since ${elsewhere}` : ''}`,
      remedy: elsewhere
        ? `Look which of the commits was released; if nothing was published from ${commit}, delete the tag and set it on ${elsewhere}`
        : `Release a version whose files say so: delete the tag ${tag.name} if nothing was published from it, and start a release without adopt`,
    });
  }
  return found;
}

/** Files or a draft alone do not say which commit they came from: a person does, by the tag. */
function untagged(facts: OutsideFacts): Contradiction {
  const { tag, main, version, index, github } = facts;
  const begun = [
    ...(index && index.files.length > 0 ? [`${index.name} holds ${names(index.files)}`] : []),
    ...(github && github.releases.length > 0 ? [`GitHub has a release ${tag.name}`] : []),
    ...tag.twins.map((twin) => `the tag ${twin} names it in another form`),
  ];
  if (begun.length === 0 && main.holders.length === 0) {
    return {
      what: `nothing of ${version} is there: no tag ${tag.name}, no file, no GitHub release`,
      remedy: 'Start a release without adopt',
    };
  }
  const [holder, ...others] = main.holders;
  const where =
    holder === undefined
      ? `no commit of ${main.name} says ${version}`
      : others.length === 0
        ? `${short(holder)} is the one commit of ${main.name} that says ${version}`
        : `${main.holders.map(short).join(', ')} of ${main.name} each say ${version}`;
  return {
    what: [`there is no tag ${tag.name}`, where, ...begun].join('; '),
    remedy: `Tag the commit that it was made from, then retry: git tag -a ${tag.name} ${holder && others.length === 0 ? holder : 'COMMIT'} && git push origin ${tag.name}`,
  };
}

function mainContradictions({ tag, main, source }: OutsideFacts): Contradiction[] {
  if (main.has !== 'no' || source === null || source.reachedFrom.length === 0) return [];
  return [
    {
      what: `${main.name} does not hold what ${tag.name} names, and merging ${source.reachedFrom[0]} would give other files than are tagged`,
      remedy: `Merge the tagged commit into ${main.name} by hand, leaving the tag where it is, then retry`,
    },
  ];
}

function indexContradictions({ index, now, version }: OutsideFacts): Contradiction[] {
  if (index === null) return [];
  const { name, files, closesAfterDays } = index;
  const found: Contradiction[] = [];
  const yanked = files.filter((file) => file.yanked !== false);
  if (yanked.length > 0) {
    const reason = yanked.map((file) => file.yanked).find((one) => typeof one === 'string' && one !== '');
    found.push({
      what: `${names(yanked)} on ${name} ${yanked.length === 1 ? 'is' : 'are'} yanked${reason === undefined ? '' : ` (${reason})`}`,
      remedy: `Roll ${version} back instead, or un-yank it if it is good after all`,
    });
  }
  const age = ageInDays(files, now);
  if (closesAfterDays !== null && age > closesAfterDays && lacking(files).length > 0) {
    found.push({
      what: `${name} takes no new files for a release older than ${closesAfterDays} days: ${version} began ${Math.floor(age)} days ago and lacks its ${lacking(files).join(' and ')}`,
      remedy: 'Leave it as it is, or release the next version',
    });
  }
  return found;
}

function releaseContradictions({ index, github, tag }: OutsideFacts): Contradiction[] {
  if (github === null) return [];
  const { releases } = github;
  const published = releases.some((one) => !one.draft);
  const found: Contradiction[] = [];
  if (!published && releases.length > 1) {
    found.push({
      what: `there are ${releases.length} drafts for ${tag.name}: ${releases.map(({ url }) => url).join(', ')}`,
      remedy: 'Delete those that are wrong, then retry',
    });
  }
  const files = new Map((index?.files ?? []).map((file) => [file.filename, `sha256:${file.sha256}`]));
  for (const release of published ? releases.filter((one) => !one.draft) : releases) {
    for (const { name, digest } of release.assets) {
      const there = files.get(name);
      if (there === undefined || digest === null || digest === there) continue;
      found.push({
        what: `${name} is ${there} on ${index!.name} and ${digest} on the GitHub ${release.draft ? 'draft' : 'release'} ${release.url}`,
        remedy: `Find out which was meant; what is on ${index!.name} stays, so delete the asset if that one is right, then retry`,
      });
    }
  }
  return found;
}

function ageInDays(files: readonly OutsideFile[], now: string): number {
  const times = files.flatMap(({ uploadedAt }) => (uploadedAt === undefined ? [] : [Date.parse(uploadedAt)]));
  return times.length === 0 ? 0 : (Date.parse(now) - Math.min(...times)) / 86_400_000;
}

function names(files: readonly Pick<OutsideFile, 'filename'>[]): string {
  return files.map(({ filename }) => filename).join(', ');
}
