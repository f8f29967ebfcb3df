"""Every text of the interface stands in both languages, with the same places to fill in."""

import io
import re
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.house import source

FOLDER = source.ROOT / "lms" / "translations" / "en" / "LC_MESSAGES"
METHODS = [("lms/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
            "pgettext": ((1, "c"), 2)}  # fmt: skip


@cache
def _catalogue() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, locale="en")


Key = tuple[str | None, str]  # the context that pgettext gives, and the text


def _texts() -> set[Key]:
    found = extract_from_dir(source.ROOT, METHODS, {"**": {"extensions": "jinja2.ext.i18n"}}, KEYWORDS)
    return {(context, m[0] if isinstance(m, tuple) else m) for _, _, m, _, context in found}


def _english() -> dict[Key, Message]:
    return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in _catalogue() if m.id}


def test_every_text_has_its_english() -> None:
    english = _english()
    missing = [text for text in _texts() if text not in english or not english[text].string or english[text].fuzzy]
    assert missing == []


def test_nothing_is_left_over() -> None:
    assert _english().keys() - _texts() == set()


def test_places_to_fill_in_are_the_same() -> None:
    for message in _catalogue():
        written = message.id if isinstance(message.id, str) else message.id[-1]
        for english in _strings(message) if written else ():
            assert _places(english) == _places(written), written


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _places(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)", text))


def test_the_compiled_catalogue_is_the_written_one() -> None:
    out = io.BytesIO()
    write_mo(out, _catalogue())
    assert (FOLDER / "messages.mo").read_bytes() == out.getvalue()
