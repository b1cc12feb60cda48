import type { Role } from '../domain/project.ts';

export interface SandboxPerson {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** What they may do on the sandbox's GitHub. */
  readonly github: 'read' | 'write' | 'admin';
}

/** Everybody whom a release needs, so that strict policy finds four eyes; the same logins on Slipway, GitHub and the index. */
export const PEOPLE: readonly SandboxPerson[] = [
  person('rita', 'Rita Release', ['releaser'], 'write'),
  person('tom', 'Tom Lead', ['tech-lead'], 'admin'),
  person('quinn', 'Quinn Quality', ['qa', 'security'], 'write'),
  person('paula', 'Paula Product', ['product-owner'], 'write'),
  person('otto', 'Otto Operations', ['operator', 'admin'], 'write'),
  person('vera', 'Vera Viewer', ['viewer'], 'read'),
];

/** Whose credentials the publish worker holds: not a person, so that every person may approve what it opens. */
export const SERVICE = { login: 'slipway', name: 'Slipway', email: 'slipway@example.org' };

/** Owns the packages on the indexes: the one who can yank there. */
export const INDEX_OWNER = 'rita';

export function holderOf(role: Role): SandboxPerson | undefined {
  return PEOPLE.find((one) => one.roles.includes(role));
}

function person(login: string, name: string, roles: readonly Role[], github: SandboxPerson['github']): SandboxPerson {
  return { login, name, email: `${login}@example.org`, roles, github };
}

/** The sandbox's GitHub App, for projects that publish as one, where it is installed. */
export const APP = { id: 4711, slug: 'slipway-app' };
export const APP_INSTALLED = {
  ...{ id: 1147, owner: 'acme' },
  permissions: {
    ...{ contents: 'write', issues: 'write', pull_requests: 'write', checks: 'read', statuses: 'read' },
    ...{ discussions: 'write', organization_projects: 'write' },
  } as Readonly<Record<string, string>>,
};
