import { steadyPorts } from '../temporal/steady-ports.ts';

const PARTS = ['api', 'temporal', 'temporalUi', 'github', 'index', 'testIndex', 'registry', 'advisories'] as const;
export type Ports = Readonly<Record<(typeof PARTS)[number], number>>;

export function portsFrom(file: string): Promise<Ports> {
  return steadyPorts(file, PARTS);
}
