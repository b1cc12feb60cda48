import { join } from 'node:path';
import { step, variable } from './job.ts';

// Stands in for a build workflow: a wheel of the very commit, left as an artifact.
const checkout = join(variable('GITHUB_WORKSPACE'), 'checkout');
const repository = `${variable('GITHUB_SERVER_URL')}/${variable('GITHUB_REPOSITORY')}.git`;
await step('git', ['clone', '--quiet', repository, checkout]);
await step('git', ['-C', checkout, 'checkout', '--quiet', '--detach', variable('GITHUB_SHA')]);
const out = join(variable('SANDBOX_ARTIFACTS'), 'dist');
await step('uv', ['build', '--wheel', '--no-sources', '--no-create-gitignore', '--out-dir', out, checkout]);
