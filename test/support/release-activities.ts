import type { RollbackActivities } from '../../src/activities/contract/rollback.ts';
import type { BuildActivities, PublishActivities, Source } from '../../src/activities/index.ts';
import { readProjectFile } from '../../src/config/project-file.ts';
import type { Project } from '../../src/domain/project.ts';
import type { ArtifactRef, Candidate } from '../../src/domain/run/state.ts';

export const COMMIT = 'c'.repeat(40);
export const TREE = 'd'.repeat(40);

export function artifact(name: string, fill = 'a'): ArtifactRef {
  return { name, digest: `sha256:${fill.repeat(64)}`, size: 1 };
}

export const CANDIDATE: Candidate = { commit: COMMIT, tree: TREE, bundle: artifact('candidate.bundle') };

export const FIX = 'a'.repeat(40);

export const SOURCE: Source = {
  bundle: artifact('source.bundle'),
  base: 'b'.repeat(40),
  baseRef: 'refs/heads/main',
  main: 'b'.repeat(40),
  develop: null,
  releaseBranch: 'refs/heads/release/v1.2.0',
  found: null,
  last: { version: '1.1.0', tag: 'v1.1.0', commit: 'e'.repeat(40) },
  commitsSinceLast: 3,
  suggestion: { bump: 'minor', version: '1.2.0', reasons: [] },
  belowSuggestion: false,
  breaking: false,
};

export const PEOPLE = [
  { login: 'rel', name: 'Rel', roles: ['releaser'] },
  { login: 'tess', name: 'Tess', roles: ['tech-lead'] },
  { login: 'quin', name: 'Quin', roles: ['qa', 'tech-lead'] },
  { login: 'pat', name: 'Pat', roles: ['product-owner'] },
  { login: 'olga', name: 'Olga', roles: ['operator'] },
  { login: 'vic', name: 'Vic', roles: ['viewer'] },
] as const;

/** A project as its file says it; what a test says further comes last. */
export function project(yaml = ''): Project {
  const base = 'project: sample\nrepository: https://github.com/acme/sample.git\npackage: sample\n';
  return readProjectFile(`${base}${yaml}`, { file: 'sample.yaml' });
}

const done = async () => ({ summary: 'done' });

