export { cadence } from './cadence.ts';
export { hotfix } from './hotfix.ts';
export { inspect } from './inspect.ts';
export { lane } from './lane.ts';
export { monitor } from './monitor.ts';
export { release } from './release.ts';
export { rollback } from './rollback.ts';
