"""GIFT: what other systems write is read with exact reports, what we write comes back as it was."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from lms.quizzes.formats import gift
from lms.quizzes.formats.gift_item import MOST_MARKUP
from lms.quizzes.formats.model import MOST_ITEMS, Entry, Parsed, Unreadable, distinct
from lms.quizzes.formats.reasons import ENGLISH
from tests.rules import questions
from tests.rules.damaged import damaged, problem
from tests.rules.questions import Question

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "questions"
GIFT_FILES = sorted(FILES.glob("gift-*.txt"))
BANK: list[Question] = yaml.safe_load((FILES / "bank.yaml").read_text())
CATEGORY = "item_category_left_out"


def parsed(file: str) -> Parsed:
    """A fixture read."""
    return gift.read((FILES / file).read_bytes())


def one(text: str) -> Entry:
    """The only item of a text."""
    (entry,) = gift.read(text.encode()).entries
    return entry


def question(text: str) -> Question:
    """The only item of a text, which must have come without a reason; its key is not looked at."""
    entry = one(text)
    assert entry.reasons == ()
    assert entry.question is not None
    return {name: value for name, value in entry.question.items() if name != "key"}


def report(found: Parsed) -> list[tuple[int, str, str, list[str]]]:
    """Line, name, outcome and codes of each entry."""
    return [(one.line, one.name, one.outcome, [reason.code for reason in one.reasons]) for one in found.entries]


def details(found: Parsed, line: int) -> dict[str, dict[str, Any]]:
    """Code -> details of the entry at a line."""
    return {reason.code: dict(reason.details) for one in found.entries if one.line == line for reason in one.reasons}


# --- files of other systems -------------------------------------------------------------------------------------------


def test_a_file_that_moodle_exported() -> None:
    found = parsed("gift-moodle.txt")
    assert report(found) == [
        (7, "Asap di kios", "changed", ["markup_removed", "tags_left_out", "feedback_left_out", CATEGORY]),
        (16, "Yang dicatat", "changed", [CATEGORY]),
        (25, "Wewenang", "changed", ["feedback_left_out", CATEGORY]),
        (30, "Saluran", "changed", [CATEGORY]),
        (39, "Berapa tekanan dada dalam satu menit?", "changed",
         ["partial_credit_left_out", "feedback_left_out", CATEGORY]),
        (46, "Alamat", "changed", ["partial_credit_left_out", "wildcard_left_out", CATEGORY]),
        (55, "Gambar", "changed", ["picture_left_out", "picture_left_out", CATEGORY]),
        (63, "Esai", "refused", ["essay"]),
        (67, "Pembuka", "refused", ["description"]),
    ]  # fmt: skip
    assert details(found, 7) == {
        "markup_removed": {"markup": "b"},
        "tags_left_out": {"tags": "kebakaran, RW [07]"},
        "feedback_left_out": {"text": "Jaga diri dulu."},
        CATEGORY: {"name": "$course$/top/Bawaan untuk Keamanan Warga"},
    }
    assert found.entries[0].question == {
        "key": "asap-kios",
        "kind": "single",
        "situation": "Pukul 21.15 Bu Ratna melihat asap keluar dari sebuah kios.",
        "question": "Apa yang ia lakukan lebih dulu?",
        "options": [
            {"id": "a", "text": "Masuk ke kios", "reason": "Ia dapat terjebak."},
            {
                "id": "b",
                "text": "Menelepon {fakta:nomor-darurat}",
                "correct": True,
                "reason": "Bantuan segera datang.",
            },
            {"id": "c", "text": "Menunggu pemilik kios", "reason": "Api cepat membesar."},
        ],
    }
    keys = {"kind": "true_false", "answer": False, "reason": "Benar, itu wewenang polisi."}
    assert keys.items() <= (found.entries[2].question or {}).items()
    assert [(pair["left"], pair["right"]) for pair in (found.entries[3].question or {})["pairs"]] == [
        ("Api", "Nomor darurat"),
        ("Lampu mati", "Aplikasi kota"),
        ("Luka", "Nomor darurat"),
    ]
    assert (found.entries[3].question or {})["extra"] == ["Grup arisan"]
    assert found.entries[6].question == {
        "key": "gambar",
        "kind": "single",
        "question": "Seberapa jauh jarak aman bila tinggi air x<y?",
        "options": [
            {"id": "a", "text": "Dua meter", "correct": True},
            {"id": "b", "text": "Dekat"},
            {"id": "c", "text": "Tidak tahu"},
        ],
    }


def test_a_file_that_was_written_by_hand() -> None:
    found = parsed("gift-tangan.txt")
    assert report(found) == [
        (4, "Siapa yang dihubungi lebih dulu?", "imported", []),
        (6, "Warga ____ pencuri sepeda.", "imported", []),
        (8, "Nomor darurat di Jakarta adalah ____.", "imported", []),
        (10, "Matahari terbit di timur.", "imported", []),
        (12, "Ronda malam", "changed", ["feedback_left_out"]),
        (19, "Cocokkan kota dengan provinsinya.", "imported", []),
        (25, "Berapa lama jeda ujian (jam)?", "imported", []),
        (27, "Berapa nilai pi?", "imported", []),
        (29, "Berapa nilai pi (dua angka)?", "imported", []),
        (32, "Pukul berapa ronda mulai?", "changed", ["partial_credit_left_out", "feedback_left_out"]),
        (37, "Dua orang jaga di pos. Siapa?", "changed", ["penalty_left_out"]),
        (43, "Mana isi laporan?", "changed", ["weight_changed"]),
        (49, "Soal sulit.", "changed", ["partial_credit_left_out", "penalty_left_out"]),
        (51, "[markdown]Baca **tanda** ini:", "refused", ["description"]),
        (53, "Tanda khusus", "imported", []),
        (59, "Tanda khusus", "imported", []),
        (62, "Kunci Lama", "changed", ["key_changed"]),
        (64, "Isi kata ____ hilang.", "changed", ["markup_removed"]),
        (66, "Bintang apa?", "imported", []),
    ]
    assert details(found, 12) == {"feedback_left_out": {"text": "Tepat.; Jangan sendirian."}}
    assert details(found, 43) == {"weight_changed": {"weights": "60%, 40%"}}
    assert Counter(entry.outcome for entry in found.entries) == {"imported": 11, "changed": 7, "refused": 1}
    keys = [entry.question["key"] for entry in found.entries if entry.question]
    assert keys[13:16] == ["tanda-khusus", "tanda-khusus-2", "kunci-lama"]
    assert len(set(keys)) == len(keys)


def test_a_file_full_of_defects() -> None:
    found = parsed("gift-rusak.txt")
    codes = {line: codes[0] for line, _name, outcome, codes in report(found) if outcome == "refused"}
    assert codes == {
        1: "title_unclosed",
        3: "brace_unclosed",
        5: "brace_unopened",
        7: "braces_wrong",
        9: "braces_wrong",
        11: "no_right_answer",
        13: "several_right_answers",
        15: "too_many_options",
        17: "too_many_options",
        19: "too_many_options",
        21: "too_many_options",
        23: "fraction_wrong",
        25: "number_wrong",
        27: "number_wrong",
        29: "several_right_answers",
        31: "number_wrong",
        33: "pair_without_arrow",
        35: "answer_without_sign",
        37: "no_right_answer",
        39: "picture_in_option",
        56: "description",
        58: "essay",
    }
    assert {line: codes for line, _name, outcome, codes in report(found) if outcome != "refused"} == {
        41: ["empty_option_left_out"],
        43: ["pair_without_right_side"],
        46: ["comment_left_out"],
        49: ["comment_left_out"],
        52: ["scenario_incomplete"],
        54: ["question_missing"],
    }
    assert details(found, 15)["too_many_options"] == {"count": 6, "most": 4}
    assert details(found, 21)["too_many_options"] == {"count": 11, "most": 10}


# --- one feature at a time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("{T}", {"kind": "true_false", "answer": True}),
        ("{FALSE}", {"kind": "true_false", "answer": False}),
        ("{false#salah}", {"kind": "true_false", "answer": False, "reason": "salah"}),
        ("{F##benar}", {"kind": "true_false", "answer": False, "reason": "benar"}),
        ("{=T}", {"kind": "short_text", "accepted": ["T"]}),
        ("{satu\n   dua}", {"kind": "short_text", "accepted": ["satu dua"]}),
        ("{=a =a ####Umum}", {"kind": "short_text", "accepted": ["a"], "reason": "Umum"}),
        ("{#5}", {"kind": "numeric", "min": 5, "max": 5}),
        ("{#-5..-2.5}", {"kind": "numeric", "min": -5, "max": -2.5}),
        ("{#1,5:0.25#dekat}", {"kind": "numeric", "min": 1.25, "max": 1.75, "reason": "dekat"}),
        ("{#=5:1 =4.5..5.5}", {"kind": "numeric", "min": 4, "max": 6}),
        ("{#123456789012.123456}", {"kind": "numeric", "min": "123456789012.123456", "max": "123456789012.123456"}),
        ("{#0.00001}", {"kind": "numeric", "min": "0.00001", "max": "0.00001"}),
        ("{=a->1 =b -> 1 =->2 = -> 1}", {
            "kind": "matching",
            "pairs": [{"id": "a", "left": "a", "right": "1"}, {"id": "b", "left": "b", "right": "1"}],
            "extra": ["2"],
        }),
        ("{=%50% a->1 =b#c->2}", {
            "kind": "matching",
            "pairs": [{"id": "a", "left": "%50% a", "right": "1"}, {"id": "b", "left": "b#c", "right": "2"}],
        }),
        ("{~%100%a ~%-100%b ~%-100%c}", {
            "kind": "multiple",
            "options": [{"id": "a", "text": "a", "correct": True}, {"id": "b", "text": "b"}, {"id": "c", "text": "c"}],
        }),
        ("{=a#ya#betul ~%0%b -> c}", {
            "kind": "single",
            "options": [
                {"id": "a", "text": "a", "correct": True, "reason": "ya#betul"},
                {"id": "b", "text": "b -> c"},
            ],
        }),
        ("{=a ~b#keliru ####Umum}", {
            "kind": "single",
            "options": [
                {"id": "a", "text": "a", "correct": True, "reason": "Umum"},
                {"id": "b", "text": "b", "reason": "keliru"},
            ],
        }),
    ],
)  # fmt: skip
def test_answers(answers: str, expected: Question) -> None:
    assert question(f"Apa? {answers}") == {"question": "Apa?", **expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\=b \: \~ \# \{x\} \\n", r"a=b : ~ # {x} \n"),
        (r"\*tetap\x", r"\*tetap\x"),
        (r"satu\ndua", "satu\ndua"),
        ("satu\n    dua", "satu\ndua"),
        ("[plain]<b>a</b> &amp;", "<b>a</b> &amp;"),
        ("a < b & c > d", "a < b & c > d"),
        ("x<y", "x<y"),
        ("[html]<p>a&nbsp;&lt;b&gt;</p>", "a <b>"),
        ("[html]x<y dan <z", "x<y dan <z"),
        ("[markdown]satu\ndua", "satu dua"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert question(f"{text} {{T}}")["question"] == expected
    assert question(f"::Judul \\: satu::{text} {{T}}")["question"] == expected


def test_the_last_paragraph_is_the_question_and_those_before_are_the_situation() -> None:
    plain = question(r"Satu.\n\nDua.\n \nTiga? {T}")
    assert (plain["situation"], plain["question"]) == ("Satu.\n\nDua.", "Tiga?")
    html = question("[html]<p>Satu.</p><div>Dua.<br>Baris</div><p>Tiga?</p>{T}")
    assert (html["situation"], html["question"]) == ("Satu.\n\nDua.\nBaris", "Tiga?")


def test_general_feedback_of_pairs_is_their_reasons_if_each_line_is_one() -> None:
    pairs = "=a -> 1 =b -> 2 =c -> 3"
    entry = one(f"Apa? {{{pairs} ####a\\: satu\\nc\\: tiga}}")
    assert [pair.get("reason") for pair in (entry.question or {})["pairs"]] == ["satu", None, "tiga"]
    for general in (r"a\: satu\ndua", r"a\: \nb\: dua", r"a\: satu\na\: dua", "umum"):
        entry = one(f"Apa? {{{pairs} ####{general}}}")
        assert [reason.code for reason in entry.reasons] == ["feedback_left_out"]
        assert not any("reason" in pair for pair in (entry.question or {})["pairs"])


def test_more_answers_than_any_kind_can_have_are_not_looked_at() -> None:
    assert question("Apa? {" + "=a " * 200 + "}")["accepted"] == ["a"]
    (reason,) = one("Apa? {" + "=a " * 201 + "}").reasons
    assert (reason.code, reason.details) == ("too_many_options", {"count": 201, "most": 10})


def test_the_key_is_the_id_or_made_of_the_title_or_of_the_first_words() -> None:
    keys = [
        (entry.question or {})["key"]
        for entry in gift.read(
            b"// [id:abc-1] x [id:abc-2]\n::Judul Satu::Apa? {T}\n\n::Judul Satu::Apa? {T}\n\nApa ini? {T}\n\n"
            b"// [id:judul-satu]\nLain? {T}\n\n// [id:a\\]b\n?? {T}\n"
        ).entries
    ]
    assert keys == ["abc-1", "judul-satu", "apa-ini", "judul-satu-2", "soal"]


def test_keys_are_made_distinct_without_meeting_another_or_growing_too_long() -> None:
    assert distinct(["a", "a", "a-2", "a", "b"]) == ["a", "a-3", "a-2", "a-4", "b"]
    assert distinct(["x" * 80] * 2) == ["x" * 80, "x" * 78 + "-2"]


def test_a_comment_belongs_to_the_item_in_whose_block_it_stands() -> None:
    found = gift.read(b"// [id:lepas]\n\n  // [id:kunci]\nApa\n// di tengah\nini? {T}\n// [id:akhir]\n")
    assert [(one.line, (one.question or {})["key"], (one.question or {})["question"]) for one in found.entries] == [
        (4, "kunci", "Apa\nini?")
    ]


def test_items_outside_of_a_category_lose_nothing() -> None:
    found = gift.read(b"Satu? {T}\n$CATEGORY: a/b\nDua? {T}\n\n$CATEGORY:\n\nTiga? {T}\n")
    assert [[reason.code for reason in one.reasons] for one in found.entries] == [[], [CATEGORY], []]


def test_tags_of_ours_are_values_and_others_are_left_out() -> None:
    entry = one("// [tag:jaga:lesson:3] [tag:jaga:critical:yes] [tag:jaga:difficulty:sulit] [tag:ronda]\nApa? {T}")
    assert entry.question == {"key": "apa", "lesson": 3, "critical": True, "question": "Apa?", "kind": "true_false",
                              "answer": True}  # fmt: skip
    assert [(one.code, one.details) for one in entry.reasons] == [
        ("tags_left_out", {"tags": "jaga:difficulty:sulit, ronda"})
    ]


# --- encodings and sizes ----------------------------------------------------------------------------------------------


def test_encodings() -> None:
    text = "Café mana? {=“Satu” ~Dua}"
    for content in (
        text.encode(),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        b"\xfe\xff" + text.encode("utf-16-be"),
    ):
        found = gift.read(content)
        assert (found.notes, (found.entries[0].question or {})["question"]) == ((), "Café mana?")
    old = gift.read(text.encode("cp1252").replace(b" {", b"\r\n{"))
    assert [note.code for note in old.notes] == ["read_as_windows_1252"]
    assert (old.entries[0].question or {})["options"][0]["text"] == "“Satu”"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "empty_file", 1),
        (b"\xef\xbb\xbf \r\n", "empty_file", 1),
        (b"Apa? {T}\n\n\xc3\xa9 \xc3( {T}", "broken_utf8", 3),
        (b"\xff\xfeA\x00B", "broken_utf16", 1),
        (b"\x81\x8d", "unknown_encoding", 1),
        (b"Apa? {T}\n\nIni\x00? {T}", "control_character", 3),
        (b"a" * 4_000_001, "too_large", 1),
        (b"Apa? {T}\n\n" * (MOST_ITEMS + 1), "too_many_items", 2 * MOST_ITEMS + 1),
    ],
)
def test_files_that_are_refused_whole(content: bytes, code: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        gift.read(content)
    assert (refused.value.reason.code, refused.value.line) == (code, line)


def test_a_file_of_comments_holds_no_items() -> None:
    assert gift.read(b"// satu\n\n// dua\n").entries == ()


@pytest.mark.parametrize("unit", ["~a", "{", "=a->b ", "::", "\\", "#", "%1%", "[html]", "<b", "[", "$CATEGORY:"])
def test_a_line_as_long_as_a_file_may_be_is_refused(unit: str) -> None:
    """That this ends at all shows that no text is gone through again for each of its signs."""
    line = "::a::[html]b {" + unit * (3_900_000 // len(unit))
    assert [reason.code for reason in one(line).reasons] == ["item_too_long"]


@pytest.mark.parametrize(
    "unit", ["~a", "=a->b ", "=a", "::", "\\", "#", "####", "%1%", "<b>", "<img src=x>", "&", "*a"]
)
def test_many_items_as_long_as_one_may_be_end_too(unit: str) -> None:
    item = f"[html]a {{~{unit * ((MOST_MARKUP - 20) // len(unit))}}}\n\n"
    found = gift.read((item * 20).encode())
    assert (len(found.entries), problem(found.entries, 40)) == (20, None)


def test_a_comment_may_be_as_long_as_a_file() -> None:
    for sign in ("[tag:", "\\]", '{"a":', "["):
        entry = one(f"// jaga {{\n// {sign * (1_900_000 // len(sign))}\n// jaga {sign * 200_000}\nApa? {{T}}")
        assert "comment_left_out" in [reason.code for reason in entry.reasons]


def test_damaged_files_are_never_more_than_unreadable() -> None:
    outcomes: Counter[str] = Counter()
    garbage = [
        b"{",
        b"}",
        b"=",
        b"~",
        b"####",
        b"::",
        b"\\",
        b"->",
        b"%50%",
        b"\n\n",
        b"// jaga {}",
        b"[html]<b",
        b"\xff",
    ]
    for content in damaged([file.read_bytes() for file in GIFT_FILES], 300, garbage):
        try:
            found = gift.read(content)
        except Unreadable:
            outcomes["unreadable"] += 1
            continue
        assert problem(found.entries, content.count(b"\n") + content.count(b"\r") + 1) is None
        outcomes.update(entry.outcome for entry in found.entries)
        kept = [entry.question for entry in found.entries if entry.question]
        again = gift.read(gift.write(kept, {})).entries if kept else ()
        assert [entry.question for entry in again] == kept
    assert min(outcomes[name] for name in ("unreadable", "imported", "changed", "refused")) > 20


# --- what we write ----------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questions.bank())
def test_what_is_written_comes_back_as_it_was(bank: list[Question]) -> None:
    found = gift.read(gift.write(bank, {}))
    assert [entry.question for entry in found.entries] == bank
    assert {entry.outcome for entry in found.entries} == {"imported"}


def test_the_form_of_what_we_write_stays_so_that_old_files_can_be_read() -> None:
    assert gift.write(BANK, {}) == (FILES / "gift-jaga.txt").read_bytes()
    assert [entry.question for entry in parsed("gift-jaga.txt").entries] == BANK
    assert {entry.outcome for entry in parsed("gift-jaga.txt").entries} == {"imported"}


def without_our_comments(content: bytes) -> bytes:
    """What a Moodle keeps of a file."""
    return re.sub(rb"^// jaga .*\n", b"", content, flags=re.MULTILINE)


def test_gift_itself_says_all_that_it_can() -> None:
    """A Moodle drops our comments, but keeps ids and tags: an ordering comes back, a fact that is a number does not."""
    found = gift.read(without_our_comments(gift.write(BANK, {})))
    assert report(found)[5][2:] == ("refused", ["essay"])
    kinds = [(entry.question or {}).get("kind") for entry in found.entries]
    assert kinds == ["single", "multiple", "true_false", "matching", "ordering", None, "numeric", "short_text",
                     "true_false", "short_text", "single"]  # fmt: skip
    said = {entry.question["key"]: entry.question for entry in found.entries if entry.question}
    assert {key: said[key] for key in ("isi-laporan", "wewenang", "saluran", "urutan")} == {
        one["key"]: one for one in BANK if one["key"] in ("isi-laporan", "wewenang", "saluran", "urutan")
    }
    assert said["jarak"] == {name: value for name, value in BANK[6].items() if name != "unit"}
    assert said["banjir-malam-2"]["situation"] == BANK[8]["situation"]
    assert said["banjir-malam-3"]["situation"] == BANK[8]["parts"][2]["situation"]
    assert said["banjir-malam-1"]["critical"] is True


def test_an_arrow_that_gift_cannot_escape_makes_an_essay_there() -> None:
    pairs = [{**pair, "left": f"{pair['left']} -> x"} for pair in BANK[3]["pairs"]]
    items = [{**BANK[3], "pairs": pairs}, {**BANK[7], "accepted": ["a -> b", "c", "d", "e"]}]
    content = gift.write(items, {})
    assert [entry.question for entry in gift.read(content).entries] == items
    bare = gift.read(without_our_comments(content)).entries
    assert [[reason.code for reason in entry.reasons] for entry in bare] == [["essay"], ["essay"]]


@pytest.mark.parametrize(
    "ours",
    [
        '{"item": {"set": {"options": [1]}}}',
        '{"item": {"set": {"lesson": "satu"}}}',
        '{"item": {"set": {"lesson": NaN}}}',
        '{"item": {"set": {"kind": "scenario"}}}',
        '{"item": {"set": {"asing": 1}}}',
        '{"item": {"drop": [["key"]]}}',
        '{"item": 1}',
        '{"scenario": {"key": "s", "part": 0, "parts": 2}}',
        '{"scenario": {"key": 1, "part": 1, "parts": 2}}',
        '{"scenario": []}',
        "{" * 9_000,
        "[" * 9_000,
    ],
)
def test_a_comment_that_is_not_as_we_write_it_is_left_out(ours: str) -> None:
    entry = one(f"// jaga {ours}\nApa? {{T}}".replace("jaga [", "jaga {["))
    assert [reason.code for reason in entry.reasons] == ["comment_left_out"]
    assert entry.question == {"key": "apa", "question": "Apa?", "kind": "true_false", "answer": True}


def test_what_a_comment_says_is_checked_like_the_rest() -> None:
    assert [reason.code for reason in one('// jaga {"item": {"set": {"question": "\\u0007"}}}\nApa? {T}').reasons] == [
        "control_character"
    ]
    long = '{"set": {"reason": "' + "a" * 20_000 + '"}}'
    assert [reason.code for reason in one(f'// jaga {{"item": {long}}}\nApa? {{T}}').reasons] == ["item_too_long"]


def test_a_scenario_whose_whole_is_not_as_we_write_it_falls_apart() -> None:
    for whole in ('{"set": {"lesson": []}}', "[]", '{"in": {"x": {}}}'):
        scene = '// jaga {"scenario": {"key": "s", "part": %d, "parts": 2, "whole": %s}}\nApa? {T}\n'
        found = gift.read("\n".join([scene % (1, whole), scene % (2, "{}")]).encode())
        assert [[reason.code for reason in entry.reasons] for entry in found.entries] == [["scenario_incomplete"]] * 2


def test_moodle_finds_no_label_in_our_comment() -> None:
    item = {**BANK[7], "rubric": "[id:x] [tag:y]"}
    content = gift.write([item], {})
    ours = next(line for line in content.decode().split("\n") if line.startswith("// jaga"))
    assert "[id:" not in ours
    assert "[tag:" not in ours
    assert gift.read(content).entries[0].question == item


def test_an_edit_in_another_program_counts_and_is_told() -> None:
    content = gift.write(BANK, {}).decode()
    (changed,) = [
        entry
        for entry in gift.read(content.replace("Menelepon", "Segera menelepon").encode()).entries
        if entry.outcome == "changed"
    ]
    assert [reason.code for reason in changed.reasons] == ["edited_elsewhere"]
    assert changed.question is not None
    assert changed.question["options"][1]["text"] == "Segera menelepon {fakta:nomor-darurat}"
    assert changed.question["options"][0]["id"] == "lari"
    fewer = content.replace("\t~[plain][html] \\= \\~ \\\\ // menunggu#Api cepat membesar.\n", "")
    codes = [[reason.code for reason in entry.reasons] for entry in gift.read(fewer.encode()).entries]
    assert codes[0] == ["edited_elsewhere", "comment_left_out"]
    assert not any(codes[1:])


def test_parts_of_a_scenario_that_is_not_whole_become_items() -> None:
    blocks = gift.write(BANK[8:], {}).decode().split("\n\n")
    for kept in ([0, 1], [1, 2], [0, 2, 1], [2]):
        found = gift.read("\n\n".join(blocks[place] for place in kept).encode())
        assert [(entry.question or {})["key"] for entry in found.entries] == [f"banjir-malam-{n + 1}" for n in kept]
        assert {reason.code for entry in found.entries for reason in entry.reasons} == {"scenario_incomplete"}
        assert {(entry.question or {})["lesson"] for entry in found.entries} == {4}


def test_every_code_has_english_words() -> None:
    """Every literal that is noted, refused or made a reason in the files of the formats of this test."""
    codes = set()
    for file in [*Path(gift.__file__).parent.glob("gift*.py"), Path(gift.__file__).with_name("aiken.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                codes |= {node.args[0].value} if name in ("note", "Refusal", "Reason", "Unreadable") else set()
    assert len(codes) > 30
    assert codes <= ENGLISH.keys()
