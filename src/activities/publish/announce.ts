import { createHash, createHmac } from 'node:crypto';
import { type Announcement, announcementOf, type Occasion } from '../../domain/announcement.ts';
import { asMarkdown, asPayload, asSlackMessage, asText } from '../../domain/announcement-forms.ts';
import type { AnnouncementEvent, Channel } from '../../domain/channel.ts';
import { Problem } from '../../domain/problem.ts';
import type { StepReport } from '../../domain/run/steps.ts';
import type { PublishActivities, ReleaseContext } from '../index.ts';
import type { PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

/** Clocks of this machine and of GitHub differ; what a run made is looked for from so much earlier. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** What goes out: decided and dated once, so that whatever is sent again is the same. */
interface Sending {
  readonly said: Announcement;
  readonly occasion: Occasion;
  readonly delivery: string;
  readonly at: string;
  readonly run: string;
}

type Of<K extends Channel['kind']> = Extract<Channel, { kind: K }>;

/** Each channel hears of each occasion once: the intent is written down before, and that it was sent after. */
export function announceActivities(deps: PublishDeps): Pick<PublishActivities, 'ensureAnnounced'> {
  const { archive, credentials, directory, github, notices, store } = deps;

  return {
    async ensureAnnounced({ channel: name, event, facts, notes, run, ...context }) {
      const channel = context.project.announce.find((one) => one.name === name);
      if (!channel) throw new Problem('project-invalid', `the project has no channel ${name}`);
      const key = ['announce', context.id, run, name, event, facts.occasion].join(' ');
      const before = await archive.claimed(`${key} sent`);
      if (before) return { ...(before.report as StepReport), adopted: true };
      const intent = await archive.claim(`${key} intended`, { at: new Date().toISOString() });
      const url = await directory.url();
      const occasion: Occasion = {
        ...{ event, facts, project: context.project, version: context.version, procedure: context.procedure },
        notes: notes === null ? '' : await store.text(notes.digest),
        runUrl: url === undefined ? null : `${url.replace(/\/+$/, '')}/${pageOf(context, event)}`,
      };
      const delivery = idOf(key);
      const sending = { said: announcementOf(occasion), occasion, delivery, at: String(intent.at), run: context.id };
      const report = await through(channel, sending);
      await archive.claim(`${key} sent`, { at: new Date().toISOString(), delivery, report });
      return report;
    },
  };

  function through(channel: Channel, sending: Sending): Promise<StepReport> {
    switch (channel.kind) {
      case 'webhook':
        return webhook(channel, sending);
      case 'slack':
        return slack(channel, sending);
      case 'github-issue':
        return issue(channel, sending);
      case 'github-discussion':
        return discussion(channel, sending);
      case 'email':
        return email(channel, sending);
    }
  }

  async function webhook({ url, secret }: Of<'webhook'>, sending: Sending): Promise<StepReport> {
    const { said, occasion, delivery, at, run } = sending;
    const body = JSON.stringify(asPayload(said, occasion, { delivery, at, run }));
    const signature = createHmac('sha256', await credentials.read(secret))
      .update(body)
      .digest('hex');
    await notices.post(
      { url, secret: false },
      {
        headers: {
          ...JSON_BODY,
          'x-slipway-event': said.event,
          'x-slipway-delivery': delivery,
          'x-slipway-signature-256': `sha256=${signature}`,
        },
        body,
      },
    );
    return { summary: `sent as ${delivery}` };
  }

  /** Slack keeps no delivery's id: after an answer that was lost it may say the same twice. */
  async function slack({ credential }: Of<'slack'>, { said, delivery }: Sending): Promise<StepReport> {
    const url = await credentials.read(credential);
    await notices.post({ url, secret: true }, { headers: JSON_BODY, body: JSON.stringify(asSlackMessage(said)) });
    return { summary: `sent as ${delivery}` };
  }

  async function issue({ labels }: Of<'github-issue'>, { said, occasion, delivery, at }: Sending): Promise<StepReport> {
    const access = await required(deps, occasion.project);
    const mark = markOf(delivery);
    const createdSince = earlier(at);
    const there = (await github.issues(access, { state: 'all', createdSince })).find(({ body }) => body.includes(mark));
    const { number, url } = there ?? (await github.createIssue(access, { ...asMarkdown(said, mark), labels }));
    return { summary: `issue #${number}`, evidence: [{ name: 'issue', url }], ...(there ? { adopted: true } : {}) };
  }

  async function discussion(
    { category }: Of<'github-discussion'>,
    { said, occasion, delivery, at }: Sending,
  ): Promise<StepReport> {
    const access = await required(deps, occasion.project);
    const mark = markOf(delivery);
    const young = await github.discussions(access, { category, createdSince: earlier(at) });
    const there = young.find(({ body }) => body.includes(mark));
    const { url } = there ?? (await github.createDiscussion(access, { category, ...asMarkdown(said, mark) }));
    return {
      summary: `discussion in ${category}`,
      evidence: [{ name: 'discussion', url }],
      ...(there ? { adopted: true } : {}),
    };
  }

  /** Mail servers and programs know a message by its Message-ID: one that comes again is the same one. */
  async function email(channel: Of<'email'>, { said, delivery, at }: Sending): Promise<StepReport> {
    const { host, port, tls, user, credential, from, to } = channel;
    const login = user === null || credential === null ? null : { user, password: await credentials.read(credential) };
    const messageId = `<${delivery}@${from.split('@')[1]}>`;
    const mail = { ...asText(said), from, to, messageId, date: at };
    const { rejected } = await notices.mail({ host, port, tls, login }, mail);
    const refused = rejected.length === 0 ? '' : `; the server refused it for ${rejected.join(', ')}`;
    return { summary: `sent as ${messageId}${refused}` };
  }
}

/** Where people answer: a version that is due has no run yet. */
function pageOf({ id, project }: ReleaseContext, event: AnnouncementEvent): string {
  return event === 'cadence' ? `projects/${project.project}` : `runs/${id}`;
}

const JSON_BODY = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'slipway' };

/** Told in the body of what is made on GitHub, so that it is found again. */
function markOf(delivery: string): string {
  return `<!-- slipway:announcement:${delivery} -->`;
}

function earlier(at: string): string {
  return new Date(Date.parse(at) - CLOCKS_DIFFER_MS).toISOString();
}

/** The same for the same occasion, whoever sends it and however often: shaped as a UUID. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
