#!/usr/bin/env node
/** `slipway` on the PATH after `npm link`: what `npm run -s slipway --` starts, from anywhere. Plain JavaScript, as run.mjs is. */
process.argv.splice(2, 0, '--quiet', '--no-bundle', 'src/cli.ts');
await import('./run.mjs');
