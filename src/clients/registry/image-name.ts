import { Problem } from '../../domain/problem.ts';

export interface ImageName {
  readonly origin: string;
  readonly repository: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

/** `host[:port]/repository`. Plain HTTP is for this machine only, as with Docker. */
export function imageName(name: string): ImageName {
  const slash = name.indexOf('/');
  const host = name.slice(0, Math.max(slash, 0));
  const repository = name.slice(slash + 1);
  const named = /^[a-z0-9.-]*[.:]|^localhost$|^\[/i.test(host) && URL.canParse(`https://${host}`);
  if (!named || !REPOSITORY.test(repository)) {
    throw new Problem('configuration-invalid', `the image name ${name} is not host[:port]/repository in lower case`);
  }
  return { origin: `${isLoopback(host) ? 'http' : 'https'}://${apiHost(host)}`, repository };
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Docker Hub's API is not where its images are named. */
function apiHost(host: string): string {
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
}
