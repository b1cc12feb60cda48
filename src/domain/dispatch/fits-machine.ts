export interface Machine {
  /** As Node calls them. */
  readonly platform: string;
  readonly arch: string;
  /** Of the interpreter, such as 3.11.2. */
  readonly python: string;
}

const ARCHES: Readonly<Record<string, RegExp>> = {
  x64: /_(x86_64|amd64|universal2)$/,
  arm64: /_(aarch64|arm64|universal2)$/,
};
const PLATFORMS: Readonly<Record<string, RegExp>> = {
  linux: /^(manylinux|linux)/,
  darwin: /^macosx/,
  win32: /^win/,
};

/** A wheel with something compiled in it, or for one interpreter alone. */
export function isForSomeMachines(name: string): boolean {
  return name.endsWith('.whl') && !/-py[23](\.py[23])*-none-any\.whl$/.test(name);
}

/** Would an installer take this wheel here? Where that is unclear (musl, an interpreter of another kind) it is not tried. */
export function fitsMachine(name: string, { platform, arch, python }: Machine): boolean {
  const [pythons = '', abi = '', places = ''] = name
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  const [major = 0, minor = 0] = python.split('.').map(Number);
  const fitsPython = pythons.split('.').some((tag) => {
    const [, kind, two, rest] = /^(py|cp)(\d)(\d*)$/.exec(tag) ?? [];
    if (kind === undefined || Number(two) !== major) return false;
    if (kind === 'py') return rest === '' || Number(rest) <= minor;
    return abi === 'abi3' || abi === 'none' ? Number(rest) <= minor : Number(rest) === minor;
  });
  const fitsPlace = places
    .split('.')
    .some((place) => place === 'any' || (PLATFORMS[platform]?.test(place) && ARCHES[arch]?.test(place)));
  return fitsPython && Boolean(fitsPlace);
}
