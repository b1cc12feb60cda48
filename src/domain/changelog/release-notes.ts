import { type Commit, standing } from '../suggestion.ts';

/** What breaks, in the authors' own words, by the commits. */
export function breakingChanges(commits: readonly Commit[]): string[] {
  return [...new Set(standing(commits).flatMap(({ breaking }) => (breaking === null ? [] : [breaking])))];
}

/** Does a changelog's section name what breaks, as a heading or as the first word of an entry? */
export function namesBreaking(section: string): boolean {
  return /^#+ .*(?:breaking|incompatib)|^\W*(?:breaking\b|backwards?[- ]incompatible)/im.test(section);
}

interface Notes {
  readonly section: string;
  readonly breaking: readonly string[];
  /** https address of the repository without .git, where its host can compare two tags. */
  readonly compare?: { readonly base: string; readonly from: string; readonly to: string } | undefined;
}

/** Markdown for the GitHub release and the pull request: what breaks is never left out, whatever the changelog says. */
export function releaseNotes({ section, breaking, compare }: Notes): string {
  const warning =
    breaking.length === 0 || namesBreaking(section)
      ? []
      : [['### Breaking changes', '', ...breaking.map((text) => `- ${text}`)].join('\n')];
  const link =
    compare === undefined ? [] : [`**Full changelog**: ${compare.base}/compare/${compare.from}...${compare.to}`];
  return `${[...warning, section, ...link].filter((part) => part !== '').join('\n\n')}\n`;
}
