import { Writable } from 'node:stream';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { STEP_HEADER } from '../../src/domain/trace.ts';
import { activityLog, createLog, remembering } from '../../src/observation/log.ts';

function opened(secrets = new Set<string>()) {
  const lines: string[] = [];
  const to = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  return { log: createLog({ process: 'worker-publish', level: 'debug', secrets, to }), lines, secrets };
}

const info = {
  ...{ activityType: 'ensureTagged', attempt: 2 },
  workflowExecution: { workflowId: 'release:sample:1.1.0', runId: 'r-1' },
};
const headers = { [STEP_HEADER]: defaultPayloadConverter.toPayload('release.tag') };

test('log: what an activity writes, whoever writes it, names the run, the step and the attempt', async () => {
  const { log, lines } = opened();
  const { execute } = activityLog(log)({ info } as never).inbound!;
  await execute!({ args: [], headers }, async () => {
    await Promise.resolve();
    log.warn('a credential file may be read by everybody');
  });
  log.info('between two activities');
  const [within, end, after] = lines.map((line) => JSON.parse(line));
  const ids = { run: 'release:sample:1.1.0', runId: 'r-1', step: 'release.tag', activity: 'ensureTagged', attempt: 2 };
  expect(within).toMatchObject({ ...ids, msg: 'a credential file may be read by everybody' });
  expect(end).toMatchObject({ ...ids, msg: 'activity', outcome: 'done' });
  expect(after.run).toBeUndefined();
});

test('log: a failed attempt says why, by its code', async () => {
  const { log, lines } = opened();
  const { execute } = activityLog(log)({ info } as never).inbound!;
  const refused = () => Promise.reject(ApplicationFailure.nonRetryable('the tag is another', 'tag-conflict'));
  await expect(execute!({ args: [], headers }, refused)).rejects.toThrow('the tag is another');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 40,
    outcome: 'final',
    code: 'tag-conflict',
    run: info.workflowExecution.workflowId,
  });
});

test('log: a secret that was read is in no line, in whatever form', async () => {
  const { log, lines, secrets } = opened();
  const stored: Record<string, string> = {
    TOKEN: 's3cret-"quoted"-value',
    REGISTRY: 'robot:pass-word-of-robot',
    APP: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----\n',
  };
  const held = async (name: string) => stored[name]!;
  const credentials = remembering({ read: held, key: held }, secrets);
  await credentials.read('TOKEN');
  await credentials.read('REGISTRY');
  await credentials.key('APP');
  log.error('read MIIEvQIBADANBgkqhkiG from a file');
  log.error({ said: `refused ${stored.TOKEN}`, header: Buffer.from(`x:${stored.TOKEN}`).toString('base64') }, 'no');
  log.error('https://example.org/?p=pass-word-of-robot');
  expect(lines.join()).not.toMatch(/s3cret|pass-word-of-robot|MIIEvQ/);
  expect(lines.join()).not.toContain(Buffer.from('s3cret-"quoted"-value').toString('base64').slice(4, 20));
});

test.each([
  'pypi-AgEIcHlwaS5vcmcCJDU2',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'slipway_0123456789abcdefghij',
  'Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.x',
])('log: what looks like a secret is none of its business: %s', (secret) => {
  const { log, lines } = opened();
  log.warn({ err: new Error(`sent ${secret}`) }, `sent ${secret}`);
  expect(lines.join()).not.toContain(secret.slice(-12));
});

test('log: a password in an address is blanked out, an address without one stays', () => {
  const { log, lines } = opened();
  log.info('https://robot:hidden-word@example.org/a and https://example.org:8080/b');
  expect(lines.join()).toContain('https://***@example.org/a and https://example.org:8080/b');
});
