"""What comes from others is as it was when taken in: each such file is listed with its licence and SHA-256."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from lms import paths

LISTS = [paths.STATIC / "vendor" / "vendor.json", paths.CERTIFICATES / "fonts" / "vendor.json"]
FOLDERS = [paths.STATIC / "vendor", paths.STATIC / "fonts", paths.CERTIFICATES / "fonts"]
OURS = {"vendor.json", "make.py"}
KEYS = {"file", "name", "version", "licence", "source", "sha256", "command"}


def entries() -> list[dict[str, str]]:
    """All entries of the lists; "file" begins with static/ or certificates/."""
    return [entry for file in LISTS for entry in json.loads(file.read_text())]


def place(name: str) -> Path:
    """Where a listed file is, in a checkout or an installed wheel."""
    top, rest = name.split("/", 1)
    return {"static": paths.STATIC, "certificates": paths.CERTIFICATES}[top] / rest


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["file"])
def test_file_is_the_one_taken_in(entry: dict[str, str]) -> None:
    assert set(entry) == KEYS
    assert all(entry.values())
    assert hashlib.sha256(place(entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_file_is_listed_once() -> None:
    listed = [place(entry["file"]) for entry in entries()]
    assert len(listed) == len(set(listed))
    there = {f for folder in FOLDERS for f in folder.rglob("*") if f.is_file() and f.name not in OURS}
    assert {f for f in there if "__pycache__" not in f.parts} == set(listed)


def test_sources_are_packages_not_addresses() -> None:
    assert not [entry["file"] for entry in entries() if "://" in entry["source"] or "://" in entry["command"]]


def test_the_stylesheet_asks_for_the_font_by_its_hash() -> None:
    css = (paths.STATIC / "css" / "app.css").read_text()
    asked = re.findall(r"url\(\.\./fonts/([\w.-]+)\?v=([0-9a-f]{12})\)", css)
    assert len(asked) == css.count("../fonts/")
    for name, digest in asked:
        assert hashlib.sha256((paths.STATIC / "fonts" / name).read_bytes()).hexdigest().startswith(digest)
