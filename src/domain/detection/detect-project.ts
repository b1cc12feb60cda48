import { Problem } from '../problem.ts';
import { versionsSoFar } from '../suggestion.ts';
import { findVersionHomes } from '../version-homes/find-version-homes.ts';
import type { VersionHomes } from '../version-homes/home.ts';
import { findApiDocs } from './api-docs.ts';
import { findBranches } from './branches.ts';
import { findChangelog } from './changelog-file.ts';
import { findDocsSite } from './docs-site.ts';
import { findEnvironment } from './environment.ts';
import type { RepositoryFacts } from './facts.ts';
import { type DetectedGate, findGates } from './gates.ts';
import { findIdentity, findRepository } from './identity.ts';
import { findImage } from './image.ts';
import { findTagForm } from './tag-form.ts';
import { findTestCommand } from './test-command.ts';

/** A project file as it is written: what differs from the defaults, and what a reader wants to see all the same. */
export interface DetectedFile {
  readonly project: string;
  readonly repository: string | null;
  readonly package: string;
  readonly branches: { readonly main: string; readonly develop: string | null };
  readonly version: {
    readonly files?: readonly string[];
    readonly docs: readonly string[];
    readonly tag: string;
    readonly dynamic?: true;
  };
  readonly changelog: string | null;
  readonly towncrier?: true;
  readonly environment: { readonly install: readonly string[] };
  readonly gates: readonly DetectedGate[];
  readonly smoke?: readonly string[];
  readonly policy: 'light';
  readonly apiDocs?: { readonly run: string; readonly paths: readonly string[] };
  readonly publish?: { readonly docs: { readonly build: string; readonly dir: string; readonly branch: string } };
}

export interface Detection {
  readonly file: DetectedFile;
  /** Comments of the file, by key. */
  readonly comments: Readonly<Partial<Record<keyof DetectedFile, string>>>;
  readonly found: readonly string[];
  /** What could not be found, or should be looked at. */
  readonly missing: readonly string[];
}

/** Writes a project file from what a repository shows; nothing of the repository is run. */
export function detectProject(facts: RepositoryFacts): Detection {
  const { tree } = facts;
  const identity = findIdentity(facts);
  const { package: name, folder, module } = identity.value;
  const repository = findRepository(facts, folder);
  const branches = findBranches(facts);
  const tag = findTagForm(
    facts.tags.map((one) => one.name),
    name,
  );
  const homes = versionHomes(facts, name);
  const { last } = versionsSoFar({
    tags: facts.tags,
    fileVersion: null,
    tagForm: tag.value,
  });
  const changelog = findChangelog(tree, folder, name, last?.version ?? null);
  const command = findTestCommand(tree, folder);
  const environment = findEnvironment(tree, folder, name, command?.needs ?? []);
  const gates = findGates({ tree, folder, module }, command, environment.value);
  const docs = findDocsSite(facts, folder, environment.value.names);
  const image = findImage(tree, folder);
  const apiDocs = findApiDocs(tree);
  const docsPages = tree.paths.some((path) => /^docs\/.*\.md$/.test(path)) ? ['docs/**/*.md'] : [];
  return {
    file: {
      project: projectName(name),
      repository: repository.value,
      package: name,
      branches: branches.value,
      version: { ...homes.value, docs: docsPages, tag: tag.value },
      changelog: changelog.value.changelog,
      ...(changelog.value.towncrier ? { towncrier: true as const } : {}),
      environment: { install: environment.value.install },
      gates: gates.gates,
      ...(module === undefined ? {} : { smoke: [`python -c "import ${module}"`] }),
      policy: 'light',
      ...(apiDocs === null ? {} : { apiDocs }),
      ...(docs.site === null ? {} : { publish: { docs: docs.site } }),
    },
    comments: {
      repository: repository.where,
      package: identity.where,
      branches: branches.where,
      version: [homes.where, `tags: ${tag.where}`].join('\n'),
      changelog: changelog.where,
      environment: environment.where,
      gates: gates.found.join('\n'),
      policy: 'one sign-off by a releaser, who may be the one who started; strict asks for four eyes and more gates',
      publish: [docs.where, docs.aside, image?.aside].filter((text) => text != null && text !== '').join('\n'),
    },
    found: [
      `package ${name} (${identity.where})`,
      `branches: ${branches.value.main}${branches.value.develop === null ? '' : ` and ${branches.value.develop}`} (${branches.where})`,
      `version: ${homes.where}`,
      `tags: ${tag.value} (${tag.where})`,
      ...(changelog.value.changelog === null ? [] : [`changelog: ${changelog.value.changelog} (${changelog.where})`]),
      `environment: ${environment.value.install.join(' ')} (${environment.where})`,
      ...gates.found,
      ...(docs.site === null ? [] : [`docs: ${docs.site.build} (${docs.where})`]),
      ...(apiDocs === null ? [] : [`API reference: ${apiDocs.run}`]),
      ...[docs.aside, image?.aside].flatMap((text) => (text == null ? [] : [text])),
    ],
    missing: [
      ...(identity.missing ?? []),
      ...(repository.missing ?? []),
      ...homes.missing,
      ...(changelog.missing ?? []),
      ...gates.missing,
    ],
  };
}

interface FoundHomes {
  readonly value: { files?: readonly string[]; dynamic?: true };
  readonly where: string;
  readonly missing: readonly string[];
}

function versionHomes({ tree }: RepositoryFacts, name: string): FoundHomes {
  let found: VersionHomes;
  try {
    found = findVersionHomes(tree, { package: name });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { value: {}, where: error.message, missing: [`the version: ${error.message}`] };
  }
  const { homes, dynamic, notes, problem, version } = found;
  if (dynamic !== null) {
    return {
      value: { files: [], dynamic: true },
      where: `from the tag, by ${dynamic.tool}: no file holds it`,
      missing: notes,
    };
  }
  if (problem !== null) {
    return { value: {}, where: 'no one version is in the files', missing: [`the version: ${problem.message}`] };
  }
  const files = [
    ...new Set(homes.filter(({ kind }) => kind !== 'uv-lock' && kind !== 'cargo-lock').map(({ path }) => path)),
  ];
  const locks = [...new Set(homes.map(({ path }) => path))].filter((path) => !files.includes(path));
  const also = locks.length === 0 ? '' : `, and its own entry in ${locks.join(', ')}`;
  return { value: { files }, where: `${version} in ${files.join(', ')}${also}`, missing: notes };
}

function projectName(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replace(/^[._-]+/, '')
      .slice(0, 63) || 'project'
  );
}
