"""Tables of items in CSV and XLSX: nothing is lost on the way out and in, and nothing that is sent breaks it."""

import ast
import csv
import io
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.quizzes.formats import csv_file, table_head, table_words, xlsx_file
from lms.quizzes.formats.model import MOST_ITEMS, Entry, Parsed, Unreadable
from lms.quizzes.formats.reasons import ENGLISH, english
from lms.quizzes.formats.table_guide import EXAMPLES, EXPLAINED
from lms.quizzes.formats.table_rows import USUAL, table
from lms.quizzes.formats.template import template
from tests.rules import sheets

ROOT = Path(__file__).resolve().parents[2]
FORMATS = {"csv": csv_file, "xlsx": xlsx_file}
WRITTEN: dict[str, Callable[[list[list[str]]], bytes]] = {"csv": csv_file.written, "xlsx": xlsx_file.written}
both = pytest.mark.parametrize("form", list(FORMATS))


def read(form: str, rows: list[list[str]]) -> Parsed:
    """The items of a table, as a file of this format."""
    parsed: Parsed = FORMATS[form].read(WRITTEN[form](rows))
    return parsed


def only(form: str, **cells: str) -> Entry:
    """The one item of a table with these columns."""
    return read(form, [list(cells), list(cells.values())]).entries[0]


def codes(entry: Entry) -> list[str]:
    """The codes of the reasons of an entry."""
    return [one.code for one in entry.reasons]


def refusal(form: str, rows: list[list[str]]) -> tuple[str, int]:
    """Why a table is refused whole, and its line."""
    with pytest.raises(Unreadable) as refused:
        read(form, rows)
    assert english(refused.value.reason) != refused.value.reason.code
    return refused.value.reason.code, refused.value.line


# --- out and in -------------------------------------------------------------------------------------------------------


@both
@settings(max_examples=150, deadline=None)
@given(questions=sheets.questions())
def test_what_is_written_is_read_as_it_was(form: str, questions: list[dict[str, Any]]) -> None:
    parsed = FORMATS[form].read(FORMATS[form].write(questions, {}))
    assert [one.question for one in parsed.entries] == questions
    assert [one.reasons for one in parsed.entries] == [()] * len(questions)
    assert parsed.notes == ()


@both
def test_the_banks_of_the_curriculum_come_back(form: str) -> None:
    for bank in sorted((ROOT / "courses").glob("*/questions.yaml")):
        questions = yaml.safe_load(bank.read_text())
        for option in [one for question in questions for one in question.get("options", [])]:
            option.setdefault("correct", False)
        assert [one.question for one in FORMATS[form].read(FORMATS[form].write(questions)).entries] == questions


