import type { Gate } from './project.ts';

const LINT_OR_TYPES = /^(python -m )?(ruff|flake8|pylint|mypy|pyright|basedpyright|ty|pyre|pytype)\b/;
const NAMED = ['lint', 'types', 'typing', 'ruff', 'mypy'];

/** In haste: what the project calls critical, lint and types. A project that calls nothing critical has all its own gates run. */
export function lightGates(gates: readonly Gate[]): readonly Gate[] {
  const critical = gates.filter((gate) => gate.critical);
  if (critical.length === 0) return gates.filter((gate) => gate.builtin === null && gate.benchmark === undefined);
  return gates.filter((gate) => gate.critical || isLintOrTypes(gate));
}

function isLintOrTypes({ name, run }: Gate): boolean {
  return NAMED.includes(name) || (run !== null && LINT_OR_TYPES.test(run.trim()));
}
