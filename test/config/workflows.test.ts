import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workflowTextOf } from '../../src/clients/github/workflow-text.ts';
import { parseProjectFile, readProjectFile } from '../../src/config/project-file.ts';
import { faultsOfWorkflow } from '../../src/domain/dispatch/workflow-file.ts';
import { BUILD_INPUTS, PUBLISH_INPUTS } from '../../src/domain/dispatch/workflow-inputs.ts';

const file = 'projects/sample.yaml';
const repository = 'repository: https://github.com/acme/sample.git\n';

function faults(text: string) {
  const read = parseProjectFile(repository + text, { file });
  return 'faults' in read ? read.faults.map(({ path, message, remedy }) => `${path} ${message}. ${remedy}`) : [];
}

test('a workflow publishes without a credential, another builds: both with what the file leaves out filled in', () => {
  const { build, publish } = readProjectFile(
    `${repository}publish: { index: { name: pypi, via: workflow, workflow: { file: publish.yml } } }
build: { via: workflow, workflow: { file: wheels.yml, inputs: { flavour: 3, tag: "{tag}" } } }\n`,
    { file },
  );
  const job = { environment: null, ref: null };
  expect(publish.index).toEqual({
    name: 'pypi',
    credential: null,
    workflow: { ...job, file: 'publish.yml', inputs: {} },
  });
  const inputs = { flavour: '3', tag: '{tag}' };
  expect(build).toEqual({ sdist: 'worker', workflow: { ...job, file: 'wheels.yml', inputs } });
});

test('left out, a worker builds and a token publishes', () => {
  const { build, publish } = readProjectFile(repository, { file });
  expect([build, publish.index]).toEqual([undefined, { name: 'pypi', credential: 'PYPI_TOKEN' }]);
});

const WORKFLOW = 'via: workflow, workflow: { file: publish.yml }';

test.each([
  [
    `publish: { index: { name: pypi, credential: PYPI_TOKEN, ${WORKFLOW} } }`,
    /credential is there although a workflow publishes.*revoke/,
  ],
  ['publish: { index: { name: pypi } }', /publish\.index has no credential to upload with.*via: workflow/],
  ['publish: { index: { name: pypi, via: workflow } }', /publish\.index\.via names no workflow/],
  [
    'publish: { index: { name: pypi, credential: X, workflow: { file: publish.yml } } }',
    /workflow is named although via is upload/,
  ],
  [`publish: { index: { name: pypi, ${WORKFLOW} }, github: null }`, /needs GitHub/],
  ['publish: { index: { name: pypi, via: workflow, workflow: { file: ../publish.yml } } }', /\.github\/workflows/],
  [
    'publish: { index: { name: pypi, via: workflow, workflow: { file: p.yml, inputs: { files: x } } } }',
    /inputs\.files is given by Slipway itself/,
  ],
  ['build: { via: workflow }', /build\.via names no workflow/],
  ['build: { sdist: workflow }', /build\.sdist is from a workflow, and none builds/],
  [`publish: { testIndex: { name: testpypi, credential: X, ${WORKFLOW} } }`, /testIndex\.via is not a key/],
])('%s is a fault that says what to write', (text, expected) => {
  expect(faults(`${text}\n`).join('\n')).toMatch(expected);
});

test('the workflows of the documentation are ones that Slipway can dispatch', () => {
  const page = readFileSync(new URL('../../docs/trusted-publishing.md', import.meta.url), 'utf8');
  const [, publish, wheels] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
  const job = (name: string, environment: string | null) => ({ file: name, inputs: {}, environment });
  expect(faultsOfWorkflow(workflowTextOf('publish.yml', publish!), job('publish.yml', 'pypi'), PUBLISH_INPUTS)).toEqual(
    [],
  );
  expect(faultsOfWorkflow(workflowTextOf('wheels.yml', wheels!), job('wheels.yml', null), BUILD_INPUTS)).toEqual([]);
});
