import { join } from 'node:path';
import { answering, type ServiceProcess } from '../clients/kept-process.ts';
import { EnvironmentReader } from '../config/environment.ts';
import { configurationProblem } from '../config/faults.ts';
import { claimPort } from '../temporal/free-port.ts';
import { steadyPorts } from '../temporal/steady-ports.ts';
import { ensureSigningKey, makeConfiguration, writeBuildConfiguration } from './first-start.ts';
import { lockState } from './lock.ts';
import { makeFolders, type NodePlaces, nodeFolder, nodePlaces } from './places.ts';
import { startProcesses } from './processes.ts';
import { refuseHalfRestored } from './restore.ts';
import { copyBeforeAnotherVersion, keepTemporal, temporalVersion } from './temporal.ts';

export interface RunningNode {
  readonly places: NodePlaces;
  readonly url: string;
  readonly temporal: { readonly address: string; readonly uiAddress: string; readonly version: string };
  close(): Promise<void>;
}

/** A worker needs some of it after its grace, to cancel what it does. */
const LETTING_GO_SECONDS = 25;

type Variables = Readonly<Record<string, string | undefined>>;

/** A whole service on one machine: Temporal with its state on disk, the API, both workers; each process is started again if it ends. */
export async function startNode(env: Variables, tell: (line: string) => void): Promise<RunningNode> {
  const { host, port: wanted, graceSeconds } = settingsIn(env);
  const places = nodePlaces(nodeFolder(env));
  makeFolders(places);
  const unlock = lockState(places.lock);
  refuseHalfRestored(places.root);
  const processes: ServiceProcess[] = [];
  let endTemporal = async () => {};
  // Workers first: they finish or hand back what they do while API and Temporal still answer.
  const close = async () => {
    await Promise.all(processes.filter(({ name }) => name !== 'api').map((one) => one.end()));
    await Promise.all(processes.map((one) => one.end()));
    await endTemporal();
    unlock();
  };
  try {
    const version = await temporalVersion();
    const copy = await copyBeforeAnotherVersion(places, version);
    if (copy) tell(`Temporal is another version than before (now ${version}): what was there is kept as ${copy}`);
    const ports = await steadyPorts(places.ports, ['temporal', 'temporalUi']);
    const temporal = await keepTemporal(
      {
        ...{ databaseFile: places.temporal, logFile: join(places.logs, 'temporal.log'), durable: true },
        ...{ port: ports.temporal, uiPort: ports.temporalUi },
      },
      tell,
    );
    endTemporal = temporal.end;
    const temporalUi = `${temporal.uiAddress}/namespaces/default`;
    makeConfiguration(places, { temporalUi });
    const kid = ensureSigningKey(places);
    if (kid) tell(`the API signs with a new key, ${kid}: its public key is listed in slipway.yaml`);
    writeBuildConfiguration(places);
    const port = await portFor(wanted);
    const started = await startProcesses(
      { places, temporal: temporal.address, host, port, graceSeconds, env, tell },
      (process) => void processes.push(process),
    );
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    await answering(`${url.replace('//0.0.0.0:', '//127.0.0.1:')}/readyz`, Object.values(started));
    await Promise.all(Object.values(started).map(({ ready }) => ready));
    return { places, url, temporal: { ...temporal, version }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function portFor(wanted: number): Promise<number> {
  return claimPort(wanted).catch((error: Error) => {
    const fault = {
      file: 'environment',
      line: 0,
      path: 'SLIPWAY_PORT',
      message: `is ${wanted}`,
      remedy: error.message,
    };
    throw configurationProblem([fault]);
  });
}

function settingsIn(env: Variables): { host: string; port: number; graceSeconds: number } {
  const read = new EnvironmentReader(env);
  const found = {
    host: read.host(),
    port: read.number('SLIPWAY_PORT', { least: 0, most: 65_535, otherwise: 8080 }),
    graceSeconds: read.seconds('SLIPWAY_GRACE', 20) + LETTING_GO_SECONDS,
  };
  if (read.faults.length > 0) throw configurationProblem(read.faults);
  return found;
}
