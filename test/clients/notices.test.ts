import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Mail, MailServer } from '../../src/activities/ports.ts';
import { isPrivate } from '../../src/clients/notices/addresses.ts';
import { createNotices } from '../../src/clients/notices/notices.ts';
import { openHookTarget } from '../support/hook-target.ts';
import { headerOf, MAIL_USER, openMailbox } from '../support/mailbox.ts';

const notices = createNotices({ allowPrivate: async () => true, seconds: 5 });
const guarded = createNotices({ allowPrivate: async () => false, seconds: 5 });

describe('post', () => {
  let target: Awaited<ReturnType<typeof openHookTarget>>;
  beforeAll(async () => {
    target = await openHookTarget();
  });
  afterAll(() => target.close());
  afterEach(() => {
    target.received.length = 0;
    target.answer = (response) => void response.writeHead(204).end();
  });
  const post = (path = '/hook', by = notices) =>
    by.post({ url: `${target.url}${path}`, secret: false }, { headers: { 'x-a': 'b' }, body: '{"é":1}' });

  test('headers and body arrive as they were given', async () => {
    await post();
    expect(target.received).toMatchObject([{ path: '/hook', headers: { 'x-a': 'b' }, body: '{"é":1}' }]);
  });

  test.each([
    [500, 'channel-unreachable'],
    [429, 'channel-unreachable'],
    [408, 'channel-unreachable'],
    [404, 'channel-refused'],
    [410, 'channel-refused'],
    [302, 'channel-refused'],
  ])('an answer of %i is %s', async (status, code) => {
    const headers = { location: `${target.url}/elsewhere`, 'retry-after': '7' };
    target.answer = (response) => void response.writeHead(status, headers).end('because');
    await expect(post()).rejects.toMatchObject({ code });
    expect(target.received.map(({ path }) => path)).toEqual(['/hook']); // no redirect was followed, nothing sent twice
  });

  test('how long a busy channel wants to be left alone is passed on', async () => {
    target.answer = (response) => void response.writeHead(429, { 'retry-after': '7' }).end();
    await expect(post()).rejects.toMatchObject({ facts: { retryAfterSeconds: 7 } });
  });

  test('an answer without end is not read to its end', async () => {
    target.answer = (response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more).on('error', () => {});
      more();
    };
    await post();
  });

  test('no answer and nobody there: it may help to try again', async () => {
    target.answer = (response) => void response.destroy();
    await expect(post()).rejects.toMatchObject({ code: 'channel-unreachable' });
    const nobody = { url: 'http://127.0.0.1:1/', secret: false };
    await expect(notices.post(nobody, { headers: {}, body: '' })).rejects.toMatchObject({
      code: 'channel-unreachable',
    });
  });

  test('an address that is a secret is in no word', async () => {
    target.answer = (response) => void response.writeHead(404).end('no_team');
    const secret = { url: `${target.url}/services/T0/B0/hidden`, secret: true };
    const error = await notices.post(secret, { headers: {}, body: '{}' }).catch((each: Error) => each);
    expect(String(error)).toContain('no_team');
    expect(JSON.stringify([error, String(error)])).not.toContain('hidden');
    const wrong = await notices.post({ url: 'ftp://hidden', secret: true }, { headers: {}, body: '' }).catch(String);
    expect(wrong).not.toContain('hidden');
  });

  test('private addresses are refused unless the service lets them, by name as well', async () => {
    await expect(post('/hook', guarded)).rejects.toMatchObject({ code: 'channel-refused' });
    const port = new URL(target.url).port;
    const byName = { url: `http://localhost:${port}/`, secret: false };
    await expect(guarded.post(byName, { headers: {}, body: '' })).rejects.toMatchObject({ code: 'channel-refused' });
    expect(target.received).toEqual([]);
  });
});

test.each([
  ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
  ...['::1', '::', 'fd00::1', 'fe80::1', '::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', '2002:7f00:1::'],
])('%s is private', (address) => {
  expect(isPrivate(address)).toBe(true);
});

