import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, test, vi } from 'vitest';
import { type Distribution, sdist, wheel } from '../support/distribution.ts';
import { BOB, type Fields, freshIndex, SCOPED } from './index-setup.ts';

const world = freshIndex();
const { upload } = world;

const stored = () => world.journal.changes().map(({ target }) => target);

/** The same file under another name. */
function renamed(file: Distribution, filename: string): Distribution {
  return { ...file, filename };
}

function zipped(filename: string, names: readonly string[]): Distribution {
  const file = join(world.folder, filename);
  writeFileSync(file, zipSync(Object.fromEntries(names.map((name) => [name, strToU8('x')]))));
  return { file, filename, sha256: '' };
}

async function refusal(answer: Promise<Response>) {
  const { status, statusText } = await answer;
  return `${status} ${statusText}`;
}

test('index: the same file again is welcome, and nothing is stored a second time', async () => {
  const file = wheel(world.folder);

  const first = await upload(file);
  const second = await upload(file);

  expect([first.status, second.status, await second.text()]).toEqual([200, 200, '']);
  expect(world.journal.changes()).toMatchObject([
    { server: 'index', action: 'upload', target: file.filename, digest: file.sha256 },
  ]);
});

test('index: of two identical uploads at the same moment one is stored, and both succeed', async () => {
  const file = wheel(world.folder);
  let reached = 0;
  world.journal.onPoint(async (point) => {
    if (point === 'before-store') reached += 1;
    await vi.waitUntil(() => reached === 2);
  });

  const answers = await Promise.all([upload(file), upload(file)]);

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(stored()).toEqual([file.filename]);
});

test('index: other bytes under a name that is taken are refused on the status line', async () => {
  await upload(wheel(world.folder));

  const answer = await upload(wheel(world.folder, { text: 'changed' }));

  expect(answer.status).toBe(400);
  expect(answer.statusText).toMatch(
    /^File already exists \('sample-1\.2\.0-py3-none-any\.whl', with blake2_256 hash '[0-9a-f]{64}'\)\. See /,
  );
  expect(await answer.text()).toContain(`<title>400 File already exists (&#39;sample`);
  expect(stored()).toHaveLength(1);
});

