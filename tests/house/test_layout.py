"""The house: sizes, docstrings, pure rules, one place that commits, capabilities of few files."""

import ast
import configparser
from pathlib import Path

from tests.house import source

PURE = {
    "__future__", "base64", "calendar", "collections", "collections.abc", "csv", "dataclasses", "datetime", "enum",
    "fractions", "functools", "hashlib", "io", "itertools", "json", "math", "re", "statistics", "typing", "unicodedata",
    "zoneinfo",
}  # fmt: skip
CAPABILITY_PARTS = {"rules", "models", "actions", "queries"}  # each a module, or a package where a file would be long

# Where more is truly clearer, with the reason.
MORE_FILES = {
    "lms/documents/sheet.py": "runs in the guarded rendering process, which must not import the database",
}
FORMATS = "lms/quizzes/formats"  # one file for each import format
LONGER_FILES: dict[str, str] = {}
LONGER_FUNCTIONS: dict[str, str] = {}


def _size(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_have_at_most_300_lines() -> None:
    long = {
        name: count
        for name in source.files()
        if (count := (source.ROOT / name).read_text().count("\n")) > 300 and name not in LONGER_FILES
    }
    assert long == {}


def test_functions_have_at_most_40_lines_and_views_20() -> None:
    long = []
    for name, node in source.functions():
        is_view = any("route" in ast.dump(d) for d in node.decorator_list)
        if _size(node) > (20 if is_view else 40) and f"{name}:{node.name}" not in LONGER_FUNCTIONS:
            long.append(f"{name}:{node.lineno} {node.name} {_size(node)}")
    assert long == []


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = [name for name, tree in source.files().items() if not ast.get_docstring(tree)]
    for name, tree in source.files().items():
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):  # type: ignore[arg-type]  # public implies one of the two
                silent.append(f"{name}:{node.lineno}")
    assert silent == []


def test_rules_import_only_the_pure_standard_library_and_rules() -> None:
    impure = [
        f"{name}: {module}"
        for name, tree in source.files().items()
        if _is_of_rules(name)
        for module in source.imported(tree)
        if module not in PURE and not _is_rules(module)
    ]
    assert impure == []


def _is_of_rules(name: str) -> bool:
    """lms/x/rules.py, and every file of a package lms/x/rules."""
    return "rules" in Path(name).with_suffix("").parts


def _is_rules(module: str) -> bool:
    """lms.x.rules and what is in it, or `from lms.x import rules`, which the contracts of import-linter judge."""
    parts = module.split(".")
    from_capability = len(parts) == 2 and (source.PACKAGE / parts[1]).is_dir()
    return parts[0] == "lms" and (from_capability or parts[2:3] == ["rules"])


def test_rules_ask_neither_time_nor_chance() -> None:
    asking = [
        f"{name}:{node.lineno}"
        for name, tree in source.files().items()
        if _is_of_rules(name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow", "random", "token_bytes"}
    ]
    assert asking == []


def test_only_db_commits() -> None:
    committing = [
        f"{name}:{node.lineno}"
        for name, tree in source.files().items()
        if name not in {"lms/db.py", "lms/migrations/env.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "begin_nested"}
    ]
    assert committing == []


def test_only_the_edges_open_a_transaction() -> None:
    edges = ("lms/web/", "lms/cli.py", "lms/jobs.py", "lms/demo.py", "lms/db.py")
    opening = [
        name
        for name, tree in source.files().items()
        if not name.startswith(edges)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "transaction"
    ]
    assert opening == []


def test_only_the_clock_asks_the_time() -> None:
    asking = [
        f"{name}:{node.lineno}"
        for name, tree in source.files().items()
        if name != "lms/clock.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    ]
    assert asking == []


def test_capabilities_have_only_the_files_that_always_have_the_same_names() -> None:
    capabilities = [
        folder
        for folder in source.PACKAGE.iterdir()
        if any((folder / f"{part}.py").exists() or (folder / part).is_dir() for part in ("rules", "models"))
    ]
    others = {
        str(file.relative_to(source.ROOT))
        for folder in capabilities
        for file in folder.rglob("*.py")
        if not _is_part(file.relative_to(folder)) and not str(file.relative_to(source.ROOT)).startswith(FORMATS)
    }
    assert others == set(MORE_FILES)
    both = {
        str(file.relative_to(source.ROOT))
        for folder in capabilities
        for file in folder.glob("*.py")
        if file.with_suffix("").is_dir()
    }
    assert both == set()


def _is_part(file: Path) -> bool:
    """__init__.py, a part such as rules.py, or a file of a package such as rules, which holds no further package."""
    if file.parent == Path():
        return file.stem in CAPABILITY_PARTS | {"__init__"}
    return str(file.parent) in CAPABILITY_PARTS


def test_every_package_is_listed() -> None:
    config = configparser.ConfigParser()
    config.read(source.ROOT / "setup.cfg")
    listed = {p for p in config["options"]["packages"].split() if not p.startswith("lms.bundle")}
    found = {".".join(f.parent.relative_to(source.ROOT).parts) for f in source.PACKAGE.rglob("__init__.py")}
    assert listed == found
