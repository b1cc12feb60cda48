import type { Reading } from '../../domain/health.ts';
import { MARKED } from '../../domain/marker.ts';
import { judgeJson, judgePrometheus } from '../../domain/measure.ts';
import type { IssuesProbe, JsonProbe, OutsideProbe, PrometheusProbe } from '../../domain/monitoring.ts';
import { compareFiles } from '../../domain/publication.ts';
import {
  type Expected,
  judgeIndex,
  judgeIssues,
  judgeRelease,
  judgeTag,
  type RollbackStanding,
} from '../../domain/standing.ts';
import { toPep440 } from '../../domain/version.ts';
import { tagOf } from '../../domain/version-tag.ts';
import type { ReleaseContext } from '../index.ts';
import type { Issue } from '../ports.ts';
import { gitAccess, type PublishDeps } from './deps.ts';
import { required } from './pull-request.ts';

export interface Look extends ReleaseContext {
  readonly expected: Expected;
  readonly since: string;
  readonly rollback: RollbackStanding;
}

/** One look of one probe; throws what kept it from seeing. */
export function lookBy(deps: PublishDeps, probe: OutsideProbe, look: Look): Promise<Reading> {
  switch (probe.kind) {
    case 'index':
      return indexReading(deps, look);
    case 'tag':
      return tagReading(deps, look);
    case 'github-release':
      return releaseReading(deps, look);
    case 'issues':
      return issuesReading(deps, look, probe);
    case 'downloads':
    case 'http':
      return jsonReading(deps, look, probe);
    case 'prometheus':
      return prometheusReading(deps, look, probe);
  }
}

async function indexReading({ index }: PublishDeps, { expected, project, rollback, version }: Look): Promise<Reading> {
  const there = await index.files(project.publish.index, project.package, toPep440(version));
  return judgeIndex({ compared: compareFiles(expected.files, there ?? []), there, expected, rollback });
}

async function tagReading(deps: PublishDeps, { expected, project, rollback }: Look): Promise<Reading> {
  const ref = `refs/tags/${expected.tag.name}`;
  const refs = await deps.remote.refs(await gitAccess(deps, project), [ref]);
  return judgeTag(refs[ref], expected, rollback);
}

async function releaseReading(deps: PublishDeps, { expected, project }: Look): Promise<Reading> {
  const access = await required(deps, project);
  const all = await deps.github.releases(access, expected.tag.name);
  const looked = await Promise.all(
    all.map(async ({ draft, assets }) => ({
      draft,
      assets: draft
        ? []
        : await Promise.all(
            assets.map(async (asset) => ({ name: asset.name, digest: await deps.github.assetDigest(access, asset) })),
          ),
    })),
  );
  return judgeRelease(looked, expected);
}

/** Those that Slipway opened itself (a rollback's, an announcement) are no reports of a bug. */
async function issuesReading(deps: PublishDeps, { project, since }: Look, probe: IssuesProbe): Promise<Reading> {
  const access = await required(deps, project);
  const found = await Promise.all(
    probe.labels.map((label) => deps.github.issues(access, { state: 'all', labels: [label], createdSince: since })),
  );
  const byNumber = new Map<number, Issue>(found.flat().map((issue) => [issue.number, issue]));
  return judgeIssues(
    [...byNumber.values()].filter(({ body }) => !body.includes(MARKED)),
    probe.max,
  );
}

async function jsonReading(deps: PublishDeps, look: Look, probe: JsonProbe): Promise<Reading> {
  const secret = await secretOf(deps, probe);
  const json = await deps.metrics.json(filledIn(probe.url, look, encodeURIComponent), secret);
  return judgeJson(json, probe.pointer, probe);
}

async function prometheusReading(deps: PublishDeps, look: Look, probe: PrometheusProbe): Promise<Reading> {
  const url = new URL(`${probe.url.replace(/\/+$/, '')}/api/v1/query`);
  url.searchParams.set('query', filledIn(probe.query, look, String));
  return judgePrometheus(await deps.metrics.json(url.href, await secretOf(deps, probe)), probe);
}

async function secretOf({ credentials }: PublishDeps, { credential }: JsonProbe | PrometheusProbe) {
  return credential === null ? {} : { secret: await credentials.read(credential) };
}

function filledIn(text: string, { project, version }: Look, written: (value: string) => string): string {
  const values: Readonly<Record<string, string>> = {
    name: project.package.toLowerCase().replace(/[-_.]+/g, '-'),
    version,
    pep440: toPep440(version),
    tag: tagOf(version, project.version.tag),
  };
  return text.replace(/\{(name|version|pep440|tag)\}/g, (_, key: string) => written(values[key]!));
}
