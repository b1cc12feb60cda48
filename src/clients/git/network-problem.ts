import { Problem, type ProblemCode } from '../../domain/problem.ts';

/** What git says when a remote does not let it, in the C locale. The first that fits holds. */
const SIGNS: readonly (readonly [RegExp, ProblemCode])[] = [
  [
    /could not read (Username|Password)|Authentication failed|(error:|HTTP) 401|Permission denied \(publickey/i,
    'credential-refused',
  ],
  [/(error:|HTTP) 403|Permission to .* denied/i, 'permission-missing'],
  [/couldn't find remote ref/i, 'branch-missing'],
  [
    /(error:|HTTP) (30\d|40[045]|410|413|422)|repository .* not found|Host key verification failed|does not appear to be a git repository/i,
    'git-refused',
  ],
  [/transport '.*' not allowed/i, 'git-refused'],
];

/** A remote's failure as a problem; what is not known to be final is worth another try. */
export function networkProblem(said: string): Problem {
  const code = SIGNS.find(([sign]) => sign.test(said))?.[1] ?? 'git-unreachable';
  return new Problem(code, `the git remote: ${said}`);
}
