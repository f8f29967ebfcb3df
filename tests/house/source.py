"""What the house tests read: the Python files of the package and their syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lms"


@cache
def files() -> dict[str, ast.Module]:
    """Path below the root -> tree, of every Python file of the package but the migrations' steps."""
    found = sorted(f for f in PACKAGE.rglob("*.py") if "versions" not in f.parts)
    return {str(f.relative_to(ROOT)): ast.parse(f.read_text()) for f in found}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the package with the path of its file."""
    for name, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of the modules that a file imports, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
