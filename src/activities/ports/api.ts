import type { AuditEntry } from '../../domain/audit.ts';
import type { Role } from '../../domain/project.ts';

/** Who did what: only ever added to, a day at a time. */
export interface AuditTrail {
  add(entry: AuditEntry): Promise<void>;
  /** Days (UTC) that have entries, the last first. */
  days(): Promise<string[]>;
  entriesOf(day: string): Promise<AuditEntry[]>;
}

/** Somebody else who knows people, by OpenID Connect. Refusals are `identity-refused`, silence `identity-provider-unreachable`. */
export interface IdentityProvider {
  /** Where the browser is sent to sign in, and what it must bring back. */
  begin(settings: IdentitySettings, redirectUri: string): Promise<{ url: string; pending: PendingSignIn }>;
  /** What is said of the person who came back to that address. */
  finish(settings: IdentitySettings, url: string, pending: PendingSignIn): Promise<Record<string, unknown>>;
  /** What a bearer token says, if it is the provider's and for this service. */
  verify(settings: IdentitySettings, token: string, now: Date): Promise<Record<string, unknown>>;
}

export interface IdentitySettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly audience?: string;
  readonly algorithms: readonly string[];
}

export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who is signed in to pages, kept beside the archive: a restart of the API signs nobody out. */
export interface SessionStore {
  session(key: string): Promise<SessionRecord | undefined>;
  put(key: string, record: SessionRecord): Promise<void>;
  remove(key: string): Promise<void>;
  /** Removes those that were last seen before that time. */
  removeOlder(than: Date): Promise<void>;
}

export interface SessionRecord {
  readonly login: string;
  /** How the person signed in; with a token also its hash, since the session ends with it. */
  readonly means:
    | { readonly kind: 'token'; readonly sha256: string }
    /** With the roles that the provider's claims meant. */
    | { readonly kind: 'oidc'; readonly name: string; readonly roles: readonly Role[] };
  readonly openedAt: string;
  readonly seenAt: string;
}
