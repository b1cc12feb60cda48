import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment, run } from '../clients/command.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

const DETECTOR = 'src/pynomaly_lite/domain/detector.py';
const TEST = 'tests/unit/critical/test_not_a_number.py';
const LIMIT_SECONDS = 60;

export const ISSUE = {
  title: 'A value that is not a number hides every anomaly',
  body: 'With `nan` among the values `detect` finds nothing at all, and says nothing either.',
};

/** What a person does at their desk: clones, corrects, tries, commits, pushes to the hotfix branch. */
export async function pushFix(
  sandbox: Sandbox,
  who: string,
  { repository, branch, issue }: { repository: string; branch: string; issue: number },
): Promise<void> {
  const { githubToken = '', name = who } = sandbox.people[who] ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'slipway-desk-'));
  const basic = Buffer.from(`x-access-token:${githubToken}`).toString('base64');
  const env = {
    ...baseEnvironment(),
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: `http.${new URL(sandbox.addresses.github).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: name,
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: `${who}@example.org`,
  };
  const git = async (...args: string[]) => {
    const end = await run('git', args, { cwd: folder, env, timeoutSeconds: LIMIT_SECONDS });
    if (end.exitCode !== 0) throw new Error(`git ${args[0]}: ${end.stderr.trim()}`);
  };
  try {
    await git('clone', '--quiet', '--branch', branch, '--', `${sandbox.addresses.github}/${repository}.git`, 'desk');
    const file = (path: string) => join(folder, 'desk', path);
    writeFileSync(file(DETECTOR), fixed(readFileSync(file(DETECTOR), 'utf8')));
    mkdirSync(join(file(TEST), '..'), { recursive: true });
    writeFileSync(file(TEST), TEST_TEXT);
    await git('-C', 'desk', 'add', '--', DETECTOR, TEST);
    await git('-C', 'desk', 'commit', '--quiet', '--message', `fix: say so when a value is not a number (#${issue})`);
    await git('-C', 'desk', 'push', '--quiet', 'origin', branch);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fixed(source: string): string {
  return source
    .replace('from dataclasses import dataclass\n', 'from dataclasses import dataclass\nfrom math import isnan\n')
    .replace(
      '        if len(values) < 3:\n',
      '        if any(isnan(value) for value in values):\n            raise ValueError("a value is not a number")\n        if len(values) < 3:\n',
    );
}

const TEST_TEXT = `"""What is not a number is named, not passed over."""

import pytest

from pynomaly_lite.domain.detectors import DETECTORS


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.name)
def test_not_a_number_is_an_error(detector):
    with pytest.raises(ValueError, match="not a number"):
        detector.detect([1.0, 2.0, float("nan")])
`;
