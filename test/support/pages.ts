import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createApi } from '../../src/api/app.ts';
import { signerWith } from '../../src/api/signing.ts';
import { temporalRuns } from '../../src/api/temporal-runs.ts';
import { temporalSchedules } from '../../src/api/temporal-schedules.ts';
import { temporalWorkers } from '../../src/api/temporal-workers.ts';
import { createArchive } from '../../src/clients/archive.ts';
import { createArtifactStore } from '../../src/clients/artifact-store.ts';
import { createAuditTrail } from '../../src/clients/audit-trail.ts';
import { createIdentityProvider } from '../../src/clients/identity-provider.ts';
import { createSessionStore } from '../../src/clients/sessions.ts';
import { openDirectory } from '../../src/config/directory.ts';
import { createPages } from '../../src/dashboard/pages.ts';
import { createApiMeasures } from '../../src/observation/api-measures.ts';
import type { Service } from './service.ts';
import type { World } from './world.ts';

/** The API with its pages over a world and the runs of one of its services, as a site that a browser can visit. */
export async function openPages({ places }: World, { client }: Service) {
  const folder = (name: string) => join(places.service, name);
  const errors: object[] = [];
  const directory = openDirectory(places.config);
  const quiet = () => undefined;
  const api = createApi({
    runs: temporalRuns(client, { signer: signerWith(() => directory.signingKey()) }),
    schedules: temporalSchedules(client, {
      signer: signerWith(async () => undefined),
      signatures: () => directory.signatures(),
    }),
    directory,
    workers: temporalWorkers(client),
    disk: { free: async () => 1, least: 0 },
    measures: createApiMeasures(),
    archive: createArchive(folder('archive')),
    artifacts: createArtifactStore(folder('artifacts')),
    audit: createAuditTrail(folder('audit')),
    identity: createIdentityProvider(),
    sessions: createSessionStore(folder('sessions')),
    log: { info: quiet, warn: quiet, error: (fields) => void errors.push(fields) },
    pages: createPages,
  });
  const server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  await once(server, 'listening');
  return {
    site: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    errors,
    close() {
      api.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
