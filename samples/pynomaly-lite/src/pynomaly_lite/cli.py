"""The command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from pynomaly_lite import DETECTORS, __version__, detector_named
from pynomaly_lite.server import serve


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    if options.command == "detect":
        return _detect(options.detector, options.values, options.threshold)
    if options.command == "serve":
        return serve(options.host, options.port)
    for detector in DETECTORS:
        print(f"{detector.name:8} {detector.summary}")
    return 0


def _detect(name: str, values: Sequence[float], threshold: float | None) -> int:
    anomalies = detector_named(name).detect(values, threshold)
    for anomaly in anomalies:
        print(f"{anomaly.position}: {anomaly.value:g} (score {anomaly.score:.2f})")
    print(f"{len(anomalies)} of {len(values)} values stand out")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pynomaly-lite")
    parser.add_argument("--version", action="version", version=f"pynomaly-lite {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    detector = commands.add_parser("detector", help="the detectors that there are")
    detector.add_subparsers(dest="action", required=True).add_parser("list")

    detect = commands.add_parser("detect", help="find what stands out among numbers")
    detect.add_argument("values", nargs="+", type=float)
    detect.add_argument("--detector", default="mad", choices=[each.name for each in DETECTORS])
    detect.add_argument("--threshold", type=float)

    server = commands.add_parser("serve", help="answer over HTTP")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=8000)
    return parser
