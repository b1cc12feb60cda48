#!/usr/bin/env python3
"""What no linter knows: one version everywhere, and a changelog with something to say."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def faults() -> list[str]:
    project = _first(r'^version = "(.+)"$', "pyproject.toml")
    package = _first(r'^__version__ = "(.+)"$', "src/pynomaly_lite/__init__.py")
    found = []
    if project != package:
        found.append(f"pyproject.toml says {project}, the package {package}")
    if not _first(r"^## \[(?:Unreleased|\d[^\]]*)\]", "CHANGELOG.md", group=0):
        found.append("CHANGELOG.md has no section")
    return found


def _first(pattern: str, file: str, group: int = 1) -> str | None:
    match = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return match and match.group(group)


if __name__ == "__main__":
    for fault in (found := faults()):
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)
