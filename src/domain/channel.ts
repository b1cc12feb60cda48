/** Where announcements go, and which: a part of the project file after its defaults. */
export type AnnouncementEvent =
  | 'released'
  | 'hotfix'
  | 'rollback'
  | 'sign-off-wanted'
  | 'blocked'
  /** A wait that nobody has answered for long, told to further people. */
  | 'escalation'
  /** By the calendar a version is due. */
  | 'cadence';

interface Every {
  /** Part of step ids, one of its own in the project. */
  readonly name: string;
  readonly on: readonly AnnouncementEvent[];
}

/** Secrets are names of credentials throughout; a Slack webhook's whole address is one. */
export type Channel =
  | (Every & { readonly kind: 'webhook'; readonly url: string; readonly secret: string })
  | (Every & { readonly kind: 'slack'; readonly credential: string })
  | (Every & { readonly kind: 'github-issue'; readonly labels: readonly string[] })
  | (Every & { readonly kind: 'github-discussion'; readonly category: string })
  | (Every & MailChannel);

export interface MailChannel {
  readonly kind: 'email';
  readonly host: string;
  readonly port: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  /** Of the user's password. */
  readonly credential: string | null;
  /** `tls`: from the first byte; `starttls`: asked for, and nothing is sent without; `none`: for a relay on the same machine. */
  readonly tls: 'tls' | 'starttls' | 'none';
}

/** A version's milestone on GitHub, found by its title. */
export interface MilestoneRules {
  /** Holds `{version}`. */
  readonly title: string;
  readonly close: boolean;
  /** Is the next minor version's milestone created? */
  readonly next: boolean;
  /** Days until the next one is due; null: no day. */
  readonly dueDays: number | null;
}

/** A project board (Projects v2): what is in the version's milestone is put on it with this value. */
export interface BoardRules {
  readonly owner: string | null;
  readonly number: number;
  readonly field: string;
  readonly value: string;
}
