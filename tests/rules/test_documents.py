"""The name in a size that fits, dates and addresses on the sheet."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.documents import sheet
from lms.documents.rules import ONE_LINE, ROOM, TWO_LINES, Fitted, fitted, in_words, link, typed_address


def half_em(text: str) -> float:
    """A font whose letters are all half an em wide; combining marks take no room."""
    return sum(0.5 for c in text if not unicodedata.category(c).startswith("M"))


def test_a_short_name_stands_in_one_line_of_44_points() -> None:
    assert fitted("Siti Rahmawati", half_em) == Fitted(44, ("Siti Rahmawati",))


def test_a_longer_name_is_smaller_before_it_is_broken() -> None:
    sizes = [fitted("a" * length, half_em) for length in (30, 31, 34, 37, 41, 45)]
    assert [(one.size, len(one.lines)) for one in sizes] == [(44, 1), (40, 1), (40, 1), (36, 1), (33, 1), (30, 1)]


def test_a_long_name_is_broken_at_the_space_that_makes_its_lines_most_equal() -> None:
    found = fitted("Raden Mas Suryaningrat Wirjawan Notokusumo Adisasmita", half_em)
    assert found.lines == ("Raden Mas Suryaningrat", "Wirjawan Notokusumo Adisasmita")
    assert found.size == 30


def test_one_word_of_100_letters_is_broken_inside() -> None:
    assert fitted("W" * 100, half_em).lines == ("W" * 50, "W" * 50)


def test_a_letter_is_never_parted_from_its_combining_marks() -> None:
    name = "m\u0302\u0323" * 33  # 99 signs, 33 letters
    lines = fitted(name, lambda text: len(text) * 1.0).lines
    assert len(lines) == 2
    assert "".join(lines) == name
    assert lines[1].startswith("m")


def test_a_font_too_wide_for_100_letters_is_an_error() -> None:
    with pytest.raises(ValueError, match="no size"):
        fitted("W" * 100, lambda text: len(text) * 1.4)


LATIN = "".join(c for c in map(chr, range(0x41, 0x1F00)) if "LATIN" in unicodedata.name(c, "") and c.isalpha())
words = st.lists(st.text(st.sampled_from(LATIN + "\u0301\u0323\u0302'-."), min_size=1), min_size=1)


@given(words)
def test_every_name_of_up_to_100_letters_fits_as_measured_in_its_own_font(parts: list[str]) -> None:
    name = " ".join(parts)[:100].strip()
    found = sheet.fitted(name)
    advances = sheet._advances("PlusJakartaSans-Bold" if sheet.name_font(name) == "jakarta" else "NotoSans-Bold")
    assert 1 <= len(found.lines) <= 2
    assert found.size in ((*ONE_LINE, *TWO_LINES) if len(found.lines) == 1 else TWO_LINES)
    assert all(sum(advances.get(c, 1.3) for c in line) * found.size <= ROOM for line in found.lines)
    assert "".join(found.lines).replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize("letter", ["W", "M", "Œ", "ẞ", "Ǆ", "Ǳ", "i", "Ữ"])
@pytest.mark.parametrize("length", [1, 24, 34, 60, 100])
def test_the_widest_letters_fit_too(letter: str, length: int) -> None:
    assert "".join(sheet.fitted(letter * length).lines) == letter * length


def test_one_name_is_set_in_one_font() -> None:
    assert [sheet.name_font(name) for name in ("Siti", "Nguyễn Thị Ánh", "Łukasz Žďárský", "Hŷ M̂a", "Ɓala")] == [
        "jakarta", "jakarta", "jakarta", "noto", "noto"]  # fmt: skip


def test_dates_in_words() -> None:
    assert in_words(date(2028, 2, 1)) == "1 Februari 2028"
    assert in_words(date(2026, 11, 23)) == "23 November 2026"


def test_addresses() -> None:
    assert link("https://jaga.example.id/", "ABCD") == "https://jaga.example.id/v/ABCD"
    assert typed_address("http://127.0.0.1:8000", "/periksa") == "127.0.0.1:8000/periksa"


def test_the_code_is_a_segment_of_its_own_in_the_smaller_alphanumeric_mode() -> None:
    """27 bytes and 16 capitals or digits fit version 3 (29 modules); 43 bytes need version 4 (33 modules)."""
    assert sheet.qr_picture("https://jagad.example.id/v/7K3M9QX2VD4HT8WA")[1] == pytest.approx(40 * (29 + 8) / 29)
    assert sheet.qr_picture("https://jagad.example.id/v/7k3m9qx2vd4ht8wa")[1] == pytest.approx(40 * (33 + 8) / 33)
