import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Feature {
  readonly branch: string;
  readonly title: string;
  readonly author: string;
  /** Files that came with it. */
  readonly files: readonly string[];
  /** What it changed in others: how the text is since, and how it was before. */
  readonly changes: Readonly<Record<string, readonly (readonly [since: string, before: string])[]>>;
}

/** What came into the sample after its last release, oldest first. Without all of them it is that release. */
export const FEATURES: readonly Feature[] = [
  {
    branch: 'fix/no-spread',
    title: 'fix: values without any spread no longer divide by zero',
    author: 'quinn',
    files: [],
    changes: {
      'CHANGELOG.md': [['### Fixed\n\n- Values without any spread no longer divide by zero.\n\n', '']],
      'src/pynomaly_lite/domain/detectors.py': [
        [
          '    """Values that hardly vary have no unit to measure with: whatever differs is infinitely far."""\n' +
            '    if unit == 0:\n        return [0.0 if value == centre else float("inf") for value in values]\n',
          '',
        ],
      ],
      'tests/unit/test_detector.py': [
        [
          'def test_values_without_any_spread_make_every_other_value_infinitely_strange() -> None:\n' +
            '    [anomaly] = detector_named("mad").detect([1.0, 1.0, 1.0, 1.0, 2.0])\n' +
            '    assert (anomaly.position, anomaly.score) == (4, float("inf"))\n\n\n',
          '',
        ],
      ],
    },
  },
  {
    branch: 'feat/iqr',
    title: 'feat: the iqr detector',
    author: 'paula',
    files: [],
    changes: {
      'CHANGELOG.md': [
        [
          '### Added\n\n- The `iqr` detector: distance from the quartiles, for values that are far from a bell curve.\n\n',
          '',
        ],
      ],
      'docs/guide.md': [['| `iqr` | values that are far from a bell curve |\n', '']],
      'src/pynomaly_lite/domain/detectors.py': [
        ['median, pstdev, quantiles', 'median, pstdev'],
        [
          'def _fences(values: Sequence[float]) -> list[float]:\n' +
            '    low, _, high = quantiles(values, n=4, method="inclusive")\n    spread = high - low\n' +
            '    beyond = [max(low - value, value - high, 0.0) for value in values]\n' +
            '    return _distances(beyond, 0.0, spread)\n\n\n',
          '',
        ],
        ['    Detector("iqr", "distance from the quartiles in interquartile ranges", 1.5, _fences),\n', ''],
      ],
      'tests/unit/test_detector.py': [['z-score, mad, iqr', 'z-score, mad']],
    },
  },
  {
    branch: 'feat/serve',
    title: 'feat: serve answers over HTTP',
    author: 'rita',
    files: [
      'src/pynomaly_lite/server.py',
      'tests/integration/test_server.py',
      'tests/e2e/test_installed.py',
      'Dockerfile',
    ],
    changes: {
      'CHANGELOG.md': [
        ['- `serve` answers over HTTP: `/api/v1/health`, `/api/v1/detectors` and a page at `/app`.\n', ''],
      ],
      'docs/api/reference.md': [
        [
          '\n## pynomaly_lite.server\n\nA small HTTP server: health, the detectors, and a page to look at.\n\n' +
            '### `class Handler`\n\nAnswers GET requests; everything else is refused by the base class.\n\n' +
            '### `create_server(host: str, port: int) -> ThreadingHTTPServer`\n\nPort 0 takes any free one.\n\n' +
            '### `serve(host: str, port: int) -> int`\n',
          '',
        ],
      ],
      'docs/guide.md': [
        [
          '\n## Over HTTP\n\n`pynomaly-lite serve --port 8000` answers at `/api/v1/health` and `/api/v1/detectors`, and shows a page at `/app`.\n',
          '',
        ],
      ],
      'src/pynomaly_lite/cli.py': [
        ['from pynomaly_lite.server import serve\n', ''],
        ['    if options.command == "serve":\n        return serve(options.host, options.port)\n', ''],
        [
          '    server = commands.add_parser("serve", help="answer over HTTP")\n' +
            '    server.add_argument("--host", default="127.0.0.1")\n    server.add_argument("--port", type=int, default=8000)\n',
          '',
        ],
      ],
    },
  },
];

export type Files = ReadonlyMap<string, Buffer>;

export function filesOf(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/__pycache__|\.(pytest|mypy|ruff)_cache/.test(entry.parentPath))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(folder, name))]));
}

/** The files as they were before a feature; a text that is not there means that the sample has changed and this file has not. */
export function without(feature: Feature, files: Files): Files {
  const kept = new Map([...files].filter(([name]) => !feature.files.includes(name)));
  for (const [name, changes] of Object.entries(feature.changes)) {
    let text = kept.get(name)?.toString() ?? '';
    for (const [since, before] of changes) {
      if (!text.includes(since))
        throw new Error(`${name} of the sample lacks what ${feature.branch} brought: ${since}`);
      text = text.replace(since, () => before);
    }
    kept.set(name, Buffer.from(text));
  }
  return kept;
}
