#!/usr/bin/env python3
"""Writes docs/api/reference.md from the sources alone: nothing is imported."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src"
TARGET = ROOT / "docs" / "api" / "reference.md"


def main() -> None:
    modules = sorted((SOURCE / "pynomaly_lite").rglob("*.py"))
    sections = [section for module in modules if (section := describe(module))]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("# API reference\n\n" + "\n".join(sections), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(sections)} modules")


def describe(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = path.relative_to(SOURCE).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    ]
    summary = ast.get_docstring(tree)
    if not public and not summary:
        return ""
    lines = [f"## {name}", ""]
    if summary:
        lines += [summary, ""]
    for node in public:
        lines += [f"### `{signature(node)}`", ""]
        if text := ast.get_docstring(node):
            lines += [text, ""]
    return "\n".join(lines).rstrip() + "\n"


def signature(node: ast.ClassDef | ast.FunctionDef) -> str:
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){result}"


if __name__ == "__main__":
    main()