@settings(deadline=None)
@given(questions=sheets.questions())
def test_no_cell_that_is_written_begins_like_a_formula(questions: list[dict[str, Any]]) -> None:
    assert not [cell for row in table(questions) for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1", "'=1"), ("'=1", "''=1"), ("''=1", "'''=1"), ("-", "'-"), ("kata", "kata"), ("'kata", "'kata"), ("", "")],
)
def test_an_apostrophe_goes_before_what_could_be_a_formula_and_only_there(text: str, cell: str) -> None:
    assert (table_head.neutral(text), table_head.plain(cell)) == (cell, text)


@given(text=st.text("='+-@\t\ra"))
def test_the_apostrophe_is_taken_off_again(text: str) -> None:
    assert table_head.plain(table_head.neutral(text)) == text


@both
def test_a_table_has_the_columns_that_its_items_need(form: str) -> None:
    usual = len(table([])[0])
    assert usual == len(USUAL) == 31
    steps = [{"id": one, "text": one} for one in ("z", "y")]
    pair = {"id": "a", "left": "=> x", "right": "y"}
    more: list[dict[str, Any]] = [
        {"key": "a", "kind": "ordering", "steps": steps},
        {"key": "b", "kind": "matching", "pairs": [pair], "extra": ["1", "2", "3"]},
        {"key": "c", "kind": "short_text", "accepted": list("1234567")},
    ]
    assert set(table(more)[0]) - set(table([])[0]) == {"id_opsi", "pasangan_a", "pengecoh_3", "opsi_g"}
    assert [one.question for one in FORMATS[form].read(FORMATS[form].write(more)).entries] == more


@pytest.mark.parametrize(
    "item",
    [
        {"key": "a", "kind": "single", "options": [], "hint": "x"},
        {"key": "a", "kind": "single", "options": [{"id": "a", "text": "x", "weight": 2}]},
        {"key": "a", "kind": "short_text", "accepted": ["x"] * 27},
        {"key": "a", "kind": "matching", "pairs": [], "extra": ["x"] * 100},
    ],
)
def test_what_a_table_cannot_hold_is_not_lost_silently(item: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a table has"):
        table([item])


# --- the template -----------------------------------------------------------------------------------------------------


@both
def test_the_template_has_an_example_of_each_kind_that_comes_in_as_it_is(form: str) -> None:
    parsed = FORMATS[form].read(template(form))
    assert [one.question for one in parsed.entries] == list(EXAMPLES)
    assert {one["kind"] for one in EXAMPLES} == set(table_words.KINDS)
    assert [one.reasons for one in parsed.entries] == [()] * 8
    counts = [(one.code, one.details["count"]) for one in parsed.notes]
    assert counts == ([("remarks_left_out", len(EXPLAINED))] if form == "csv" else [])


def test_every_column_is_explained() -> None:
    explained = ", ".join(column for column, _ in EXPLAINED)
    usual = {"opsi" if one.startswith("opsi_") else one for one in table([])[0] if not one.startswith("alasan_")}
    assert [one for one in {*usual, "id_opsi", "teks_gambar", "pasangan_a"} if one not in explained] == []


@both
def test_the_same_items_make_the_same_file(form: str) -> None:
    assert template(form) == template(form)
    assert FORMATS[form].write(EXAMPLES) == FORMATS[form].write(EXAMPLES)


def test_there_is_no_template_of_another_format() -> None:
    with pytest.raises(KeyError):
        template("docx")


# --- headings ---------------------------------------------------------------------------------------------------------


def test_no_two_columns_have_a_name_in_common() -> None:
    names = [name for names in table_head.NAMES.values() for name in names]
    assert len(names) == len(set(names))
    assert all(table_head.code_of(name) == code for code, names in table_head.NAMES.items() for name in names)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        (" Opsi A ", "option_a"), ("OPTION-F", "option_f"), ("C", "option_c"), ("Pilihan.b", "option_b"),
        ("Alasan B", "reason_b"), ("alasan", "reason"), ("Pembahasan", "reason"), ("Kunci Jawaban", "right"),
        ("pasangan_c", "match_c"), ("pengecoh 12", "extra_12"), ("Butir SOP", "clause"), ("No", None), ("", None),
        ("opsi_aa", None), ("pengecoh_0", None), ("alasan_", "reason"), ("option_1", None),
    ],
)  # fmt: skip
def test_headings_are_known_however_they_are_written(heading: str, code: str | None) -> None:
    assert table_head.code_of(heading) == code


@given(code=st.sampled_from(sorted({*USUAL, "match_q", "option_z", "extra_99", "ids", "picture_alt"})))
def test_the_heading_that_is_written_is_understood(code: str) -> None:
    assert table_head.code_of(table_head.heading(code)) == code


@both
@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ([["kode", "pertanyaan"], ["a", "b"]], "columns_missing", 1),
        ([["bank soal"], ["soal", "A", "B", "kunci"], ["x", "y", "z", "A"]], "columns_missing", 2),
        ([["nama", "umur"], ["Ani", "5"]], "columns_missing", 1),
        ([["jenis", "pertanyaan"]], "no_items", 1),
        ([["judul"], ["jenis", "pertanyaan"], ["# catatan"]], "no_items", 2),
        ([["jenis", "soal", "pertanyaan"], ["bs", "a", "b"]], "column_twice", 1),
        ([["jenis", "pertanyaan"], *[["bs", "a"]] * (MOST_ITEMS + 1)], "too_many_items", 1),
        ([["jenis", "pertanyaan", "skenario"], *[["bs", "a", "b"]] * (6 * MOST_ITEMS)], "too_many_items", 1),
        ([["jenis", "pertanyaan"], ["bs", "a", *[""] * 298, "x"]], "too_many_columns", 2),
    ],
)
def test_tables_without_items_are_refused_with_their_line(
    form: str, rows: list[list[str]], code: str, line: int
) -> None:
    assert refusal(form, rows) == (code, line)


@both
def test_the_missing_column_is_named(form: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(form, [["Soal", "A", "B", "Kunci"], ["x", "y", "z", "A"]])
    assert refused.value.reason.details == {"columns": "jenis"}


@both
def test_as_many_items_as_may_be_come_in(form: str) -> None:
    assert len(read(form, [["jenis", "pertanyaan"], *[["bs", "a"]] * MOST_ITEMS]).entries) == MOST_ITEMS


@both
def test_what_stands_around_the_items_is_counted(form: str) -> None:
    rows = [
        ["Bank soal"],
        [],
        ["jenis", "pertanyaan"],
        ["# catatan"],
        [],
        ["bs", "Api panas."],
        ["# ya", "Api dingin."],
    ]
    parsed = read(form, rows)
    assert [(one.code, one.details["count"]) for one in parsed.notes] == [
        ("lines_above_headings", 1),
        ("remarks_left_out", 1),
    ]
    assert [(one.line, one.outcome) for one in parsed.entries] == [(6, "imported"), (7, "refused")]


# --- what cells mean --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Pilihan ganda", "single"), ("PG", "single"), ("pilihan-ganda-kompleks", "multiple"),
        ("Benar/Salah", "true_false"), ("true_false", "true_false"), ("SHORT TEXT", "short_text"), ("Uraian", None),
        ("", None),
    ],
)  # fmt: skip
def test_kinds_in_words(text: str, kind: str | None) -> None:
    assert table_words.kind_of(text) == kind


def test_no_word_names_two_kinds() -> None:
    words = [word for words in table_words.KINDS.values() for word in words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A", ["a"]), ("a;C", ["a", "c"]), ("A, C", ["a", "c"]), ("A dan C", ["a", "c"]), ("A/A", ["a"]),
        ("(B).", ["b"]), ("", []), ("AC", None), ("1", None), ("A atau C", None), ("=", None),
    ],
)  # fmt: skip
def test_letters_of_right_options(text: str, found: list[str] | None) -> None:
    assert table_words.letters(text) == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("112", 112), ("-5", -5), ("0", 0), ("1,5", "1.5"), ("1.5", "1.5"), ("007", "007"), ("+3", "+3"), ("-0", "-0"),
        ("{fakta:a-b}", "{fakta:a-b}"), ("{fakta:A}", None), ("lima", None), ("1e3", None), ("1.000.000", None),
        ("", None),
    ],
)  # fmt: skip
def test_numbers(text: str, value: int | str | None) -> None:
    assert table_words.amount(text) == value
    assert type(table_words.amount(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("1.500", True), ("12.345.678", True), ("-1.500", True), ("0.125", False), ("1,500", False), ("1.5", False),
        ("1500.125", False),
    ],
)  # fmt: skip
def test_a_point_before_three_digits_is_ambiguous(text: str, ambiguous: bool) -> None:
    assert table_words.is_ambiguous(text) is ambiguous


@pytest.mark.parametrize(
    ("word", "answer"), [("Benar", True), ("B", True), ("TRUE", True), ("salah.", False), ("S", False), ("t", None)]
)
def test_right_and_wrong_in_words(word: str, answer: bool | None) -> None:
    assert table_words.yes_or_no(word) is answer


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("0007", 7), ("1000", 1000), ("1001", None), ("0", None), ("2,5", None), ("dua", None)],
)
def test_lessons(text: str, number: int | None) -> None:
    assert table_words.lesson(text) == number


# --- items outside the limits of our kinds ----------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"jenis": "pg", "A": "x", "kunci": "A"}, []),  # the trainer adds options
        ({"jenis": "pg", "A": "x", "B": "y", "C": "z"}, []),  # ... the right one
        ({"jenis": "pgk", "A": "x", "B": "y", "kunci": "A;B"}, []),
        ({"jenis": "menjodohkan"}, []),
        ({"jenis": "isian", "A": "x"}, []),
        ({"jenis": "angka", "minimum": "1"}, []),
        ({"jenis": "benar salah"}, []),
        ({"jenis": "skenario", "skenario": "x"}, ["line", "column_not_of_kind"]),  # it has "pertanyaan"
        ({"jenis": "pg", "A": "x", "E": "y", "kunci": "E"}, []),
        ({"jenis": "pg", "id_opsi": "satu;satu", "A": "x", "B": "y"}, ["value_left_out"]),
        ({"jenis": "pg", "A": "x", "kunci": "A", "alasan": "y", "alasan_a": "z"}, ["column_not_of_kind"]),
        ({"jenis": "angka", "kunci": "3", "minimum": "1", "maksimum": "5"}, ["column_not_of_kind"]),
    ],
)
def test_what_only_lacks_something_comes_in(form: str, cells: dict[str, str], reasons: list[str]) -> None:
    entry = only(form, pertanyaan="Apa?", **cells)
    assert entry.question is not None
    assert codes(entry) == reasons


@both
@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"jenis": ""}, "kind_missing"),
        ({"jenis": "uraian"}, "kind_unknown"),
        ({"jenis": "pg", "A": "x", "kunci": "B"}, "right_unknown"),
        ({"jenis": "pg", "A": "x", "kunci": "112"}, "right_unknown"),
        ({"jenis": "pg", "A": "x", "B": "y", "kunci": "A,B"}, "several_right_answers"),
        ({"jenis": "pg", **dict.fromkeys("ABCDE", "x")}, "too_many_options"),
        ({"jenis": "pgk", **dict.fromkeys("ABCDEFG", "x")}, "too_many_options"),
        ({"jenis": "menjodohkan", **dict.fromkeys("ABCDEF", "x => y")}, "too_many_options"),
        ({"jenis": "urutan", **dict.fromkeys("ABCDEFG", "x")}, "too_many_options"),
        ({"jenis": "isian", **dict.fromkeys("ABCDEFGHIJ", "x"), "kunci": "y"}, "too_many_options"),
        ({"jenis": "bs", "kunci": "ragu"}, "right_unknown"),
        ({"jenis": "angka", "min": "banyak"}, "number_wrong"),
        ({"jenis": "angka", "maks": "1.500"}, "number_ambiguous"),
        ({"jenis": "bs", "situasi": "x" * 20_001}, "item_too_long"),
    ],
)
def test_what_would_lose_something_is_refused(form: str, cells: dict[str, str], code: str) -> None:
    entry = only(form, pertanyaan="Apa?", **cells)
    assert (entry.outcome, codes(entry), entry.name, entry.line) == ("refused", [code], "Apa?", 2)
    assert english(entry.reasons[0]) != code


@both
def test_all_that_may_be_comes_in(form: str) -> None:
    """The largest of each kind (docs/course-format.md)."""
    sizes = {"pg": 4, "pgk": 6, "menjodohkan": 5, "urutan": 6, "isian": 10}
    for kind, most in sizes.items():
        entry = only(form, pertanyaan="Apa?", jenis=kind, **dict.fromkeys("ABCDEFGHIJ"[:most], "x => y"))
        assert entry.question is not None
        assert [len(value) for value in entry.question.values() if isinstance(value, list)] == [most]


@both
def test_scenarios(form: str) -> None:
    head = ["skenario", "jenis", "kode", "pertanyaan", "situasi", "pelajaran"]
    parsed = read(
        form,
        [
            head,
            *[["lima", "bs", "", one] for one in "12345"],
            ["dua", "skenario"], ["dua", "skenario"],
            ["satu", "skenario", "k-satu"], ["satu", "bs", "k", "x"],
            ["", "skenario", "lepas", "", "Hujan."], ["lepas", "bs", "", "y"],
            ["", "skenario"], ["", "skenario"],
            ["salah", "bs", "", "z"], ["salah", "skenario"], ["salah", "apa", "", "z"],
            ["beda", "bs", "", "a", "Api.", "1"], ["beda", "bs", "", "b", "Air.", "1"],
        ],
    )  # fmt: skip
    assert [(one.line, one.name, one.outcome, codes(one)) for one in parsed.entries] == [
        (2, "lima", "refused", ["too_many_parts"]),
        (7, "dua", "refused", ["scenario_twice"]),
        (9, "k-satu", "changed", ["line", "column_not_of_kind"]),
        (11, "lepas", "imported", []),
        (13, "", "imported", []),
        (14, "", "imported", []),
        (15, "salah", "refused", ["line", "kind_unknown"]),
        (18, "beda", "changed", ["scenario_without_line"]),
    ]
    lepas, beda = parsed.entries[3].question, parsed.entries[7].question
    assert lepas == {
        "key": "lepas", "kind": "scenario", "situation": "Hujan.", "parts": [{"kind": "true_false", "question": "y"}],
    }  # fmt: skip
    assert beda == {
        "key": "beda",
        "kind": "scenario",
        "lesson": 1,
        "parts": [
            {"kind": "true_false", "question": "a", "situation": "Api."},
            {"kind": "true_false", "question": "b", "situation": "Air."},
        ],
    }
    assert [one.question["key"] for one in parsed.entries[4:6] if one.question] == ["soal", "soal-2"]


@both
def test_keys_stand_once_and_given_ones_stay_with_the_first(form: str) -> None:
    given_keys = ["", "Api", "api", "api", "api-2", "x" * 81]
    parsed = read(form, [["kode", "jenis", "soal"], *[[key, "bs", "Api"] for key in given_keys]])
    found = [one.question["key"] if one.question else None for one in parsed.entries]
    assert found == ["api-3", "api-4", "api", "api-5", "api-2", "x" * 60]
    assert [codes(one) for one in parsed.entries] == [[], ["key_changed"], [], ["key_changed"], [], ["key_changed"]]


# --- whatever is sent -------------------------------------------------------------------------------------------------


def mutated(content: bytes, count: int, chance: random.Random) -> Iterable[bytes]:
    """So many copies of a file with bytes changed, cut out, put in or doubled."""
    bits = [b"", b"\0", b"\xff", b'"', b";", b"<", b">", b"&", b"<f>1</f>", b"99999999", b"\n", b"PK\x05\x06"]
    for _ in range(count):
        bent = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            at, size = chance.randrange(len(bent)), chance.choice([0, 1, 1, 8, 200])
            bent[at : at + size] = chance.choice([*bits, bytes([chance.randrange(256)]), bytes(bent[at : at + 40]) * 2])
        yield bytes(bent)


def attempt(form: str, content: bytes) -> str:
    """How reading ends; anything else than items or a reason in words is a mistake."""
    try:
        parsed = FORMATS[form].read(content)
    except Unreadable as problem:
        refused = problem
    else:
        assert all(english(reason) != reason.code for one in parsed.entries for reason in one.reasons)
        return "read"
    assert english(refused.reason) != refused.reason.code
    assert refused.line >= 1
    return "refused"


@both
def test_300_damaged_files_are_read_or_refused_in_words(form: str) -> None:
    chance = random.Random(300)
    good = [template(form), FORMATS[form].write([*EXAMPLES[2:5]])]
    ends = [attempt(form, one) for content in good for one in mutated(content, 150, chance)]
    assert len(ends) == 300
    assert ends.count("refused") > 50
    assert ends.count("read") > (100 if form == "csv" else 0)


@both
@settings(deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(form: str, content: bytes) -> None:
    assert attempt(form, content) == "refused"


@given(
    cells=st.lists(st.lists(sheets.texts | st.sampled_from(["pg", "isian", "A", "skenario"]), max_size=8), max_size=6)
)
def test_any_cells_are_read_or_refused_in_words(cells: list[list[str]]) -> None:
    head = ["kode", "jenis", "skenario", "soal", "A", "B", "kunci", "min"]
    assert attempt("csv", csv_file.written([head, *cells, ["a", "bs", "", "x"]])) == "read"


def test_every_code_has_its_words() -> None:
    silent = []
    for file in (ROOT / "lms/quizzes/formats").glob("*.py"):
        if file.name.startswith(("table", "csv", "xlsx")):
            calls = [one for one in ast.walk(ast.parse(file.read_text())) if isinstance(one, ast.Call) and one.args]
            named = [(ast.unparse(one.func).rpartition(".")[2], one.args[0]) for one in calls]
            silent += [
                first.value
                for name, first in named
                if name in ("Reason", "Refusal", "Unreadable", "note") and isinstance(first, ast.Constant)
                if first.value not in ENGLISH
            ]
    assert silent == []


def test_a_table_opens_in_a_spreadsheet_as_utf_8() -> None:
    content = csv_file.write(EXAMPLES)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {31}
