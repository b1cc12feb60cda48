import type { Repository } from '../repository.ts';

export function associationOf({ record }: Repository, login: string): 'OWNER' | 'COLLABORATOR' | 'NONE' {
  if (record.owner.toLowerCase() === login.toLowerCase()) return 'OWNER';
  return record.collaborators === null || Object.hasOwn(record.collaborators, login) ? 'COLLABORATOR' : 'NONE';
}
