"""Every page template parses, has a title, and carries nothing inline that the security policy would refuse."""

import re

import pytest
from flask import Flask

from tests.house import source

TEMPLATES = sorted((source.ROOT / "templates").rglob("*.html"))
LAYOUTS = {"base.html", "desk.html", "parts.html", "icons.html", "member/base.html"}
NAMES = [str(t.relative_to(source.ROOT / "templates")) for t in TEMPLATES]


def test_every_template_parses(app: Flask) -> None:
    assert [app.jinja_env.get_template(name).name for name in NAMES] == NAMES


@pytest.mark.parametrize("name", [n for n in NAMES if n not in LAYOUTS and not n.split("/")[-1].startswith("_")])
def test_has_a_title(name: str) -> None:
    text = (source.ROOT / "templates" / name).read_text()
    assert re.search(r"{%-? block title -?%}\s*\S", text) or "<title>" in text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_inline(name: str) -> None:
    text = (source.ROOT / "templates" / name).read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("name", NAMES)
def test_text_is_escaped(name: str) -> None:
    """|safe only on what lms.text has cleaned or the program drew itself; such names end in _html or _svg."""
    text = (source.ROOT / "templates" / name).read_text()
    assert all(m.endswith(("_html", "_svg")) for m in re.findall(r"{{\s*([\w.\[\]']+)\s*\|\s*safe", text))
    assert not re.search(r"autoescape\s+false", text)
