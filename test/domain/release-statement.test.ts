import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { releaseStatement, statementName } from '../../src/domain/release-statement.ts';
import { billOf } from '../../src/domain/sbom.ts';
import { AT, MANIFEST, runThatDid, signed } from '../support/finished-run.ts';
import { artifact, COMMIT, project } from '../support/release-activities.ts';
import { faultsOfStatement } from '../support/validate.ts';

const folder = mkdtempSync(join(tmpdir(), 'statement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = {
  digest: MANIFEST,
  files: [artifact('sample-1.2.0.tar.gz', 'b')],
  extras: [artifact('sbom.cdx.json', 'c')],
};

function stated() {
  const report = { name: 'coverage.json', artifact: artifact('coverage.json', 'e') };
  const state = runThatDid({
    'test.gate.tests': { summary: '91 %', evidence: [report, { name: 'isolation', value: 'namespaces' }] },
    'publish.docs-site': { summary: 'later', evidence: [] },
  });
  signed(state, 'quin', 'qa');
  return { state, project: project(''), manifest, commit: '9'.repeat(40), service: 'https://slipway.acme.example' };
}

test('statement: it is about the very files, and tells commit, gates with their reports, and who signed', async () => {
  const statement = releaseStatement(stated());
  expect(statement.subject).toEqual([{ name: 'sample-1.2.0.tar.gz', digest: { sha256: 'b'.repeat(64) } }]);
  const { buildDefinition, runDetails } = statement.predicate;
  expect(buildDefinition.resolvedDependencies.map(({ digest }) => digest.gitCommit)).toEqual([COMMIT, '9'.repeat(40)]);
  expect(runDetails.byproducts).toEqual([
    { name: 'manifest.json', digest: { sha256: MANIFEST.slice(7) } },
    { name: 'sbom.cdx.json', digest: { sha256: 'c'.repeat(64) } },
    { name: 'test.gate.tests: coverage.json', digest: { sha256: 'e'.repeat(64) } },
  ]);
  expect(runDetails.slipway_gates).toEqual([{ id: 'test.gate.tests', status: 'done', summary: '91 %' }]);
  expect(runDetails.slipway_signOffs).toEqual([
    { role: 'qa', decision: 'approve', by: 'quin', at: AT, commit: COMMIT, manifest: MANIFEST },
  ]);
  expect(await faultsOfStatement(folder, statement)).toBe('');
  expect(await faultsOfStatement(folder, { ...statement, subject: [] })).not.toBe('');
});

test('statement: what no longer counts is not in it', () => {
  const given = stated();
  given.state.signOffs[0]!.voided = 'another manifest';
  expect(releaseStatement(given).predicate.runDetails.slipway_signOffs).toEqual([]);
});

test('statement: its name is that of the package, and says whether it is signed', () => {
  expect(statementName(project(''), '1.2.0-rc.1', true)).toMatch(/^[\w.-]+-1\.2\.0-rc\.1\.intoto\.jsonl$/);
  expect(statementName(project(''), '1.2.0', false)).toMatch(/-1\.2\.0\.intoto\.json$/);
});

test('bill of materials: the package and what it needs, however far; no tool beside it, and no folder of the build worker', () => {
  const home = { type: 'website', url: 'https://acme.example' };
  const place = { type: 'distribution', url: 'file:///tmp/x/my_sample.whl' };
  const component = (name: string, more = {}) => ({ 'bom-ref': `${name}==1`, name, ...more });
  const bill = {
    bomFormat: 'CycloneDX',
    components: [
      component('my-sample', { externalReferences: [place] }),
      component('near', { externalReferences: [home, place] }),
      ...[component('far'), component('pip')],
    ],
    dependencies: [
      { ref: 'my-sample==1', dependsOn: ['near==1'] },
      { ref: 'near==1', dependsOn: ['far==1', 'my-sample==1'] },
      ...[{ ref: 'far==1' }, { ref: 'pip==1', dependsOn: ['far==1'] }],
    ],
  };
  expect(JSON.parse(billOf(JSON.stringify(bill), 'My_Sample'))).toEqual({
    bomFormat: 'CycloneDX',
    components: [component('my-sample'), component('near', { externalReferences: [home] }), component('far')],
    dependencies: bill.dependencies.slice(0, 3),
  });
});
