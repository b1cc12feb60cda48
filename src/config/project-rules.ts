import type { Project } from '../domain/project.ts';
import { ownerAndName, repositoryFault } from './address.ts';
import { announceFindings } from './announce-rules.ts';
import { type Finding, finding } from './finding.ts';
import { monitoringFindings } from './monitoring-rules.ts';
import { nameOf } from './project-defaults.ts';
import { type ProjectFile, projectName } from './project-schema.ts';
import { reminderFindings } from './reminders-schema.ts';
import { scheduleFindings } from './schedule-rules.ts';
import { shown } from './schema-parts.ts';
import { workflowFindings } from './workflow-rules.ts';
import type { Path } from './yaml-source.ts';

/** What the service around the project file allows and knows. */
export interface Surroundings {
  /** Repositories may be folders of this machine: for rehearsals. */
  readonly allowFileRepositories?: boolean;
  /** Indexes whose addresses the service's configuration gives. */
  readonly indexes?: readonly string[];
}

/** What no single key shows: rules between keys, looked at after every default has been filled in. */
export function projectFindings(file: ProjectFile, project: Project, around: Surroundings): Finding[] {
  return [
    ...repositoryFindings(file, around),
    ...versionFindings(project),
    ...gateFindings(file, project),
    ...smokeFindings(file),
    ...checklistFindings(project),
    ...publishFindings(file, project, around),
    ...workflowFindings(file, project),
    ...stageFindings(file, project),
    ...monitoringFindings(file, project),
    ...announceFindings(file, project),
    ...reminderFindings(file.reminders),
    ...scheduleFindings(file),
  ];
}

function repositoryFindings(file: ProjectFile, { allowFileRepositories = false }: Surroundings): Finding[] {
  const fault = repositoryFault(file.repository, allowFileRepositories);
  if (fault) return [finding(['repository'], ...fault)];
  const derived = nameOf(file.repository).toLowerCase();
  if (file.project !== undefined || projectName.safeParse(derived).success) return [];
  return [finding(['repository'], `gives no name for the project: ${shown(derived)}`, 'Add project: with a name.')];
}

function versionFindings({ version, branches }: Project): Finding[] {
  const found: Finding[] = [];
  const { tag, files, dynamic } = version;
  const filled = tag.replaceAll('{version}', '1.2.0').replaceAll('{pep440}', '1.2.0');
  if (filled === tag) {
    found.push(finding(['version', 'tag'], 'holds neither {version} nor {pep440}', 'Write such as v{version}.'));
  } else if (/[{}]/.test(filled) || refLike(filled)) {
    found.push(finding(['version', 'tag'], `makes tags such as ${shown(filled)}`, 'Write such as v{version}.'));
  }
  if (dynamic && files !== null && files.length > 0) {
    const remedy = 'Leave out dynamic where files hold the version, or leave out the files.';
    found.push(finding(['version', 'dynamic'], 'is set although files are named', remedy));
  }
  if (branches.develop === branches.main) {
    const remedy = 'Write develop: null where there is no branch of its own for development.';
    found.push(finding(['branches', 'develop'], 'is the main branch', remedy));
  }
  return found;
}

function refLike(tag: string): boolean {
  return /^[-/.]|\.\.|\/\/|\/\.|\.lock(\/|$)|[/.]$|^refs\//.test(tag);
}

const REPORTS = ['coverage', 'junit', 'bandit', 'benchmark'] as const;
const BUILTIN_KEYS = { pythons: 'pythons', audit: 'audit', licences: 'licences' } as const;

function gateFindings(file: ProjectFile, project: Project): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, gate] of (file.gates ?? []).entries()) {
    const at = (key?: string): Path => (key === undefined ? ['gates', index] : ['gates', index, key]);
    const name = gate.name ?? gate.builtin ?? '';
    if (name === '') found.push(finding(at(), 'has no name', 'Give the gate a name such as tests.'));
    else if (seen.has(name))
      found.push(finding(at('name'), `${shown(name)} is used twice`, 'Give each gate its own name.'));
    seen.add(name);
    if (gate.run === undefined && gate.builtin === undefined) {
      found.push(
        finding(
          at(),
          'neither runs a command nor is a builtin',
          'Write run: with a command, or builtin: with one of ours.',
        ),
      );
    }
    if (gate.run !== undefined && gate.builtin !== undefined && gate.builtin !== 'pythons') {
      found.push(
        finding(at('run'), `is not for the builtin ${gate.builtin}`, 'Leave out run, or make it a gate of its own.'),
      );
    }
    for (const key of REPORTS) {
      if (gate[key] !== undefined && gate.run === undefined) {
        found.push(finding(at(key), 'needs a command that writes the report', 'Add run: to the gate.'));
      }
    }
    for (const [key, builtin] of Object.entries(BUILTIN_KEYS)) {
      if (gate[key as keyof typeof BUILTIN_KEYS] !== undefined && gate.builtin !== builtin) {
        found.push(
          finding(at(key), `belongs to the builtin ${builtin}`, `Write builtin: ${builtin}, or leave it out.`),
        );
      }
    }
  }
  const compatibility = project.gates.findIndex((gate) => gate.builtin === 'pythons' && gate.pythons === undefined);
  if (compatibility >= 0) {
    const written = compatibility < (file.gates ?? []).length;
    const remedy = 'Write { builtin: pythons, pythons: ["3.11", "3.12"] }, or name the one in environment.python.';
    const wrong = `${written ? 'names' : 'name'} no Python versions, which the builtin pythons looks at`;
    found.push(finding(written ? ['gates', compatibility] : ['gates'], wrong, remedy));
  }
  if (project.policy === 'strict' && !project.gates.some((gate) => gate.coverage)) {
    const remedy =
      'Give a gate coverage: { report, overall, paths }; policy strict is 85 overall and 95 for the domain paths.';
    found.push(finding(['gates'], 'measure no coverage, which policy strict asks for', remedy));
  }
  return found;
}

