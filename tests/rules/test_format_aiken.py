"""Aiken: choices with one right answer, read with exact reports."""

from collections import Counter
from pathlib import Path

import pytest

from lms.quizzes.formats import aiken
from lms.quizzes.formats.model import MOST_ITEMS, Parsed, Unreadable
from tests.rules.damaged import damaged, problem
from tests.rules.questions import Question

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "questions"
AIKEN_FILES = sorted(FILES.glob("aiken-*.txt"))


def parsed(file: str) -> Parsed:
    """A fixture read."""
    return aiken.read((FILES / file).read_bytes())


def report(found: Parsed) -> list[tuple[int, str, list[tuple[str, int]]]]:
    """Line and name of each refused entry, with code and line of each reason."""
    return [
        (one.line, one.name, [(reason.code, reason.details["line"]) for reason in one.reasons])
        for one in found.entries
        if one.outcome == "refused"
    ]


def item(question: str, key: str, right: int, *texts: str) -> Question:
    """An item as it is read."""
    options = [{"id": chr(97 + place), "text": text} for place, text in enumerate(texts)]
    return {
        "key": key,
        "kind": "single",
        "question": question,
        "options": [{**one, **({"correct": True} if place == right else {})} for place, one in enumerate(options)],
    }


def test_a_file_as_moodle_documents_it() -> None:
    found = parsed("aiken-moodle.txt")
    first = "Apa yang Anda lakukan lebih dulu?"
    assert (found.notes, found.pictures) == ((), {})
    assert [(entry.line, entry.name, entry.outcome) for entry in found.entries] == [
        (1, first, "imported"),
        (7, "Nomor mana yang ditelepon", "imported"),
        (15, "Pos ronda buka pukul 22.00.", "imported"),
        (21, first, "imported"),
    ]
    assert [entry.question for entry in found.entries] == [
        item(first, "apa-yang-anda-lakukan-lebih-dulu", 1, "Lari", "Lapor", "Menonton"),
        item("Nomor mana yang ditelepon\nsaat darurat?", "nomor-mana-yang-ditelepon-saat-darurat", 0,
             "112", "108", "Teman", "Tidak ada"),
        item("Pos ronda buka pukul 22.00.", "pos-ronda-buka-pukul-22-00", 0, "Benar", "Salah"),
        item(first, "apa-yang-anda-lakukan-lebih-dulu-2", 1, "Telepon   dulu", "Tidak"),
    ]  # fmt: skip


def test_a_file_full_of_defects() -> None:
    found = parsed("aiken-rusak.txt")
    assert report(found) == [
        (1, "Tanpa jawaban?", [("answer_missing", 3)]),
        (5, "Tanpa jawaban, langsung soal berikut?", [("answer_missing", 7)]),
        (8, "Jawaban tidak ada?", [("answer_not_there", 11)]),
        (13, "Urutan salah?", [("option_out_of_order", 15)]),
        (19, "Satu pilihan?", [("too_few_options", 19)]),
        (23, "Lima pilihan?", [("too_many_options", 28)]),
        (31, "Jawaban ganda?", [("answer_unclear", 34)]),
        (36, "Baris asing?", [("line_unexpected", 38), ("option_empty", 39)]),
        (42, "Jawaban kosong?", [("answer_missing", 45)]),
        (47, "Tanpa pilihan?", [("too_few_options", 47)]),
        (52, "", [("question_missing", 52), ("too_few_options", 52), ("answer_not_there", 52)]),
        (58, "Umpan balik di ujung.", [("too_few_options", 58), ("answer_missing", 58)]),
    ]
    assert Counter(entry.outcome for entry in found.entries) == {"refused": 12, "imported": 1}
    assert found.entries[11].question == item("Benar sendiri?", "benar-sendiri", 0, "ya", "bukan")


def test_an_old_file_of_windows() -> None:
    found = parsed("aiken-1252.txt")
    assert [note.code for note in found.notes] == ["read_as_windows_1252"]
    assert found.entries[0].question == item("Café mana yang buka?", "caf-mana-yang-buka", 0, "“Satu”", "Dua – tiga")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    found = aiken.read("Café?\nA. “ya”\nB) tidak\nANSWER: B".encode(encoding))
    assert (found.notes, found.entries[0].question) == ((), item("Café?", "caf", 1, "“ya”", "tidak"))


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty_file", 1),
        (b"\xef\xbb\xbf\r\n", "empty_file", 1),
        (b"Apa?\nA. \xc3\xa9\nB. \xc3(", "broken_utf8", 3),
        (b"\xff\xfeA\x00B", "broken_utf16", 1),
        (b"Apa?\nA. \x07", "control_character", 2),
        (b"Apa?\nA. a\nB. b\nANSWER: A\n" * (MOST_ITEMS + 1), "too_many_items", 4 * MOST_ITEMS + 1),
    ],
)
def test_files_that_are_refused_whole(content: bytes, code: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        aiken.read(content)
    assert (refused.value.reason.code, refused.value.line) == (code, line)


@pytest.mark.parametrize("answer", ["B", "b", "B.", "B)", "  B  "])
def test_answers_that_are_clear(answer: str) -> None:
    (entry,) = aiken.read(f"Apa?\nA. a\nB. b\nANSWER:{answer}\n".encode()).entries
    assert entry.question == item("Apa?", "apa", 1, "a", "b")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("ANSWER: BA", "answer_unclear"),
        ("ANSWER: B keterangan", "answer_unclear"),
        ("ANSWER: 2", "answer_unclear"),
        ("ANSWER: Z", "answer_not_there"),
        ("ANSWER B", "line_unexpected"),
        ("JAWABAN: B", "line_unexpected"),
    ],
)
def test_answers_that_are_not(answer: str, code: str) -> None:
    (entry,) = aiken.read(f"Apa?\nA. a\nB. b\n{answer}\n".encode()).entries
    assert (entry.question, code in [reason.code for reason in entry.reasons]) == (None, True)


@pytest.mark.parametrize("unit", ["~a", "A. ", "ANSWER: ", "A.\t", " "])
def test_a_line_as_long_as_a_file_may_be_is_refused(unit: str) -> None:
    """That this ends at all shows that no line is gone through again for each of its signs."""
    line = unit * (3_900_000 // len(unit))
    for content in (
        f"{line}x\nA. a\nB. b\nANSWER: A",
        f"Apa?\nA. {line}x\nB. b\nANSWER: A",
        f"Apa?\nA. a\nB. b\n{line}x",
    ):
        found = aiken.read(content.encode()).entries
        assert unit == " " or all(entry.question is None for entry in found)
        assert all(len(entry.name) <= 80 for entry in found)


def test_damaged_files_are_never_more_than_unreadable() -> None:
    outcomes: Counter[str] = Counter()
    garbage = [b"ANSWER: A\n", b"\nA. ", b"B)", b"\n\n", b"ANSWER:", b"\nC. c", b"\xff"]
    for content in damaged([file.read_bytes() for file in AIKEN_FILES], 300, garbage):
        try:
            found = aiken.read(content)
        except Unreadable:
            outcomes["unreadable"] += 1
            continue
        assert problem(found.entries, content.count(b"\n") + content.count(b"\r") + 1) is None
        outcomes.update(entry.outcome for entry in found.entries)
    assert min(outcomes[name] for name in ("unreadable", "imported", "refused")) > 20
