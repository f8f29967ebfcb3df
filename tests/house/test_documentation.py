"""The documentation says what is so: its paths exist, its lists are complete."""

import ast
import configparser
import re
from pathlib import Path

import pytest
from flask import Flask

from lms.accounts.rules import Role
from lms.cli import main
from lms.quizzes.rules import KINDS
from lms.reporting import queries as reporting
from lms.settings import Settings
from tests.house import source

PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in (source.ROOT / "docs").glob("*.md"))]
PATH = re.compile(r"(?:lms|tests|templates|static|script|docs|certificates)/[\w./-]+|[\w.-]+\.(?:cfg|toml)")


def _read(name: str) -> str:
    return (source.ROOT / name).read_text()


@pytest.mark.parametrize("name", PAGES)
def test_paths_in_a_page_exist(name: str) -> None:
    text = re.sub(r"https?://\S+", "", _read(name))
    named = {path.rstrip("./") for path in PATH.findall(text)}
    links = {str(Path(name).parent / target) for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#:]+)\)", text)}
    assert [path for path in sorted(named | links) if path[-4:] != ".png" and not (source.ROOT / path).exists()] == []


def test_the_readme_leads_to_every_rule_and_names_every_part() -> None:
    text = _read("README.md")
    rules = {str(f.relative_to(source.ROOT)).removesuffix(".py") for f in source.PACKAGE.glob("*/rules*")}
    assert {one for one in rules if f"`{one}.py`" not in text and f"`{one}/" not in text} == set()
    map_of_tree = text.split("### Map of the tree")[1].split("## Glossary")[0]
    parts = {f"{f.name}/" if f.is_dir() else f.name for f in source.PACKAGE.iterdir() if not f.name.startswith("__")}
    doors = {f.name for f in (source.PACKAGE / "web").iterdir() if f.is_dir() and f.name != "__pycache__"}
    assert {one for one in parts | doors if not re.search(rf"\b{re.escape(one)}", map_of_tree)} == {"bundle/"} & parts


def test_the_readme_gives_the_layers_of_the_contracts() -> None:
    config = configparser.ConfigParser()
    config.read(source.ROOT / "setup.cfg")
    layers = config["importlinter:contract:layers"]["layers"].replace("lms.", "").strip().splitlines()
    said = re.sub(r"\s+", " ", _read("README.md"))
    assert " > ".join(layer.strip() for layer in layers) in said
    placed = set(re.findall(r"\w+", " ".join(layers)))
    parts = {f.stem for f in source.PACKAGE.iterdir() if f.suffix == ".py" or (f / "__init__.py").exists()}
    assert parts - placed == {"__init__", "migrations", "translations"}  # neither imports nor is imported


def test_the_contract_inside_capabilities_names_them_all() -> None:
    config = configparser.ConfigParser()
    config.read(source.ROOT / "setup.cfg")
    capabilities = {
        f"lms.{f.name}"
        for f in source.PACKAGE.iterdir()
        if any((f / one).exists() for one in ("rules.py", "rules", "models.py", "models"))
    }
    assert set(config["importlinter:contract:inside"]["containers"].split()) == capabilities
    assert set(config["importlinter:contract:no-flask"]["source_modules"].split()) == capabilities


def test_the_glossary_has_every_role_and_every_status() -> None:
    glossary = _read("README.md").split("## Glossary")[1].split("\n## ")[0]
    for term in (*Role, "suspended", "revoked", "replaced", "withdrawn", "refresher_due", "expired", "unknown"):
        assert re.search(rf"\b{term}\b", glossary), term


def test_every_question_kind_stands_in_the_course_format() -> None:
    page = _read("docs/course-format.md")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []


def test_every_invariant_is_documented_and_no_other(app: Flask) -> None:
    table = [line for line in _read("docs/invariants.md").splitlines() if line.startswith("|")]
    named = re.findall(r"`([a-z0-9_]+)`", "\n".join(table))
    assert sorted(set(named) - {"violations"}) == sorted(reporting.invariants())


def test_every_judge_of_invariants_is_asked() -> None:
    """A violations() that `lms check` does not ask would find nothing."""
    judges = {
        Path(name).relative_to("lms").parts[0]
        for name, tree in source.files().items()
        if any(isinstance(node, ast.FunctionDef) and node.name == "violations" for node in tree.body)
    }
    assert {judge.__name__.split(".")[1] for judge in reporting.JUDGES} == judges


def test_only_settings_that_exist_are_documented() -> None:
    named = set(re.findall(r"LMS_[A-Z_]+", _read("docs/settings.md") + _read("README.md")))
    assert named == {f"LMS_{name.upper()}" for name in Settings.model_fields}


def test_commands_in_the_documentation_exist() -> None:
    for page in PAGES:
        for command in re.findall(r"(?:bin/|script/|`)lms ([a-z]+)", _read(page)):
            assert command in main.commands, (page, command)
