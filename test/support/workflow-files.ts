import type { Files } from './release-sample.ts';

/** The workflow files of a project that publishes and builds by them, as docs/trusted-publishing.md has them in full. */
export const WORKFLOW_FILES: Files = {
  '.github/workflows/publish.yml': `name: Publish
run-name: Publish \${{ inputs.tag }} (\${{ inputs.slipway-run }})
on:
  workflow_dispatch:
    inputs:
      slipway-run: { required: true, type: string }
      tag: { required: true, type: string }
      release: { required: true, type: string }
      files: { required: true, type: string }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    permissions: { id-token: write }
    steps: []
`,
  '.github/workflows/wheels.yml': `name: Wheels
run-name: Wheels \${{ inputs.version }} (\${{ inputs.slipway-run }})
on:
  workflow_dispatch:
    inputs:
      slipway-run: { required: true, type: string }
      version: { required: true, type: string }
jobs:
  wheels:
    runs-on: ubuntu-latest
    steps: []
`,
};

export const PUBLISH = { file: 'publish.yml', environment: 'pypi' };
export const WHEELS = { file: 'wheels.yml' };
