# The three images of Slipway: docker build --target api | worker-build | worker-publish .       (docs/operations.md)
#
# BASE is any image with Debian's packages (or apt-get for them) and Node 24 with npm; the Temporal SDK needs glibc, so no Alpine.
# To pin it: docker pull the tag, then write what `docker image inspect --format '{{index .RepoDigests 0}}'` says of it in .env.
ARG BASE=docker.io/library/node:24-bookworm-slim

# Who runs in all of them: a user without rights, whose only folder is the state.
FROM ${BASE} AS base
COPY deploy/image/system-packages.sh /usr/local/sbin/
RUN sh /usr/local/sbin/system-packages.sh ca-certificates \
 && groupadd --gid 10001 slipway \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/slipway --shell /usr/sbin/nologin slipway \
 && mkdir -p /var/lib/slipway/artifacts \
 && chown -R slipway:slipway /var/lib/slipway
ENV NODE_ENV=production TZ=UTC HOME=/tmp SLIPWAY_STATE=/var/lib/slipway

# Production's node_modules, as package-lock.json names them.
FROM base AS packages
WORKDIR /opt/slipway
COPY package.json package-lock.json .npmrc ./
COPY deploy/image/node-packages.sh vendor/node_modules.ta[r] /vendor/
RUN sh /vendor/node-packages.sh
RUN printf '#!/bin/sh\nexec node /opt/slipway/src/cli.ts "$@"\n' >/usr/local/bin/slipway && chmod 755 /usr/local/bin/slipway

# The workflow code as one file, so that a worker starts in half the time.
FROM packages AS workflows
COPY deploy/image ./deploy/image
COPY src ./src
RUN node deploy/image/bundle.ts /opt/slipway/workflow-bundle.js

# The API and the dashboard: neither git nor Python.
FROM packages AS api
COPY deploy/image ./deploy/image
COPY src ./src
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["node", "deploy/image/health.ts", "api"]
CMD ["node", "src/server.ts"]

# git and the pinned Python tools (uv, build, twine and what else workers run).
FROM packages AS worker
ARG UV_COMPILE_BYTECODE=1
RUN sh /usr/local/sbin/system-packages.sh git python3 python3-venv util-linux
COPY tools/python-tools.txt deploy/image/python-tools.sh vendor/wheel[s] /vendor/
RUN sh /vendor/python-tools.sh /opt/slipway-tools
ENV SLIPWAY_TOOLS=/opt/slipway-tools/bin
COPY deploy/image ./deploy/image
COPY src ./src

# Holds the credentials, runs no project code.
FROM worker AS worker-publish
COPY --from=workflows /opt/slipway/workflow-bundle.js ./
ENV SLIPWAY_WORKFLOW_BUNDLE=/opt/slipway/workflow-bundle.js
ENV NODE_OPTIONS="--max-semi-space-size=4 --max-old-space-size=256" MALLOC_ARENA_MAX=2
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s CMD ["node", "deploy/image/health.ts", "publish"]
CMD ["node", "src/worker.ts", "publish"]

# Runs project code, holds no credential. BUILD_PACKAGES: what your projects' gates and builds need besides, such as a compiler.
FROM worker AS worker-build
ARG BUILD_PACKAGES=""
RUN sh /usr/local/sbin/system-packages.sh bubblewrap ${BUILD_PACKAGES}
USER 10001:10001
HEALTHCHECK --interval=60s --timeout=15s --start-period=60s CMD ["node", "deploy/image/health.ts", "build"]
CMD ["node", "src/worker.ts", "build"]