test.each(['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('%s is not private', (address) => {
  expect(isPrivate(address)).toBe(false);
});

describe('mail', () => {
  let mailbox: Awaited<ReturnType<typeof openMailbox>>;
  beforeAll(async () => {
    mailbox = await openMailbox();
  });
  afterAll(() => mailbox.close());
  afterEach(() => {
    mailbox.received.length = 0;
  });
  const server = (change: Partial<MailServer> = {}): MailServer => ({
    ...{ host: '127.0.0.1', port: mailbox.port, tls: 'none', login: null },
    ...change,
  });
  const mail = (change: Partial<Mail> = {}): Mail => ({
    from: 'releases@acme.example',
    to: ['a@acme.example', 'b@acme.example'],
    subject: 'Sample v1.2.0 is released',
    text: 'Greets <b>everybody</b>.\n',
    messageId: '<one@acme.example>',
    date: '2026-01-31T12:00:00.000Z',
    ...change,
  });

  test('a message arrives with its id and date, as plain text', async () => {
    await notices.mail(server({ login: MAIL_USER }), mail());
    const [one] = mailbox.received;
    expect(one).toMatchObject({
      from: 'releases@acme.example',
      to: ['a@acme.example', 'b@acme.example'],
      user: 'releases',
    });
    expect(headerOf(one!, 'Message-ID')).toBe('<one@acme.example>');
    expect(headerOf(one!, 'Date')).toBe('Sat, 31 Jan 2026 12:00:00 +0000');
    expect(headerOf(one!, 'Content-Type')).toContain('text/plain');
  });

  test('a line end in a subject begins no header of its own', async () => {
    await notices.mail(server(), mail({ subject: 'x\r\nBcc: all@acme.example' }));
    expect(headerOf(mailbox.received[0]!, 'Bcc')).toBeUndefined();
    expect(mailbox.received[0]!.to).toEqual(['a@acme.example', 'b@acme.example']);
  });

  test('whom the server does not take it for is said, and the others have it', async () => {
    const { rejected } = await notices.mail(server(), mail({ to: ['a@acme.example', 'gone@acme.example'] }));
    expect(rejected).toEqual(['gone@acme.example']);
    expect(mailbox.received[0]!.to).toEqual(['a@acme.example']);
  });

  test('STARTTLS that was asked for and is not there: nothing is sent in the open', async () => {
    const plain = await openMailbox({ hideSTARTTLS: true });
    const asked = notices.mail(server({ port: plain.port, tls: 'starttls', login: MAIL_USER }), mail());
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^channel-/) });
    expect(plain.received).toEqual([]);
    await plain.close();
  });

  test('a certificate that nobody vouches for is no STARTTLS', async () => {
    const asked = notices.mail(server({ tls: 'starttls' }), mail());
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^channel-/) });
    expect(mailbox.received).toEqual([]);
  });

  test('a password that does not count is refused, and is in no word', async () => {
    const login = { user: 'releases', password: 'the wrong one' };
    const error = await notices.mail(server({ login }), mail()).catch((each: Error) => each);
    expect(error).toMatchObject({ code: 'credential-refused' });
    expect(JSON.stringify([error, String(error)])).not.toContain('the wrong one');
  });

  test.each([
    [451, 'channel-unreachable'],
    [554, 'channel-refused'],
  ])('an answer of %i is %s', async (responseCode, code) => {
    mailbox.trouble.next = () => Object.assign(new Error('not now'), { responseCode });
    await expect(notices.mail(server(), mail())).rejects.toMatchObject({ code });
  });

  test('a server that hangs up, and one that is not there, may be there again', async () => {
    mailbox.trouble.next = () => 'hang up';
    await expect(notices.mail(server(), mail())).rejects.toMatchObject({ code: 'channel-unreachable' });
    await expect(notices.mail(server({ port: 1 }), mail())).rejects.toMatchObject({ code: 'channel-unreachable' });
  });

  test('a private mail server is refused unless the service lets it', async () => {
    await expect(guarded.mail(server(), mail())).rejects.toMatchObject({ code: 'channel-refused' });
  });
});
