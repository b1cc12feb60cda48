import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings } from './judge.ts';
import { readJson } from './report.ts';

interface AuditReport {
  readonly dependencies?: readonly {
    readonly name: string;
    readonly version?: string;
    readonly skip_reason?: string;
    readonly vulns?: readonly {
      readonly id: string;
      readonly aliases?: readonly string[];
      readonly fix_versions?: readonly string[];
    }[];
  }[];
}

/**
 * pip-audit's JSON. Its exit status is 0 when it could audit nothing, and 1 for a crash as for a finding: only the report tells.
 * The project's own package is on no list yet.
 */
export function judgeAudit(
  wanted: NonNullable<Gate['audit']>,
  { text, own }: { text: string; own: string },
): GateFindings {
  const { dependencies } = readJson<AuditReport>('the answer of pip-audit', text);
  if (dependencies === undefined)
    throw new Problem('report-unreadable', 'the answer of pip-audit has no "dependencies"');
  const others = dependencies.filter(({ name }) => normalised(name) !== normalised(own));
  const skipped = others.filter((one) => one.skip_reason !== undefined);
  if (skipped.length > 0) {
    const names = skipped.map(({ name }) => name).join(', ');
    throw new Problem(
      'nothing-audited',
      `${skipped.length} of ${others.length} packages could not be audited: ${names}`,
      {
        faults: skipped.map(({ name, skip_reason }) => `${name}: ${skip_reason}`).slice(0, 50),
      },
    );
  }
  const found = others.flatMap((one) =>
    (one.vulns ?? [])
      .filter(({ id, aliases = [] }) => ![id, ...aliases].some((name) => wanted.ignore.includes(name)))
      .map((vuln) => ({ ...one, vuln })),
  );
  return {
    numbers: [
      { name: 'packages audited', value: others.length },
      { name: 'advisories', value: found.length },
    ],
    faults: found.map(
      ({ name, version, vuln }) =>
        `${name} ${version}: ${vuln.id}${vuln.fix_versions?.length ? `, fixed in ${vuln.fix_versions.join(', ')}` : ''}`,
    ),
    decides: true,
  };
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