/** Every activity, succeeding at once; `calls` lists what was asked for, in order. */
export function releaseActivities(frozen: Project) {
  const calls: string[] = [];
  const held: { holder?: string } = {};
  const publish: PublishActivities = {
    freeze: async () => ({ project: frozen, people: PEOPLE.map((one) => ({ ...one })), unsignedSignals: 'accept' }),
    readKeys: async () => ({ keys: {} }),
    preflight: done,
    pinSource: async () => ({
      summary: 'pinned',
      source: SOURCE,
    }),
    pinAdopted: async () => ({
      summary: 'pinned',
      source: SOURCE,
      candidate: CANDIDATE,
      adoption: {
        there: ['the tag v1.2.0'],
        missing: ['the sdist on pypi'],
        merged: true,
        onIndex: ['sample-1.2.0-py3-none-any.whl'],
        release: 'none',
        image: null,
        mergedBack: true,
      },
      time: 1_700_000_000,
      notes: artifact('notes.md'),
      diff: artifact('release.diff'),
      excerpt: 'notes',
      pretend: {},
    }),
    takeOverFiles: async ({ built }) => ({ summary: 'taken over', files: built, adopted: true }),
    ensureBranchPushed: done,
    checkReviewed: done,
    checkChecks: done,
    ensureOnIndex: async ({ target }) => ({ summary: 'uploaded', url: `https://index.example/${target.name}` }),
    ensurePublishDispatched: async ({ target }) => ({
      ...{ summary: 'dispatched', url: `https://index.example/${target.name}` },
      job: { run: 1, url: 'https://github.com/acme/sample/actions/runs/1' },
    }),
    awaitPublishedByJob: async ({ target }) => ({ summary: 'there', url: `https://index.example/${target.name}` }),
    ensureBuildDispatched: async () => ({
      ...{ summary: 'dispatched', job: { run: 2, url: 'https://github.com/acme/sample/actions/runs/2' } },
    }),
    awaitBuiltByJob: done,
    takeBuiltFiles: async () => ({
      summary: 'taken',
      files: [artifact('sample-1.2.0-cp311-cp311-win_amd64.whl', '9')],
    }),
    compareRehearsal: async () => ({ kind: 'free', summary: '' }),
    ensurePullRequest: async () => ({ summary: 'opened #1', number: 1, url: 'https://github.com/acme/sample/pull/1' }),
    awaitReviews: done,
    ensureMergeable: async () => ({ summary: 'as tested', moved: null }),
    ensureMerged: async () => ({ summary: 'merged', commit: 'f'.repeat(40) }),
    ensureTagged: async () => ({ summary: 'tagged', tag: 'v1.2.0', object: '1'.repeat(40) }),
    awaitVisible: done,
    ensureGitHubRelease: async () => ({ summary: 'released', url: 'https://github.com/acme/sample/releases/1' }),
    ensureDocsPublished: done,
    ensureImagePublished: done,
    ensureMergedBack: async () => ({ summary: 'merged back', pullRequest: null }),
    awaitMergedBack: done,
    pinHotfix: async () => ({
      summary: 'from main',
      branch: { ref: 'refs/heads/hotfix/v1.1.1', start: 'b'.repeat(40), found: null, olderLine: false },
    }),
    ensureHotfixBranch: done,
    awaitFix: async () => ({ summary: '1 commit', commits: [FIX], source: { ...SOURCE, base: FIX } }),
    ensureCherryPicked: async () => ({ summary: '1 commit', commits: [FIX], source: { ...SOURCE, base: FIX } }),
    pickCommits: async () => ({ picked: FIX }),
    ensureBranchDeleted: done,
    ensureAnnounced: done,
    ensureTold: done,
    ensureMilestones: done,
    ensureLabelled: done,
    ensureOnBoard: done,
    ensureRecordKept: async () => ({ summary: 'kept', url: null }),
    undo: async ({ entry }) => ({ summary: `${entry.kind} taken back`, undone: true }),
    countFiles: async () => ({ summary: 'none', files: 0 }),
    archiveRun: async () => undefined,
    ensureScheduledRelease: async ({ version }) => ({ kind: 'started', summary: `started ${version}` }),
    inspectProject: async ({ project: name }) => ({
      project: name,
      package: 'sample',
      last: '1.1.0',
      base: '1.1.0',
      bump: 'minor',
      suggested: '1.2.0',
      next: '1.2.0',
      reasons: [],
    }),
    ensureInLane: async () => undefined,
    leaveLane: async () => undefined,
    awaitClosed: async () => undefined,
    takeReadings: async ({ probes }) => ({
      readings: probes.map(() => ({ health: 'healthy', value: 0, note: 'as released' })),
      rollback: 'none',
    }),
    confirmBreach: async () => undefined,
    ensurePromoted: done,
    ...rollbackActivities(),
  };
  const build: BuildActivities = {
    draftEdits: async () => ({
      version: { summary: 'pyproject.toml', edits: artifact('version.edits.json'), changed: ['pyproject.toml'] },
      changelog: {
        summary: 'CHANGELOG.md',
        edits: artifact('changelog.edits.json'),
        changed: ['CHANGELOG.md'],
        empty: false,
        section: artifact('section.md'),
        notes: artifact('notes.md'),
        excerpt: 'notes',
      },
      pretend: {},
    }),
    generateApiDocs: async () => ({ summary: 'docs', edits: artifact('api.edits.json'), changed: [] }),
    makeCommit: async () => ({
      summary: 'made',
      candidate: CANDIDATE,
      diff: artifact('release.diff'),
      changed: ['pyproject.toml'],
    }),
    makeEnvironment: done,
    runGate: done,
    buildPackage: async () => ({
      summary: 'built',
      files: [artifact('sample-1.2.0-py3-none-any.whl', '1'), artifact('sample-1.2.0.tar.gz', '2')],
    }),
    tryInstall: done,
    installFromIndex: done,
    buildDocs: async () => ({ summary: 'built', site: artifact('docs-site.tar') }),
    buildImage: async () => ({
      summary: 'built',
      image: artifact('image.tar'),
      imageManifest: `sha256:${'9'.repeat(64)}`,
    }),
    takeBuildReading: async () => ({ health: 'healthy', value: 1, note: 'installs in 1 s' }),
    freezeManifest: async ({ files, extras }) => ({
      summary: 'frozen',
      manifest: { digest: `sha256:${'7'.repeat(64)}`, files, extras },
    }),
  };
  return { publish: recorded(publish, calls), build: recorded(build, calls), calls, held };
}

export const BAD = { version: '1.2.0', tag: 'v1.2.0', commit: COMMIT };
export const GOOD = { version: '1.1.0', tag: 'v1.1.0', commit: 'e'.repeat(40) };

function rollbackActivities(): RollbackActivities {
  return {
    preflightRollback: async () => ({
      summary: 'published',
      facts: {
        bad: BAD,
        good: GOOD,
        rollForward: { version: '1.2.1' },
        manifest: {
          digest: `sha256:${'7'.repeat(64)}`,
          files: [artifact('sample-1.2.0-py3-none-any.whl', '1'), artifact('sample-1.2.0.tar.gz', '2')],
          extras: [],
        },
        yank: { page: 'https://index.example/manage/project/sample/releases/', owners: ['rel'] },
      },
    }),
    ensureUrgentIssue: async () => ({
      summary: 'opened #7',
      number: 7,
      url: 'https://github.com/acme/sample/issues/7',
    }),
    ensureUrgentIssueClosed: done,
    awaitYanked: async () => ({ summary: '2 of 2 files yanked' }),
    lookAtYank: async () => ({ summary: 'every file is still yanked', back: [] }),
    ensureReleaseDemoted: done,
    ensureImageDemoted: done,
    ensureDocsDemoted: done,
    ensureRetagged: done,
    planRollForward: async () => ({ summary: '1.2.1', plan: { version: '1.2.1' } }),
    awaitPublished: async ({ id }) => ({ summary: `${id} is published` }),
    ensureReverted: async () => ({ summary: 'reverted', pullRequest: null }),
    awaitReverted: done,
    rollbackOf: async () => ({ status: 'none' }),
    ensureRollbackStarted: async () => ({ summary: 'started', id: 'rollback:sample:1.2.0', adopted: false }),
  };
}

function recorded<T extends object>(activities: T, calls: string[]): T {
  const entries = Object.entries(activities).map(([name, activity]) => [
    name,
    (input: never) => {
      calls.push(name);
      return activity(input);
    },
  ]);
  return Object.fromEntries(entries) as T;
}
