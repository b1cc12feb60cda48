import { type UnzipFileInfo, unzipSync } from 'fflate';
import { list } from 'tar';
import { Refusal } from './refusal.ts';

/** Looks into a wheel and answers its METADATA. */
export function openWheel(content: Uint8Array, filename: string, licenseFiles: readonly string[]): Uint8Array {
  const [name, version] = filename.split('-', 2);
  const info = `${name}-${version}.dist-info`;
  const { names, members } = unzip(content, [`${info}/METADATA`]);

  if (!names.has(`${info}/WHEEL`)) refuse(`WHEEL not found at ${info}/WHEEL`);
  for (const license of licenseFiles) requireLicense(names, license, `${info}/licenses/${license}`, filename);
  if (!names.has(`${info}/RECORD`)) {
    throw new Refusal(400, `Wheel '${filename}' does not contain the required RECORD file: ${info}/RECORD`);
  }
  const metadata = members[`${info}/METADATA`];
  if (metadata) return metadata;
  throw new Refusal(400, `Wheel '${filename}' does not contain the required METADATA file: ${info}/METADATA`);
}

/** Looks into an sdist: one folder, with PKG-INFO and the licence files. */
export async function openSdist(content: Uint8Array, filename: string, licenseFiles: readonly string[]): Promise<void> {
  const names = new Set(filename.endsWith('.zip') ? unzip(content, []).names : await tarNames(content));
  const tops = new Set([...names].map((name) => name.split('/')[0]));
  const [top] = tops;
  if (tops.size !== 1 || !top || top === '.') refuse('Incorrect number of top-level directories in sdist');
  if (!names.has(`${top}/PKG-INFO`)) refuse(`PKG-INFO not found at ${top}/PKG-INFO`);
  for (const license of licenseFiles) requireLicense(names, license, `${top}/${license}`, filename);
}

function unzip(content: Uint8Array, wanted: readonly string[]) {
  const names = new Set<string>();
  let unknownCompression = false;
  const filter = (member: UnzipFileInfo) => {
    names.add(member.name);
    unknownCompression ||= member.compression !== 0 && member.compression !== 8;
    return !unknownCompression && wanted.includes(member.name);
  };
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(content, { filter });
  } catch {
    return refuse('File is not a zipfile');
  }
  if (unknownCompression) refuse('File does not use a supported compression type');
  return { names, members };
}

async function tarNames(content: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  try {
    await new Promise((resolve, reject) => {
      const parser = list({ strict: true, onReadEntry: (entry) => void names.push(entry.path.replace(/\/$/, '')) });
      parser.on('end', resolve).on('error', reject);
      parser.end(Buffer.from(content));
    });
  } catch {
    refuse('File is not a tarfile');
  }
  return names;
}

function requireLicense(names: ReadonlySet<string>, license: string, path: string, filename: string): void {
  if (names.has(path)) return;
  throw new Refusal(400, `License-File ${license} does not exist in distribution file ${filename} at ${path}`);
}

function refuse(why: string): never {
  throw new Refusal(400, `Invalid distribution file. ${why}`);
}
