export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly tls: 'tls' | 'starttls' | 'none';
  readonly login: { readonly user: string; readonly password: string } | null;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly date: string;
}

/**
 * Announcements to where nobody can look whether one has arrived. Sent once, no redirect followed, nothing to private addresses unless
 * the service's configuration lets them: `channel-unreachable` where it may help to try again, `channel-refused` where not.
 */
export interface NoticeWrites {
  /** JSON by POST; anything but 2xx is a problem. `secret`: an address that is itself a secret is in no word of it. */
  post(
    target: { url: string; secret: boolean },
    message: { headers: Readonly<Record<string, string>>; body: string },
  ): Promise<void>;
  /** `rejected`: whom the server took it not for, while it took it for others. */
  mail(server: MailServer, mail: Mail): Promise<{ rejected: readonly string[] }>;
}
