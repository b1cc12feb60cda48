/**
 * What Slipway asks of the outside, Reads apart from Writes. Clients implement these; activities decide with them.
 * Everything throws `Problem`s, and nothing else on purpose: `*-unreachable` for what a retry may cure, `*-refused` for what it can't,
 * `credential-refused` for 401, `permission-missing` for 403 that is not a limit, `*-rate-limited` with `retryAfterSeconds`.
 * SHAs are 40 hex digits, digests of files `sha256:<64 hex>`, times ISO 8601, folders absolute paths of this machine (never in a result).
 */

export type * from './ports/actions.ts';
export type * from './ports/api.ts';
export type * from './ports/builder.ts';
export type * from './ports/executions.ts';
export type * from './ports/git.ts';
export type * from './ports/github.ts';
export type * from './ports/images.ts';
export type * from './ports/metrics.ts';
export type * from './ports/notices.ts';
export type * from './ports/package-index.ts';
export type * from './ports/service.ts';
export type * from './ports/store.ts';
