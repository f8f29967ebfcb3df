"""CSV files of items as others fill them in: their signs, encodings and mistakes, with the exact report."""

from collections import Counter
from pathlib import Path

import pytest

from lms.quizzes.formats import csv_file
from lms.quizzes.formats.model import Entry, Parsed, Unreadable
from lms.quizzes.formats.reasons import english

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "items"


def report(parsed: Parsed) -> list[tuple[int, str, list[str]]]:
    """Line, outcome and codes of each item."""
    return [(one.line, one.outcome, [reason.code for reason in one.reasons]) for one in parsed.entries]


def numbers(parsed: Parsed) -> dict[str, int]:
    """How many items came in as they were, were changed, and were refused."""
    return dict(Counter(one.outcome for one in parsed.entries))


def of(parsed: Parsed, key: str) -> Entry:
    """The entry that became an item with this key."""
    return next(one for one in parsed.entries if one.question and one.question["key"] == key)


def test_a_teachers_file_with_semicolons_in_windows_1252() -> None:
    parsed = csv_file.read((FILES / "guru.csv").read_bytes())
    assert numbers(parsed) == {"imported": 2, "changed": 2, "refused": 4}
    assert report(parsed) == [
        (4, "changed", ["reason_moved"]),
        (5, "imported", []),
        (6, "imported", []),
        (7, "refused", ["right_unknown"]),
        (8, "refused", ["kind_unknown"]),
        (9, "changed", ["column_unknown"]),
        (11, "refused", ["right_unknown"]),
        (12, "refused", ["several_right_answers"]),
    ]
    assert [one.code for one in parsed.notes] == ["read_as_windows_1252", "lines_above_headings"]
    assert of(parsed, "siapa-yang-boleh-menahan-orang").question == {
        "key": "siapa-yang-boleh-menahan-orang",
        "kind": "single",
        "question": "Siapa yang boleh menahan orang?",
        "options": [
            {"id": "a", "text": "Warga", "correct": False},
            {"id": "b", "text": "Polisi", "correct": True},
            {"id": "c", "text": "Ketua RT", "correct": False},
        ],
    }
    moved = (parsed.entries[0].question or {})["options"]
    assert [one.get("reason") for one in moved] == ["Bantuan segera datang.", None, None, None]
    assert parsed.entries[5].name == "Pos ronda disebut juga “kafé malam”?"
    assert english(parsed.entries[5].reasons[0]) == "the column Catatan guru is not known and was left out"
    assert english(parsed.entries[3].reasons[0]) == "the right answer E is none of the options"


def test_a_trainers_file_with_scenarios_and_slips() -> None:
    parsed = csv_file.read((FILES / "pelatih.csv").read_bytes())
    assert numbers(parsed) == {"imported": 6, "changed": 4, "refused": 1}
    assert report(parsed) == [
        (3, "imported", []),
        (5, "changed", [*["value_left_out"] * 5, "key_changed"]),
        (6, "changed", ["key_changed"]),
        (7, "changed", ["pair_without_a_side", "pair_without_a_side"]),
        (8, "imported", []),
        (9, "imported", []),
        (10, "imported", []),
        (11, "imported", []),
        (12, "imported", []),
        (15, "changed", ["scenario_without_line"]),
        (17, "refused", ["line", "right_unknown"]),
    ]
    assert [(one.code, one.details["count"]) for one in parsed.notes] == [("remarks_left_out", 1)]
    assert of(parsed, "asap-kios").question == {
        "key": "asap-kios",
        "kind": "single",
        "critical": True,
        "lesson": 1,
        "objective": "pilih-saluran",
        "clause": "SOP-01/1.1",
        "difficulty": 2,
        "situation": "Asap keluar dari kios.\nPintunya terkunci.",
        "picture": "kios.png",
        "question": "Apa yang Anda lakukan, dan mengapa?",
        "options": [
            {"id": "a", "text": "Menelepon", "correct": True, "reason": 'Bantuan "segera" datang.'},
            {"id": "b", "text": "Mendobrak", "correct": False, "reason": "Berbahaya."},
            {"id": "c", "text": "Merekam", "correct": False, "reason": "Terlambat."},
        ],
    }
    assert of(parsed, "jodohkan").question == {
        "key": "jodohkan",
        "kind": "matching",
        "question": "Jodohkan.",
        "pairs": [
            {"id": "a", "left": "Api", "right": "Telepon", "reason": "Cepat membesar."},
            {"id": "b", "right": "panah => Lapor"},
            {"id": "c", "left": "Lampu mati"},
        ],
        "extra": ["Diam"],
    }
    assert of(parsed, "tekan").question == {
        "key": "tekan",
        "kind": "numeric",
        "question": "Berapa kali?",
        "min": "{fakta:pijat-jantung-minimal}",
        "max": "120.5",
        "unit": "kali",
    }
    only_one = {"key": "satu", "kind": "numeric", "question": "Berapa?", "min": 112, "max": 112}
    assert of(parsed, "satu").question == only_one
    assert of(parsed, "warung").question == {
        "key": "warung",
        "kind": "scenario",
        "critical": False,
        "lesson": 2,
        "objective": "pilih-saluran",
        "clause": "SOP-01/1.2",
        "difficulty": 1,
        "situation": "Dua orang bertengkar.",
        "parts": [
            {"kind": "true_false", "question": "Anda melerai.", "answer": False, "reason": "Anda dapat terluka."},
            {
                "kind": "single",
                "question": "Di mana Anda berdiri?",
                "options": [
                    {"id": "a", "text": "Jauh", "correct": True},
                    {"id": "b", "text": "Dekat", "correct": False},
                ],
            },
        ],
    }
    assert of(parsed, "banjir").question == {
        "key": "banjir",
        "kind": "scenario",
        "critical": False,
        "lesson": 3,
        "situation": "Air naik.",
        "parts": [
            {"kind": "true_false", "question": "Anda menyeberang.", "answer": False},
            {"kind": "true_false", "difficulty": 2, "question": "Anda menunggu perahu.", "answer": True},
        ],
    }
    assert [english(one) for one in parsed.entries[10].reasons] == [
        "line 17:",
        "the right answer tidak tahu is none of the options",
    ]


