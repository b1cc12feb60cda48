import { Problem } from '../problem.ts';
import type { Gate } from '../project.ts';
import type { GateFindings } from './judge.ts';
import { readJson } from './report.ts';

interface Licensed {
  readonly Name: string;
  readonly Version: string;
  readonly License: string;
}

/** pip-licenses' JSON. A package under several licences passes when one of them is allowed; without a list they are only named. */
export function judgeLicences(
  wanted: NonNullable<Gate['licences']>,
  { text, own }: { text: string; own: string },
): GateFindings {
  const all = readJson<readonly Licensed[]>('the answer of pip-licenses', text);
  if (!Array.isArray(all)) throw new Problem('report-unreadable', 'the answer of pip-licenses is no list');
  const skipped = [own, ...wanted.ignore].map((name) => name.toLowerCase());
  const packages = (all as readonly Licensed[]).filter(({ Name }) => !skipped.includes(Name.toLowerCase()));
  const allowed = new Set(wanted.allow.map(plain));
  const refused =
    wanted.allow.length === 0
      ? []
      : packages.filter(({ License }) => !alternatives(License).some((one) => allowed.has(plain(one))));
  return {
    numbers: [
      { name: 'packages', value: packages.length },
      {
        name: 'licences',
        value: [...new Set(packages.map(({ License }) => License))].join(', ').slice(0, 300) || 'none',
      },
    ],
    faults: refused.map(
      ({ Name, Version, License }) => `${Name} ${Version} is under ${License}, which the project does not allow`,
    ),
    decides: true,
  };
}

function alternatives(licence: string): string[] {
  return [licence, ...licence.split(/;|\bOR\b/)];
}

/** `Apache Software License`, `Apache-2.0` and `apache 2.0 license` differ in ways that no person would. */
function plain(licence: string): string {
  return licence
    .toLowerCase()
    .replace(/\b(?:software|license|licence|the)\b/g, '')
    .replace(/[^a-z0-9.]+/g, ' ')
    .trim();
}
