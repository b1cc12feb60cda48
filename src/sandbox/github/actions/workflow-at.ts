import { parse } from 'yaml';
import { readTree } from '../git/write-objects.ts';
import type { Repository } from '../repository.ts';

/** A workflow's file as it stands at a commit. */
export interface WorkflowAt {
  readonly file: string;
  readonly name: string;
  readonly runName: string | null;
  /** null: it has no workflow_dispatch. */
  readonly inputs: Readonly<Record<string, { readonly required: boolean; readonly default: string }>> | null;
  readonly jobs: readonly { readonly name: string; readonly environment: string | null }[];
}

type Fields = Readonly<Record<string, unknown>>;

export function workflowPath(file: string): string {
  return `.github/workflows/${file}`;
}

export async function workflowAt({ git }: Repository, commit: string, file: string): Promise<WorkflowAt | undefined> {
  const path = workflowPath(file);
  const entry = (await readTree(git, commit, true))?.entries.find((each) => each.path === path && each.type === 'blob');
  if (!entry) return undefined;
  const whole = fieldsOf(parse((await git.object(entry.sha))!.content.toString('utf8')));
  return {
    file,
    name: textOr(whole.name, path),
    runName: textOr(whole['run-name'], null),
    inputs: inputsOf(whole.on),
    jobs: Object.entries(fieldsOf(whole.jobs)).map(([key, job]) => {
      const { environment, name } = fieldsOf(job);
      return { name: textOr(name, key), environment: textOr(environment, textOr(fieldsOf(environment).name, null)) };
    }),
  };
}

/** GitHub's expressions, as far as titles of runs need them: inputs, and the ref's short name. */
export function titleOf(workflow: WorkflowAt, inputs: Readonly<Record<string, string>>, ref: string): string {
  if (workflow.runName === null) return workflow.name;
  return workflow.runName.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    if (expression === 'github.ref_name') return ref;
    const [, dotted, quoted] = /^(?:github\.event\.)?inputs(?:\.([\w-]+)|\[\s*'([\w-]+)'\s*\])$/.exec(expression) ?? [];
    return inputs[dotted ?? quoted ?? ''] ?? '';
  });
}

function inputsOf(on: unknown): WorkflowAt['inputs'] {
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(fieldsOf(on));
  if (!names.includes('workflow_dispatch')) return null;
  const inputs = Object.entries(fieldsOf(fieldsOf(fieldsOf(on).workflow_dispatch).inputs));
  return Object.fromEntries(
    inputs.map(([name, input]) => {
      const { required, default: otherwise } = fieldsOf(input);
      return [name, { required: required === true, default: otherwise === undefined ? '' : String(otherwise) }];
    }),
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