def test_a_file_with_english_headings_in_utf_16_with_tabs() -> None:
    parsed = csv_file.read((FILES / "english.csv").read_bytes())
    assert numbers(parsed) == {"imported": 4, "changed": 2, "refused": 6}
    assert report(parsed) == [
        (2, "imported", []),
        (3, "refused", ["too_many_options"]),
        (4, "refused", ["too_many_options"]),
        (5, "refused", ["number_ambiguous"]),
        (6, "refused", ["number_wrong"]),
        (7, "changed", ["column_not_of_kind"]),
        (8, "imported", []),
        (9, "imported", []),
        (10, "refused", ["too_many_options"]),
        (11, "imported", []),
        (12, "refused", ["kind_missing"]),
        (13, "changed", ["value_left_out", "pair_without_a_side", "column_not_of_kind", "column_not_of_kind"]),
    ]
    assert parsed.notes == ()
    assert [one["id"] for one in (of(parsed, "call").question or {})["options"]] == ["polisi", "damkar", "pmi"]
    assert [one["text"] for one in (of(parsed, "order").question or {})["steps"]] == ["-1", "+2", "@3"]
    assert (of(parsed, "words").question or {})["accepted"] == ["Jl. Mawar", "Jalan Mawar"]
    assert english(parsed.entries[5].reasons[0]) == "items of this kind have no Option IDs; it was left out"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_signs_encodings_and_line_ends(separator: str, encoding: str, end: str) -> None:
    rows = [["jenis", "soal", "A", "kunci"], ["pg", '"Kafé, warung; pos\nronda?"', "ya", "A"]]
    text = end.join(separator.join(row) for row in rows) + end
    parsed = csv_file.read(text.encode(encoding))
    assert [(one.line, one.name) for one in parsed.entries] == [(2, "Kafé, warung; pos\nronda?")]
    assert [one.code for one in parsed.notes] == (["read_as_windows_1252"] if encoding == "cp1252" else [])


def test_the_line_that_tells_excel_the_sign_is_no_title() -> None:
    parsed = csv_file.read(b"sep=;\r\njenis;soal\r\nbs;Api panas.\r\n")
    assert (report(parsed), parsed.notes) == ([(3, "imported", [])], ())


def test_a_formula_in_a_csv_is_text_as_it_stands() -> None:
    """Only a spreadsheet works it out, and this is none; where it leaves again it is made harmless."""
    parsed = csv_file.read(b'jenis,soal\nbs,"=HYPERLINK(""http://a"",""b"")"\n')
    questions = [one.question for one in parsed.entries if one.question]
    assert [one["question"] for one in questions] == ['=HYPERLINK("http://a","b")']
    assert b"\"'=HYPERLINK(" in csv_file.write(questions)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b'jenis,soal\nbs,"Api\n\nbs,Air', "csv_broken", 2),
        (b'jenis,soal\nbs,a\nbs,"Api"x', "csv_broken", 3),
        (b"jenis,soal\nbs," + b"x" * 200_000, "csv_broken", 2),
        (b"jenis,soal\nbs,a\nbs,\x00", "control_character", 3),
        (b"jenis,soal\nbs,\xc3\xa9\nbs,\xff", "broken_utf8", 3),
        (b"", "empty_file", 1),
        (b"\xef\xbb\xbf \r\n", "empty_file", 1),
        (b"x" * 4_000_001, "too_large", 1),
        (b"jenis;pertanyaan;jenis\nbs;a;b", "column_twice", 1),
        (b"jenis,soal\nbs,a" + b"," * 300 + b"x", "too_many_columns", 2),
    ],
)
def test_files_that_are_refused_whole(content: bytes, code: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        csv_file.read(content)
    assert (refused.value.reason.code, refused.value.line) == (code, line)
    assert english(refused.value.reason) != code
