import { parse } from 'yaml';
import type { WorkflowText } from '../../domain/dispatch/workflow-file.ts';
import { Problem } from '../../domain/problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/** `on` may be a word, a list or a map; so may an environment be a word or a map. */
export function workflowTextOf(file: string, text: string): WorkflowText {
  let whole: unknown;
  try {
    whole = parse(text);
  } catch (error) {
    throw new Problem('workflow-unfit', `${file} is no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const workflow = fieldsOf(whole);
  const jobs = Object.values(fieldsOf(workflow.jobs)).map(fieldsOf);
  return {
    inputs: inputsOf(workflow.on),
    runName: typeof workflow['run-name'] === 'string' ? workflow['run-name'] : null,
    environments: jobs.flatMap(({ environment }) => {
      const name = typeof environment === 'string' ? environment : fieldsOf(environment).name;
      return typeof name === 'string' ? [name] : [];
    }),
  };
}

function inputsOf(on: unknown): WorkflowText['inputs'] {
  if (on === 'workflow_dispatch') return {};
  if (Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : null;
  const events = fieldsOf(on);
  if (!Object.hasOwn(events, 'workflow_dispatch')) return null;
  const inputs = Object.entries(fieldsOf(fieldsOf(events.workflow_dispatch).inputs));
  return Object.fromEntries(
    inputs.map(([name, input]) => {
      const { required, default: otherwise } = fieldsOf(input);
      return [name, { required: required === true && otherwise === undefined }];
    }),
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
