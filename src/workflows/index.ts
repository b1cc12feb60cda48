export { inspect } from './inspect.ts';
export { lane } from './lane.ts';
export { monitor } from './monitor.ts';
export { release } from './release.ts';