function smokeFindings(file: ProjectFile): Finding[] {
  return file.smoke.flatMap(({ url, expect }, index) =>
    expect !== undefined && url === undefined
      ? [finding(['smoke', index, 'expect'], 'needs the address of the server', 'Add url: http://127.0.0.1:{port}.')]
      : [],
  );
}

function checklistFindings({ checklist }: Project): Finding[] {
  return (['before', 'after'] as const).flatMap((part) => {
    const items = checklist[part].map((entry) => entry.item);
    const twice = items.find((item, index) => items.indexOf(item) !== index);
    if (twice === undefined) return [];
    const remedy = 'Give each entry its own item: a short name that a tick refers to.';
    return [finding(['checklist', part], `has two entries that are called ${shown(twice)}`, remedy)];
  });
}

const WELL_KNOWN = ['pypi', 'testpypi'];

function publishFindings(file: ProjectFile, { publish, branches }: Project, around: Surroundings): Finding[] {
  const found: Finding[] = [];
  for (const key of ['testIndex', 'index'] as const) {
    const target = publish[key];
    if (!target || [...WELL_KNOWN, ...(around.indexes ?? [])].includes(target.name)) continue;
    const absent = (['uploadUrl', 'simpleUrl'] as const).filter((url) => target[url] === undefined).join(' and ');
    if (absent !== '') {
      const remedy = `Add ${absent}, or use pypi or testpypi.`;
      found.push(finding(['publish', key], `${shown(target.name)} has no ${absent}`, remedy));
    }
  }
  if (publish.testIndex && publish.testIndex.name === publish.index.name) {
    found.push(
      finding(
        ['publish', 'testIndex', 'name'],
        'is the index itself',
        'Name another index, such as testpypi, or write null.',
      ),
    );
  }
  found.push(...githubFindings(file, publish.github), ...imageFindings(publish.image?.name));
  if (publish.mergeBack && branches.develop === null) {
    const remedy = 'Name the develop branch in branches, or leave out mergeBack.';
    found.push(finding(['publish', 'mergeBack'], 'needs a develop branch', remedy));
  }
  return found;
}

function githubFindings(file: ProjectFile, github: Project['publish']['github']): Finding[] {
  if (github === null) {
    if (file.pullRequest.approvals === null) return [];
    const remedy = 'Add publish.github with its credential, or leave out pullRequest.';
    return [finding(['pullRequest'], 'needs GitHub, which the project does not publish to', remedy)];
  }
  const written = file.publish.github;
  if (written?.app !== undefined && written.credential !== undefined) {
    const remedy = 'Leave out credential to act as the App, or app to act by the token.';
    return [finding(['publish', 'github'], 'has a token and an App at once', remedy)];
  }
  const place = ownerAndName(file.repository);
  if (place === undefined) {
    const remedy = 'Write the repository as https://github.com/owner/name.git, or publish.github: null.';
    return [finding(['publish', 'github'], 'needs a repository with an owner and a name on GitHub', remedy)];
  }
  if (github.apiUrl !== undefined || place.host === 'github.com' || file.repository.startsWith('https:')) return [];
  const remedy = `Add apiUrl, such as http://${place.host}, or write publish.github: null.`;
  return [finding(['publish', 'github'], 'has no apiUrl, which a repository on this machine needs', remedy)];
}

function imageFindings(name: string | undefined): Finding[] {
  if (name === undefined) return [];
  const remedy = 'Write registry and repository in lower case without a tag, such as ghcr.io/acme/sample.';
  if (/^[^/]*$|^[^/.:]+\//.test(name) && !name.startsWith('localhost')) {
    return [finding(['publish', 'image', 'name'], `${shown(name)} names no registry`, remedy)];
  }
  const form = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/;
  return form.test(name) ? [] : [finding(['publish', 'image', 'name'], `is ${shown(name)}`, remedy)];
}

function stageFindings(file: ProjectFile, project: Project): Finding[] {
  const names = project.gates.map((gate) => gate.name);
  return Object.entries(file.stages).flatMap(([stage, rules]) =>
    (rules?.gates ?? []).flatMap((name, index) =>
      names.includes(name)
        ? []
        : [
            finding(
              ['stages', stage, 'gates', index],
              `${shown(name)} is no gate of this project`,
              `The gates are: ${names.join(', ')}.`,
            ),
          ],
    ),
  );
}
