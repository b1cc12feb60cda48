import type { Role } from '../domain/project.ts';
import { type ClaimedPerson, type Claims, claimedPerson } from './claimed-person.ts';
import type { PersonEntry, ServiceFile } from './service-file.ts';
import type { signedInPeople } from './signed-in.ts';
import { hashToken, sameHash } from './tokens.ts';

export interface KnownPerson {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface PeopleDirectory {
  /** Roles are those that hold everywhere, and with a project also those that hold in it. */
  people(project?: string): Promise<KnownPerson[]>;
  person(login: string, project?: string): Promise<KnownPerson | undefined>;
  /** Whose account on GitHub that is, with their roles in the project. */
  personOfGitHub(account: string, project: string): Promise<KnownPerson | undefined>;
  /** Whose token that is; undefined for nobody's and for one that is past its day. */
  personOfToken(token: string, now: Date): Promise<KnownPerson | undefined>;
  /** The same for a token of which only the hash is known. */
  personOfHash(sha256: string, now: Date): Promise<KnownPerson | undefined>;
  /** Whom its claims are about; undefined for somebody who cannot be known here. */
  personOfClaims(claims: Claims): Promise<ClaimedPerson | undefined>;
  /** With roles that claims gave, those of the configuration. */
  withRoles(person: ClaimedPerson): Promise<KnownPerson>;
  /** Runs that begin from now on know this person. */
  remember(person: ClaimedPerson, now: Date): Promise<void>;
}

interface Read {
  readonly service: () => Promise<ServiceFile>;
  /** Who came by an identity provider; undefined where there is no state folder. */
  readonly signedIn: ReturnType<typeof signedInPeople> | undefined;
}

/** What slipway.yaml says of people, with those who came by an identity provider. */
export function peopleDirectory({ service, signedIn }: Read): PeopleDirectory {
  async function listed(project?: string): Promise<KnownPerson[]> {
    return (await service()).people.map((entry) => known(entry, project));
  }

  async function everybody(project?: string): Promise<KnownPerson[]> {
    const people = await listed(project);
    if (signedIn === undefined || (await service()).oidc === undefined) return people;
    return [...people, ...(await signedIn.all(new Date()))].reduce(merged, []);
  }

  async function personOfHash(sha256: string, now: Date): Promise<KnownPerson | undefined> {
    let found: PersonEntry | undefined;
    for (const entry of (await service()).people) {
      for (const one of entry.tokens) {
        if (sameHash(one.sha256, sha256) && !isPast(one.expires, now)) found = entry;
      }
    }
    return found && known(found);
  }

  return {
    people: everybody,
    async personOfGitHub(account, project) {
      const isTheirs = ({ github }: PersonEntry) => github?.toLowerCase() === account.toLowerCase();
      const entry = (await service()).people.find(isTheirs);
      return entry && (await everybody(project)).find(({ login }) => login === entry.login);
    },
    person: async (login, project) => (await listed(project)).find((one) => one.login === login),
    personOfToken: (token, now) => personOfHash(hashToken(token), now),
    personOfHash,
    async personOfClaims(claims) {
      const { oidc, people } = await service();
      const person = oidc && claimedPerson(claims, oidc, people);
      const known = person && (person.roles.length > 0 || people.some(({ login }) => login === person.login));
      return known ? person : undefined;
    },
    async withRoles(person) {
      const entry = (await listed()).find(({ login }) => login === person.login);
      return entry ? merged([entry], person)[0]! : person;
    },
    remember: async (person, now) => signedIn?.remember(person, now),
  };
}

function known({ login, name, roles, projects }: PersonEntry, project?: string): KnownPerson {
  const further = project === undefined ? [] : (projects[project] ?? []);
  return { login, name: name ?? login, roles: [...new Set([...roles, ...further])] };
}

/** One entry for each login, with the roles of all. */
function merged(people: readonly KnownPerson[], person: KnownPerson): KnownPerson[] {
  const there = people.find(({ login }) => login === person.login);
  if (!there) return [...people, person];
  const both = { ...there, roles: [...new Set([...there.roles, ...person.roles])] };
  return people.map((one) => (one === there ? both : one));
}

function isPast(lastDay: string | undefined, now: Date): boolean {
  return lastDay !== undefined && now.toISOString().slice(0, 10) > lastDay;
}