test('index: the bytes of a file are refused under another name', async () => {
  const file = wheel(world.folder);
  await upload(file);

  const answer = upload(renamed(file, 'sample-1.2.0-1-py3-none-any.whl'));

  expect(await refusal(answer)).toMatch(/^400 File already exists \('sample-1\.2\.0-1-py3/);
});

test('index: where nothing was stored because of a fault, the next attempt stores', async () => {
  const file = wheel(world.folder);
  world.journal.fault({ server: 'index', action: 'upload', when: 'before', status: 503, times: 1 });

  expect((await upload(file)).status).toBe(503);
  expect((await world.json()).status).toBe(404);
  expect((await upload(file)).status).toBe(200);
  expect(stored()).toEqual([file.filename]);
});

test('index: a file that was stored before the answer was lost is there, and once', async () => {
  const file = wheel(world.folder);
  world.journal.fault({ server: 'index', action: 'upload', when: 'after', status: 503, times: 1 });

  expect((await upload(file)).status).toBe(503);
  expect((await world.json()).status).toBe(200);
  expect((await upload(file)).status).toBe(200);
  expect(stored()).toEqual([file.filename]);
});

test('index: a release of more than fourteen days takes no new file, but still the same one', async () => {
  const file = wheel(world.folder);
  await upload(file);
  world.clock = new Date('2026-03-15T12:00:01Z');

  expect(await refusal(upload(await sdist(world.folder)))).toBe(
    '400 Uploading new files to releases older than 14 days is not allowed.',
  );
  expect((await upload(file)).status).toBe(200);
});

test('index: a release of exactly fourteen days still takes a file', async () => {
  await upload(wheel(world.folder));
  world.clock = new Date('2026-03-15T12:00:00Z');

  expect((await upload(await sdist(world.folder))).status).toBe(200);
});

test('index: a release has one sdist', async () => {
  await upload(await sdist(world.folder));
  const second = await sdist(world.folder, { text: 'changed' });

  expect(await refusal(upload(renamed(second, 'sample-1.2.tar.gz'), { version: '1.2' }))).toBe(
    '400 Only one sdist may be uploaded per release.',
  );
});

test('index: 1.2 and 1.2.0 are one release', async () => {
  await upload(wheel(world.folder));
  await upload(wheel(world.folder, { version: '1.2' }));

  const { versions } = (await (await world.simple()).json()) as { versions: string[] };
  expect(versions).toEqual(['1.2.0']);
});

const fields: [string, Fields, string][] = [
  ['another protocol', { protocol_version: '2' }, '400 Unknown protocol version.'],
  ['no file', { content: undefined }, '400 Upload payload does not have a file.'],
  ['no digest', { sha256_digest: undefined }, '400 Error: Include at least one message digest.'],
  [
    'a digest that is none',
    { sha256_digest: 'abc' },
    '400 Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256 message digest.',
  ],
  [
    'a digest of other bytes',
    { sha256_digest: '0'.repeat(64) },
    '400 The digest supplied does not match a digest calculated from the uploaded file.',
  ],
  [
    'an md5 of other bytes beside a right sha256',
    { md5_digest: '0'.repeat(32) },
    '400 The digest supplied does not match a digest calculated from the uploaded file.',
  ],
  ['a name with a blank', { name: 'sam ple' }, "400 'sam ple' is an invalid value for Name."],
  ['no version', { version: undefined }, "400 '' is invalid for 'version'."],
  ['a version that is none', { version: '1.2.x' }, "400 '1.2.x' is invalid for 'version'."],
  ['a local version', { version: '1.2.0+mine' }, "400 The use of local versions in '1.2.0+mine' is not allowed."],
  ['an unknown file type', { filetype: 'egg' }, '400 Invalid value for filetype. Error: Use a known file type.'],
  ['no Python version for a wheel', { pyversion: undefined }, '400 Invalid value for pyversion.'],
  ['an unknown metadata version', { metadata_version: '9.9' }, "400 '9.9' is not a valid metadata version."],
  ['a summary that is too long', { summary: 'x'.repeat(513) }, "400 'summary' field must be 512 characters or less."],
  ['two kinds of licence', { license: 'MIT', license_expression: 'MIT' }, '400 License is deprecated when'],
  ['a dependency by address', { requires_dist: 'a @ https://example.org/a.whl' }, "400 Can't have direct dependency:"],
  ['a licence file that is not in it', { license_file: 'LICENSE' }, '400 License-File LICENSE does not exist in'],
  ['another project', { name: 'other' }, "400 Start filename for 'other' with 'other'."],
  ['another version', { version: '1.3.0' }, "400 Version in filename should be '1.3.0' not '1.2.0'."],
  ['the wish to register a project', { ':action': 'submit' }, '410 Project pre-registration is no longer required'],
];

test.each(fields)('index: a wheel with %s is refused', async (_, wrong, reason) => {
  expect((await refusal(upload(wheel(world.folder), wrong))).slice(0, reason.length)).toBe(reason);
  expect(stored()).toEqual([]);
});

const names: [string, string, string][] = [
  ['wheel', 'sample-1.2.0-cp311-cp311-linux_x86_64.whl', 'has an unsupported platform tag'],
  ['wheel', 'Sample-1.2.0-py3-none-any.whl', "should contain the normalized project name 'sample', not 'Sample'."],
  ['wheel', 'sample-1.2.0-any.whl', 'Invalid wheel filename'],
  ['wheel', 'sample-1.2.0-py3-none-any.egg', 'Invalid file extension: Use .tar.gz, .whl or .zip'],
  ['wheel', 'sample-1.2.0-py3-none-any.tar.gz', 'Extension .tar.gz is invalid for filetype bdist_wheel.'],
  ['wheel', 'a\\sample-1.2.0-py3-none-any.whl', "Cannot upload a file with '/' or '\\' in the name."],
  ['sdist', 'Sample-1.2.0.tar.gz', "Filename 'Sample-1.2.0.tar.gz' is invalid, should be 'sample-1.2.0.tar.gz'."],
  ['sdist', 'sample-1.2.tar.gz', "Filename 'sample-1.2.tar.gz' is invalid, should be 'sample-1.2.0.tar.gz'."],
  ['sdist', 'other-1.2.0.tar.gz', "Start filename for 'sample' with 'sample'."],
];

test.each(names)('index: a %s named %s is refused', async (kind, filename, reason) => {
  const file = kind === 'wheel' ? wheel(world.folder) : await sdist(world.folder);

  const answer = upload(renamed(file, filename), {
    name: 'sample',
    version: '1.2.0',
    filetype: kind === 'wheel' ? 'bdist_wheel' : 'sdist',
    pyversion: kind === 'wheel' ? 'py3' : 'source',
  });

  expect(await refusal(answer)).toContain(reason);
  expect(stored()).toEqual([]);
});

test('index: names are compared as PEP 503 says, and file names as PEP 625 says', async () => {
  const file = await sdist(world.folder, { name: 'some_thing' });

  expect((await upload(file, { name: 'Some.Thing' })).status).toBe(200);
  expect((await world.json('1.2', 'some-thing')).status).toBe(200);
});

const contents: [string, string[], string][] = [
  ['without WHEEL', [], 'WHEEL not found at sample-1.2.0.dist-info/WHEEL'],
  ['without RECORD', ['WHEEL'], 'does not contain the required RECORD file'],
  ['without METADATA', ['WHEEL', 'RECORD'], 'does not contain the required METADATA file'],
];

test.each(contents)('index: a wheel %s is refused', async (_, members, reason) => {
  const file = zipped(
    'sample-1.2.0-py3-none-any.whl',
    members.map((name) => `sample-1.2.0.dist-info/${name}`),
  );

  expect(await refusal(upload(file))).toContain(reason);
});

test('index: a file that is no archive is refused', async () => {
  const file = join(world.folder, 'text');
  writeFileSync(file, 'nothing but text');
  const text = { file, sha256: '' };

  expect(await refusal(upload({ ...text, filename: 'sample-1.2.0-py3-none-any.whl' }))).toBe(
    '400 Invalid distribution file. File is not a zipfile',
  );
  expect(await refusal(upload({ ...text, filename: 'sample-1.2.0.tar.gz' }))).toBe(
    '400 Invalid distribution file. File is not a tarfile',
  );
});

test('index: a file above the limit is refused, before it is looked at and before it is read', async () => {
  await world.index.close();
  await world.start({ fileLimit: 100 });
  const large = {
    content: new File([new Uint8Array(2 * 1024 * 1024)], 'sample-1.2.0-py3-none-any.whl', {
      type: 'application/octet-stream',
    }),
  };

  expect(await refusal(upload(wheel(world.folder)))).toContain("400 File too large. Limit for project 'sample'");
  expect((await upload(wheel(world.folder), large)).status).toBe(413);
});

test('index: without a token, with a wrong one or with a password nothing is uploaded', async () => {
  const invalid = '403 Invalid or non-existent authentication information.';
  const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
  const bare = (headers: Record<string, string>) =>
    fetch(world.index.uploadUrl, { method: 'POST', body: new FormData(), headers });

  expect(await refusal(bare({}))).toContain(invalid);
  expect(await refusal(upload(wheel(world.folder), {}, 'wrong'))).toContain(invalid);
  expect(await refusal(upload(wheel(world.folder), {}, 'constructor'))).toContain(invalid);
  expect(await refusal(bare({ authorization: `Basic ${basic('ann', 'password-of-ann')}` }))).toContain(
    '403 Username/Password authentication is no longer supported.',
  );
  expect(stored()).toEqual([]);
});

test('index: a project is its owner’s: another user may not add to it, nor a token for another project', async () => {
  await upload(wheel(world.folder));

  expect(await refusal(upload(await sdist(world.folder), {}, BOB))).toContain(
    "403 The user 'bob' isn't allowed to upload to project 'sample'.",
  );
  expect(await refusal(upload(await sdist(world.folder), {}, SCOPED))).toBe(
    "403 Invalid API Token: project-scoped token is not valid for project: 'sample'",
  );
  expect((await upload(wheel(world.folder, { name: 'another' }), {}, SCOPED)).status).toBe(200);
});

test('index: a name that was given away beforehand is its owners’, however it is written', async () => {
  await world.index.close();
  await world.start({ owners: { 'Some.Thing': ['bob', 'carol'] } });
  const file = wheel(world.folder, { name: 'some_thing' });

  expect((await upload(file)).status).toBe(403);
  expect((await upload(file, {}, BOB)).status).toBe(200);
  expect(await (await world.json('1.2.0', 'some-thing')).json()).toMatchObject({
    ownership: {
      roles: [
        { role: 'Owner', user: 'bob' },
        { role: 'Owner', user: 'carol' },
      ],
    },
  });
});

test('index: an address without its last slash sends the client on, method and body kept', async () => {
  const answer = await fetch(world.index.uploadUrl.slice(0, -1), { method: 'POST', redirect: 'manual' });

  expect([answer.status, answer.headers.get('location')]).toEqual([308, '/legacy/']);
});
