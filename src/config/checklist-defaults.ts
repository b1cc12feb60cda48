import type { ChecklistEntry } from '../domain/project.ts';

type Entries = readonly (readonly [item: string, text: string, when?: 'breaking'])[];

/** What the procedures ask people to look at before they sign, beyond what gates find out by themselves. */
const BEFORE: Entries = [
  ['manual-tests', 'Critical paths are tested by hand: command line, API, web interface'],
  ['user-guide', 'The user guide reflects new features'],
  ['migration-guide', 'A migration guide is there for what breaks', 'breaking'],
  ['compatibility-matrix', 'The version compatibility matrix is up to date'],
  ['dependencies-latest', 'Dependencies are at their latest stable versions'],
  ['dependencies-final', 'Dependency versions are final: no pre-release, no branch'],
  ['advisories', 'Security advisories are reviewed'],
  ['security-review', 'The security review is done'],
  ['rollback-plan', 'The rollback plan is ready'],
];

/** After the release; these never hold the outcome. */
const AFTER: Entries = [
  ['installation-docs', 'Installation instructions are up to date'],
  ['social', 'Social media are updated'],
  ['forums', 'Community forums are updated'],
  ['dashboards', 'Dashboards show the new version'],
  ['roadmap', 'The roadmap and the project board are up to date'],
];

export const STRICT_CHECKLIST = { before: BEFORE.map(entry), after: AFTER.map(entry) };

function entry([item, text, when]: Entries[number]): ChecklistEntry {
  return { item, text, when: when ?? 'always' };
}
