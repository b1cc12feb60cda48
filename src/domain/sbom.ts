/** Name of the bill of materials among a manifest's extras, and at the GitHub release. */
export const SBOM = 'sbom.cdx.json';

interface Bill {
  readonly components?: readonly Component[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly externalReferences?: readonly { readonly url?: string }[];
}

/**
 * The package and what it needs, out of all that its environment holds (pip is there as well). A file that was installed from a folder
 * of the build worker says so, and that folder is nobody's business and never the same.
 */
export function billOf(text: string, name: string): string {
  const bill = JSON.parse(text) as Bill;
  const { components = [], dependencies = [] } = bill;
  const own = components.find((one) => plain(one.name) === plain(name))?.['bom-ref'];
  const needed = new Set(own === undefined ? [] : [own]);
  // A set that grows while it is walked comes to everything that can be reached.
  for (const ref of needed)
    for (const other of dependencies.find((one) => one.ref === ref)?.dependsOn ?? []) needed.add(other);
  const kept = {
    ...bill,
    components: components.filter((one) => needed.has(one['bom-ref'])).map(withoutPlaces),
    dependencies: dependencies.filter(({ ref }) => needed.has(ref)),
  };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

function withoutPlaces({ externalReferences = [], ...component }: Component) {
  const kept = externalReferences.filter(({ url }) => !url?.startsWith('file:'));
  return kept.length > 0 ? { ...component, externalReferences: kept } : component;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
