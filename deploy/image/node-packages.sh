#!/bin/sh
# What package-lock.json names for production, in node_modules. A context may bring them in vendor/ (docs/operations.md): then
# nothing is fetched.
set -eu
if [ -f /vendor/node_modules.tar ]; then
  tar -xf /vendor/node_modules.tar
  node -e 'for (const [path, { dev }] of Object.entries(require("./package-lock.json").packages)) if (dev) fs.rmSync(path, { recursive: true, force: true })'
else
  npm ci --omit=dev --ignore-scripts
fi
# Node is the image's own, and of the SDK's builds for other machines none is ever loaded.
rm -rf node_modules/node-linux-* node_modules/.bin/node "${HOME:-/root}/.npm"
releases=node_modules/@temporalio/core-bridge/releases
ours="$releases/$(uname -m)-unknown-linux-gnu"
[ -d "$ours" ] || { echo "the Temporal SDK has no build for $(uname -m)" >&2; exit 1; }
find "$releases" -mindepth 1 -maxdepth 1 ! -path "$ours" -exec rm -r {} +
