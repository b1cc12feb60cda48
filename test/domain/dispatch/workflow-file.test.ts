import { expect, test } from 'vitest';
import { workflowTextOf } from '../../../src/clients/github/workflow-text.ts';
import { faultsOfWorkflow } from '../../../src/domain/dispatch/workflow-file.ts';
import { BUILD_INPUTS } from '../../../src/domain/dispatch/workflow-inputs.ts';

const FIT = `run-name: Wheels \${{ inputs.slipway-run }}
on:
  push:
  workflow_dispatch:
    inputs:
      slipway-run: { required: true }
      version: { required: true }
      debug: { required: true, default: "no" }
jobs:
  wheels: { environment: { name: release }, steps: [] }
`;

function faults(text: string, { inputs = {}, environment = null as string | null } = {}) {
  return faultsOfWorkflow(
    workflowTextOf('wheels.yml', text),
    { file: 'wheels.yml', inputs, environment },
    BUILD_INPUTS,
  );
}

test('a workflow that takes what Slipway gives, and is called after its run, can be dispatched', () => {
  expect(faults(FIT, { environment: 'release' })).toEqual([]);
  expect(faults(FIT.replace('inputs.slipway-run', "inputs['slipway-run']"))).toEqual([]);
});

test.each([
  ['no run by request', FIT.replace('workflow_dispatch:', 'workflow_call:'), /no workflow_dispatch/],
  ['no run by request, in a list', 'on: [push]\njobs: {}\n', /no workflow_dispatch/],
  ['an input that it does not declare', FIT.replace(/ {6}version.*\n/, ''), /declares no input version/],
  ['an input that nobody gives', FIT.replace(', default: "no"', ''), /requires the input debug/],
  ['a name that does not tell its run', FIT.replace(/^run-name.*\n/, ''), /run-name/],
  ['a name with another input', FIT.replace('inputs.slipway-run', 'inputs.version'), /run-name/],
])('%s is a fault', (_, text, expected) => {
  expect(faults(text)).toEqual([expect.stringMatching(expected)]);
});

test('inputs of the project file are looked for, and so is the environment', () => {
  expect(faults(FIT, { inputs: { flavour: 'x' }, environment: 'pypi' })).toEqual([
    expect.stringContaining('declares no input flavour'),
    expect.stringContaining('environment pypi'),
  ]);
});

test('what is no YAML is said to be none', () => {
  expect(() => workflowTextOf('wheels.yml', 'on: [push')).toThrow(/wheels\.yml is no YAML/);
});
