import type { Project } from '../domain/project.ts';
import type { Finding } from './finding.ts';
import type { ProjectFile } from './project-schema.ts';
import { sentence } from './schema-faults.ts';
import { shown } from './schema-parts.ts';

const LOCAL = ['localhost', '127.0.0.1', '::1'];

/** What no single key of announcements, milestones, labels and board shows. */
export function announceFindings(file: ProjectFile, { announce, publish }: Project): Finding[] {
  const found: Finding[] = [];
  const add = (path: Finding['path'], wrong: string, remedy: string) =>
    void found.push({ path, text: sentence(wrong, remedy) });
  const names = announce.map(({ name }) => name);
  for (const [index, channel] of announce.entries()) {
    const at = (key?: string): Finding['path'] => (key === undefined ? ['announce', index] : ['announce', index, key]);
    if (names.indexOf(channel.name) !== index)
      add(at(), `is a second channel called ${shown(channel.name)}`, 'Give each channel its own name: name: team.');
    if (channel.kind.startsWith('github-') && !publish.github)
      add(at('kind'), 'needs GitHub, which the project does not publish to', 'Add publish.github, or leave it out.');
    if (channel.kind !== 'email') continue;
    if ((channel.user === null) !== (channel.credential === null))
      add(
        at(),
        `has ${channel.user === null ? 'a credential and no user' : 'a user and no credential'}`,
        "Write both: user, and credential with the name of its password's file; or neither.",
      );
    if (channel.tls === 'none' && channel.user !== null && !LOCAL.includes(channel.host))
      add(at('tls'), 'would send a password over the network for all to read', 'Write starttls or tls.');
  }
  if (publish.github) return found;
  const remedy = 'Add publish.github with its credential, or leave it out.';
  const wrong = 'needs GitHub, which the project does not publish to';
  if (file.milestones) add(['milestones'], wrong, remedy);
  if (file.labels.length > 0) add(['labels'], wrong, remedy);
  if (file.board) add(['board'], wrong, remedy);
  return found;
}
