import type { Mount } from './mounts.ts';

/** What bubblewrap is told: mounts, parents before what lies below them, then the command. */
export function bubblewrapArguments(view: {
  readonly mounts: readonly Mount[];
  readonly links: Readonly<Record<string, string>>;
  readonly network: boolean;
  readonly command: readonly string[];
}): string[] {
  const covers = view.mounts.filter(({ from }) => from === undefined);
  return [
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(view.network ? [] : ['--unshare-net']),
    ...['--die-with-parent', '--as-pid-1', '--cap-drop', 'ALL'],
    ...Object.entries(view.links).flatMap(([at, target]) => ['--symlink', target, at]),
    ...view.mounts.flatMap(({ at, from, write }) =>
      from === undefined ? ['--tmpfs', at] : [write ? '--bind' : '--ro-bind', from, at],
    ),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...covers.flatMap(({ at }) => ['--remount-ro', at]),
    ...['--remount-ro', '/', '--chdir', '/', '--', ...view.command],
  ];
}
