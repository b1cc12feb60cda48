import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type ComposeService,
  type Composition,
  composeConfig,
  composeObstacle,
  composition,
  secondsOf,
} from '../support/image/compose.ts';
import { root } from '../support/imports.ts';

const text = (name: string) => readFileSync(join(root, name), 'utf8');
const SET = { SLIPWAY_DEPLOYMENT: './deployment' };
const NOTHING: Composition = { services: {}, secrets: {}, networks: {} };
const OURS = ['api', 'worker-build', 'worker-publish'];
const JOBS = ['temporal-schema', 'temporal-namespace'];

describe.skipIf(composeObstacle)(
  `docker-compose.yml${composeObstacle && `, not read here: ${composeObstacle}`}`,
  async () => {
    const { services, networks } = composeObstacle ? NOTHING : await composition(SET);
    const all = Object.entries(services);
    const service = (name: string) => services[name] as ComposeService;
    const netsOf = (name: string) => Object.keys(service(name).networks ?? {});

    test('without a place for configuration and secrets it is refused, with a word on what to do', async () => {
      const { exitCode, stderr } = await composeConfig({});
      expect(exitCode).not.toBe(0);
      expect(stderr).toMatch(/SLIPWAY_DEPLOYMENT[\s\S]*deploy\/prepare\.sh/);
    });

    test('no password is in it, and every secret is a file below the deployment', () => {
      const environments = all.flatMap(([name, { environment }]) =>
        Object.entries(environment ?? {}).map(([key, value]) => `${name}: ${key}=${value}`),
      );
      expect(environments.filter((one) => /PASS|PWD|SECRET|TOKEN/i.test(one))).toEqual([
        'postgres: POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password',
        'temporal-schema: SQL_PASSWORD_FILE=/run/secrets/postgres-password',
      ]);
    });

    test('every port is on loopback', () => {
      const ports = all.flatMap(([, { ports = [] }]) => ports);
      expect(ports.length).toBeGreaterThan(0);
      const open = ports.filter((port) =>
        typeof port === 'string' ? !port.startsWith('127.0.0.1:') : port.host_ip !== '127.0.0.1',
      );
      expect(open).toEqual([]);
    });

    test('nothing keeps a capability or may gain one; nothing but the Temporal UI writes into its image', () => {
      for (const [name, { cap_drop, security_opt, privileged }] of all) {
        expect([name, cap_drop, privileged]).toEqual([name, ['ALL'], undefined]);
        expect(security_opt, name).toContain('no-new-privileges:true');
      }
      expect(all.filter(([, { read_only }]) => !read_only).map(([name]) => name)).toEqual(['temporal-ui']);
    });

    test('what serves is started again when it ends; jobs are not', () => {
      for (const [name, { restart }] of all)
        expect([name, restart]).toEqual([name, JOBS.includes(name) ? 'no' : 'unless-stopped']);
    });

    test('the build worker has no secret, and no way to PostgreSQL, the API or the records', () => {
      const { secrets, volumes = [] } = service('worker-build');
      expect(secrets).toBeUndefined();
      expect(JSON.stringify(volumes)).not.toMatch(/records|secrets|\/config/);
      const met = Object.keys(services).filter(
        (name) => name !== 'worker-build' && netsOf(name).some((net) => netsOf('worker-build').includes(net)),
      );
      expect(met).toEqual(['temporal']);
    });

    test('nothing but Temporal and its schema job reaches PostgreSQL, and neither can be reached from outside', () => {
      expect(Object.keys(services).filter((name) => netsOf(name).includes('data'))).toEqual([
        'postgres',
        'temporal',
        'temporal-schema',
      ]);
      for (const name of ['postgres', 'temporal']) {
        expect(service(name).ports).toBeUndefined();
        expect(netsOf(name).filter((net) => networks[net]?.internal !== true)).toEqual([]);
      }
    });

    test('credentials are mounted into the publish worker alone', () => {
      const having = all.filter(([, { volumes }]) => JSON.stringify(volumes ?? []).includes('secrets/credentials'));
      expect(having.map(([name]) => name)).toEqual(['worker-publish']);
    });

    test('workers are given longer to stop than they take', () => {
      const [, letting] = /^const LETTING_GO_SECONDS = (\d+);/m.exec(text('src/worker.ts')) ?? [];
      const [, grace] = /'SLIPWAY_GRACE', (\d+)\)/.exec(text('src/config/service.ts')) ?? [];
      for (const name of OURS.slice(1))
        expect(secondsOf(service(name).stop_grace_period)).toBeGreaterThan(Number(grace) + Number(letting));
    });

    test("the Temporal UI is new enough for worker versioning, and can't act", () => {
      const { image, environment } = service('temporal-ui');
      const [, minor] = /:2\.(\d+)\./.exec(image) ?? [];
      expect(Number(minor)).toBeGreaterThanOrEqual(38);
      expect(environment?.TEMPORAL_DISABLE_WRITE_ACTIONS).toBe('true');
    });

    test('each of its images is a target of the Dockerfile', () => {
      const targets = [...text('Dockerfile').matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, name]) => name);
      for (const name of OURS) expect(targets).toContain(service(name).build?.target);
    });
  },
);

test('.env.example explains each variable that docker-compose.yml reads, and no other', () => {
  const read = new Set([...text('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  // Passed on as they are, and read by compose itself.
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SLIPWAY_GATES', 'COMPOSE_PROJECT_NAME']) read.add(name);
  const explained = [...text('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
  expect(new Set(explained)).toEqual(read);
});

test('what .env.example says holds without a line is what docker-compose.yml falls back to', () => {
  const fallbacks = Object.fromEntries(
    [...text('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]),
  );
  const shown = [...text('.env.example').matchAll(/^# ([A-Z][A-Z_]+)=(.*)$/gm)].map(
    ([, name = '', value]) => [name, value] as const,
  );
  const wrong = shown.filter(([name, value]) => name in fallbacks && fallbacks[name] !== value);
  expect(wrong.map(([name]) => name)).toEqual([
    'SLIPWAY_BUILD_SECCOMP',
    'SLIPWAY_BUILD_APPARMOR',
    'SLIPWAY_BUILD_PATHS',
  ]); // there the other way is shown
});

test('what the jobs mount is there, and all of it is read', () => {
  const mounted = readdirSync(join(root, 'deploy/temporal')).toSorted();
  const compose = parse(text('docker-compose.yml'), { merge: true }) as { services: Record<string, object> };
  const named = [...JSON.stringify(compose.services).matchAll(/"\/deploy\/([\w.-]+)/g)].map(([, name]) => name);
  expect([...new Set(named)].toSorted()).toEqual(mounted);
});
