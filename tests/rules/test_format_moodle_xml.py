"""Moodle XML: what each feature and defect of a file becomes, what is refused whole, and that nothing of ours is lost.

The strategies of items are this file's own until tests/rules/questions.py has shared ones.
"""

import base64
import io
import json
import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.files import odd_characters
from lms.pictures import decoding_problem, picture_problem, pixels
from lms.quizzes.formats import model, moodle_xml, moodle_xml_pictures
from lms.quizzes.formats.model import MOST_BYTES, MOST_ITEMS, Parsed, Question, Reason, Unreadable
from lms.quizzes.formats.moodle_xml_text import as_html, reduced
from lms.quizzes.formats.reasons import ENGLISH, english

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "fixtures" / "questions"
FILES = ("moodle-choices.xml", "moodle-kinds.xml", "moodle-texts.xml", "moodle-pictures.xml", "moodle-own.xml")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10"/></svg>'
TRUE = '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'

Said = list[tuple[str, dict[str, Any]]]
TYPE = "type_not_supported"

# Name -> the reasons of its entry, in the order of the file; [] is imported as it is.
CHOICES: list[tuple[str, Said]] = [
    ("Asap dari kios", []),
    (
        "Nilai sebagian dan hukuman",
        [("weight_left_out", {"weight": "2.0000000"}), ("partial_credit_left_out", {}), ("penalty_left_out", {})],
    ),
    ("Beberapa benar seperti di sini", []),
    (
        "Beberapa benar dengan bobot",
        [
            ("empty_option_left_out", {"count": 1}),
            ("partial_credit_left_out", {}),
            ("penalty_left_out", {}),
            ("order_left_out", {}),
            ("feedback_left_out", {"text": "Lihat SOP-01."}),
        ],
    ),
    ("Dua pilihan saja", []),
    ("Tujuh pilihan", [("too_many_options", {"count": 7, "most": 4})]),
    ("Tidak ada yang benar", [("no_right_answer", {})]),
    ("Dua yang benar", [("several_right_answers", {})]),
    ("Bagian yang bukan angka", [("fraction_wrong", {"fraction": "penuh"})]),
    ("Izin ketua", []),
    ("Terlalu banyak umpan balik", [("feedback_left_out", {"text": "Salah, asap berbahaya."})]),
    ("Ekspor lama berbahasa Indonesia", []),
    ("Benar dan salah sama-sama benar", [("several_right_answers", {})]),
]
KINDS: list[tuple[str, Said]] = [
    ("Alamat", []),
    (
        "Alamat dengan huruf besar",
        [
            ("partial_credit_left_out", {}),
            ("wildcard_left_out", {}),
            ("letter_case_left_out", {}),
            ("feedback_left_out", {"text": "Baca lagi papan jalan."}),
        ],
    ),
    ("Hanya wildcard", [("no_right_answer", {})]),
    ("Laju tekanan", []),
    (
        "Tinggi muka air",
        [("partial_credit_left_out", {}), ("units_left_out", {"units": "cm"}), ("unit_penalty_left_out", {})],
    ),
    ("Dua angka benar", [("several_right_answers", {})]),
    ("Angka terlalu halus", [("number_wrong", {"number": "1e-08"})]),
    ("Kejadian dan saluran", [("weight_left_out", {"weight": "3.0000000"})]),
    ("Seret ke pasangannya", []),
    (
        "Pasangan kurang dan umpan balik umum",
        [("pair_without_right_side", {"left": "Api"}), ("feedback_left_out", {"text": "Lihat SOP."})],
    ),
    ("Urutan menolong", []),
    ("Urutan acak dari delapan", [("hints_left_out", {}), ("subset_left_out", {})]),
    ("Esai", [(TYPE, {"type": "essay"})]),
    ("Keterangan", [(TYPE, {"type": "description"})]),
    ("Isian", [(TYPE, {"type": "cloze"})]),
    ("Hitung", [(TYPE, {"type": "calculated"})]),
    ("Pilih kata", [(TYPE, {"type": "gapselect"})]),
    ("Seret kata", [(TYPE, {"type": "ddwtos"})]),
    ("Acak", [(TYPE, {"type": "random"})]),
    ("Program", [(TYPE, {"type": "coderunner"})]),
    ("Tanpa jenis", [(TYPE, {"type": ""})]),
]
TEXTS: list[tuple[str, Said]] = [
    ("Daftar dan baris", []),
    ("Markah yang hilang", [("markup_removed", {"markup": "a, strong, style, sup, table"})]),
    ("Format otomatis", []),
    ("Teks polos", []),
    ("Markdown", [("markup_removed", {"markup": "em"})]),
    ("HTML tanpa CDATA", []),
    (
        "Tersembunyi, berbobot, bertanda",
        [
            ("element_left_out", {"elements": "plugindata"}),
            ("key_changed", {"key": "Soal_07/B"}),
            ("hidden_in_moodle", {}),
            ("weight_left_out", {"weight": "5.0000000"}),
            ("penalty_left_out", {}),
            ("tags_left_out", {"tags": "banjir, jaga:difficulty:sulit"}),
        ],
    ),
    ("Daftar dan baris", [("question_missing", {})]),
    ("Huruf kendali", [("control_character", {})]),
]
PICTURES: list[tuple[str, Said]] = [
    ("Foto dengan EXIF", []),
    ("Nama sama, isi sama", [("picture_without_alt", {"picture": "foto-banjir-1.jpg"})]),
    ("Nama sama, isi lain", []),
    (
        "Dua gambar",
        [("picture_left_out", {"where": "question", "picture": "b.png"}), ("file_left_out", {"files": "c.png"})],
    ),
    ("SVG dengan skrip", [("picture_refused", {"picture": "x.svg", "why": "the element script is not allowed"})]),
    ("SVG yang baik", []),
    ("GIF", [("picture_refused", {"picture": "x.gif", "why": "only SVG, PNG, JPEG and WebP are pictures here"})]),
    ("Bukan base64", [("picture_refused", {"picture": "x.png", "why": "it is not whole base64"})]),
    ("PNG yang berbohong", [("picture_refused", {"picture": "x.png", "why": "the file is not a whole PNG picture"})]),
    (
        "Gambar di luar",
        [
            ("picture_left_out", {"where": "question", "picture": "https://contoh.id/x.png"}),
            ("picture_left_out", {"where": "question", "picture": "data:"}),
        ],
    ),
    ("Berkas tidak ada", [("picture_left_out", {"where": "question", "picture": "hilang.png"})]),
    (
        "Terlalu banyak piksel",
        [("picture_refused", {"picture": "besar.webp", "why": "5000 x 4001 pixels; at most 20000000 are allowed"})],
    ),
    (
        "Gambar di umpan balik",
        [("picture_left_out", {"where": "feedback", "picture": "@@PLUGINFILE@@/peta.png"})],
    ),
    (
        "Pilihan bergambar dan berkata",
        [("picture_left_out", {"where": "option", "picture": "@@PLUGINFILE@@/1.png"})],
    ),
    ("Pilihan gambar saja", [("picture_in_option", {})]),
]
OWN: list[tuple[str, Said]] = [
    ("banjir", []),
    ("alamat", []),
    ("rusak", [("comment_left_out", {})]),
    ("ubah", [("comment_left_out", {})]),
    ("asing", [("comment_left_out", {})]),
    ("gambar", [("picture_missing", {"picture": "tidak-ada.svg"})]),
    ("pecah-1", [("scenario_incomplete", {"scenario": "pecah"})]),
    ("pecah-3", [("scenario_incomplete", {"scenario": "pecah"})]),
]
EXPECTED = dict(zip(FILES, (CHOICES, KINDS, TEXTS, PICTURES, OWN), strict=True))
COUNTS = {  # imported, changed, refused
    "moodle-choices.xml": (5, 3, 5),
    "moodle-kinds.xml": (4, 5, 12),
    "moodle-texts.xml": (4, 4, 1),
    "moodle-pictures.xml": (3, 11, 1),
    "moodle-own.xml": (2, 6, 0),
}


def fixture(file: str) -> Parsed:
    """A fixture, read."""
    return moodle_xml.read((FIXTURES / file).read_bytes())


def question(file: str, name: str) -> Question:
    """The first question of that name in a fixture."""
    found = next(entry.question for entry in fixture(file).entries if entry.name == name)
    assert found is not None
    return found


def quiz(*inner: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A file with these elements."""
    return f"{head}\n<quiz>\n" + "\n".join(inner) + "\n</quiz>\n"


def true_false(name: str, text: str = "Benar?", inner: str = TRUE, text_format: str = "html") -> str:
    """A <question> to judge."""
    return (
        f'<question type="truefalse"><name><text>{name}</text></name>'
        f'<questiontext format="{text_format}"><text>{text}</text></questiontext>{inner}</question>'
    )


def refusal(content: str | bytes) -> tuple[str, int]:
    """The code and the line with which a file is refused whole."""
    with pytest.raises(Unreadable) as refused:
        moodle_xml.read(content.encode() if isinstance(content, str) else content)
    assert english(refused.value.reason) != refused.value.reason.code
    return refused.value.reason.code, refused.value.line


@pytest.mark.parametrize("file", FILES)
def test_every_entry_of_a_file_has_exactly_these_reasons(file: str) -> None:
    entries = fixture(file).entries
    assert [(one.name, [(why.code, dict(why.details)) for why in one.reasons]) for one in entries] == EXPECTED[file]
    counts = Counter(one.outcome for one in entries)
    assert (counts["imported"], counts["changed"], counts["refused"]) == COUNTS[file]
    assert all(english(why) != why.code for one in entries for why in one.reasons)


@pytest.mark.parametrize("file", FILES)
def test_every_entry_names_the_line_at_which_it_begins(file: str) -> None:
    lines = (FIXTURES / file).read_text().split("\n")
    begin = [number for number, line in enumerate(lines, 1) if re.match(r"\s*<question[ >]", line)]
    begin = [number for number in begin if 'type="category"' not in lines[number - 1]]
    if file == "moodle-own.xml":
        del begin[1:3]  # the other parts of the whole scenario
    assert [one.line for one in fixture(file).entries] == begin


def test_categories_that_are_lost_are_notes_on_the_file() -> None:
    name = "$course$/top/Pelaporan kejadian"
    assert fixture("moodle-choices.xml").notes == (
        Reason("category_left_out", {"category": name, "line": 4, "items": 9}),
        Reason("category_left_out", {"category": f"{name}/Benar atau salah", "line": 253, "items": 4}),
    )
    empty = '<question type="category"><category><text>kosong</text></category></question>'
    assert moodle_xml.read(quiz(empty).encode()) == Parsed(())


def test_what_stands_between_the_items_is_noted() -> None:
    notes = [(one.code, dict(one.details)) for one in fixture("moodle-texts.xml").notes]
    assert notes == [("element_left_out", {"elements": "catatan"}), ("text_left_out", {"line": 143})]


def test_a_flood_of_what_is_no_item_is_one_note() -> None:
    strange = "".join(f"<x{number}>a</x{number}>b" for number in range(2_000))
    parsed = moodle_xml.read(quiz(true_false("a", inner=TRUE + strange), strange).encode())
    assert [one.code for one in parsed.notes] == ["element_left_out", "text_left_out"]
    (reason,) = parsed.entries[0].reasons
    assert len(reason.details["elements"]) == len(parsed.notes[0].details["elements"]) == 200
    assert reason.details["elements"].startswith("x0, x1, ")


@pytest.mark.parametrize("kind", ["multichoice", "truefalse", "shortanswer", "numerical", "ordering"])
def test_more_answers_than_any_item_has_are_refused_at_once(kind: str) -> None:
    many = true_false("a", inner='<answer fraction="100"><text>1</text></answer>' * 101).replace("truefalse", kind)
    (entry,) = moodle_xml.read(quiz(many).encode()).entries
    assert entry.reasons == (Reason("too_many_options", {"count": 101, "most": 100}),)


def test_a_choice_has_the_feedback_of_each_answer_as_its_reason() -> None:
    assert question("moodle-choices.xml", "Asap dari kios") == {
        "key": "m1-01-asap",
        "kind": "single",
        "situation": "Pukul 21.15 asap keluar dari kios.",
        "question": "Apa yang Anda lakukan?",
        "options": [
            {"id": "a", "text": "Menunggu izin ketua", "correct": False, "reason": "Bantuan terlambat."},
            {"id": "b", "text": "Menelepon dari tempat aman", "correct": True, "reason": "Bantuan segera datang."},
            {"id": "c", "text": "Merekam video & mengunggahnya", "correct": False},
        ],
    }
    general = question("moodle-choices.xml", "Nilai sebagian dan hukuman")["options"]
    assert [one.get("reason") for one in general] == ["Satu nomor untuk semua keadaan darurat.", None, None]
    several = question("moodle-choices.xml", "Beberapa benar dengan bobot")
    assert several["kind"] == "multiple"
    assert [(one["text"], one["correct"]) for one in several["options"]] == [
        ("A1", True),
        ("A2", True),
        ("B1", False),
        ("Semua di atas", False),
    ]


def test_true_and_false() -> None:
    expected = {"key": "izin-ketua", "kind": "true_false", "answer": False, "reason": "Telepon dulu."}
    expected["question"] = "Anda harus lapor kepada ketua regu sebelum menelepon."
    assert question("moodle-choices.xml", "Izin ketua") == expected
    assert question("moodle-choices.xml", "Terlalu banyak umpan balik")["reason"] == "Benar, penolong harus selamat."
    assert question("moodle-choices.xml", "Ekspor lama berbahasa Indonesia")["answer"] is True


def test_short_texts_numbers_pairs_and_orders() -> None:
    assert question("moodle-kinds.xml", "Alamat") == {
        "key": "alamat",
        "kind": "short_text",
        "question": "Tulis alamat kejadian.",
        "accepted": ["Jalan Mawar 12", "Jl. Mawar 12 *pojok*"],
        "reason": "Petugas tidak salah tempat.",
    }
    assert question("moodle-kinds.xml", "Alamat dengan huruf besar")["accepted"] == ["Mawar"]
    numeric = question("moodle-kinds.xml", "Laju tekanan")
    assert (numeric["kind"], numeric["min"], numeric["max"]) == ("numeric", 100, 120)
    assert (numeric["unit"], numeric["reason"]) == ("kali per menit", "Laju yang dianjurkan.")
    fine = question("moodle-kinds.xml", "Tinggi muka air")
    assert (fine["min"], fine["max"], fine["unit"]) == ("1.25", "1.75", "m")
    matching = question("moodle-kinds.xml", "Kejadian dan saluran")
    assert matching["pairs"][2] == {"id": "c", "left": "Lampu mati", "right": "Aplikasi"}
    assert matching["extra"] == ["Diam"]
    dragged = question("moodle-kinds.xml", "Seret ke pasangannya")
    assert dragged["kind"] == "matching"
    assert dragged["pairs"] == [
        {"id": "a", "left": "Api", "right": "Damkar", "reason": "api cepat membesar."},
        {"id": "b", "left": "Luka", "right": "Ambulans", "reason": "korban perlu pertolongan."},
    ]
    assert question("moodle-kinds.xml", "Urutan menolong") == {
        "key": "urutan",
        "kind": "ordering",
        "question": "Urutkan.",
        "steps": [{"id": "a", "text": "Lihat"}, {"id": "b", "text": "Jaga diri"}, {"id": "c", "text": "Lapor"}],
        "reason": "Penolong yang terluka tidak dapat menolong.",
    }


def test_feedback_that_cannot_be_shared_out_among_pairs_is_left_out_whole() -> None:
    pair = "<subquestion><text>Api</text><answer><text>{}</text></answer></subquestion>"
    feedback = "<generalfeedback><text>&lt;p>Api: satu&lt;br>Api: dua&lt;/p></text></generalfeedback>"
    inner = feedback + pair.format("Damkar") + pair.format("Telepon")
    (entry,) = moodle_xml.read(quiz(true_false("a", inner=inner).replace("truefalse", "matching")).encode()).entries
    assert entry.reasons == (Reason("feedback_left_out", {"text": "Api: satu\nApi: dua"}),)
    assert [one.get("reason") for one in (entry.question or {})["pairs"]] == [None, None]


def test_the_last_paragraph_is_the_question_in_every_text_format() -> None:
    asked = {
        one.name: ((one.question or {}).get("situation"), (one.question or {}).get("question"))
        for one in reversed(fixture("moodle-texts.xml").entries)
    }
    lists = "Anda melihat:\n- asap tebal,\n- pintu terkunci.\n1. Lihat\n2. Lapor\n\nBaris satu\nbaris dua"
    assert asked["Daftar dan baris"] == (lists, "Benar?")
    assert asked["Markah yang hilang"] == ("Yang bukan tugas Anda: lihat m2.\n\n1 | 2\n3 | 4", "Benar?")
    assert asked["Format otomatis"] == ("Anda melihat asap.\nPintu terkunci.", "Apakah Anda masuk?")
    assert asked["Teks polos"] == ("Jika suhu < 40 &amp; asap <b>tipis</b>.", "Apakah aman?")
    assert asked["Markdown"] == ("Anda melihat:\n- asap\n- api", "Apakah Anda berlari?")
    assert asked["HTML tanpa CDATA"] == ("Situasi.", "Benar?")


def test_tags_of_our_own_say_what_an_item_is_about() -> None:
    expected = {"key": "soal-07-b", "kind": "true_false", "question": "Benar?", "answer": True}
    expected |= {"lesson": 3, "critical": True, "clause": "SOP-01/1.1"}
    assert question("moodle-texts.xml", "Tersembunyi, berbobot, bertanda") == expected


def test_keys_are_made_distinct_and_one_that_stands_once_stays() -> None:
    keys = [entry.question["key"] for entry in fixture("moodle-texts.xml").entries if entry.question]
    assert [key for key in keys if "daftar" in key] == ["daftar-dan-baris", "daftar-dan-baris-2"]
    assert model.distinct(["a", "a", "a-2", "b", "a"]) == ["a", "a-3", "a-2", "b", "a-4"]


def test_one_picture_of_a_question_is_kept_under_a_safe_and_distinct_name() -> None:
    parsed = fixture("moodle-pictures.xml")
    written = re.findall(r'<file name="([^"]+)"[^>]*>([^<]+)<', (FIXTURES / "moodle-pictures.xml").read_text())
    files = {name: base64.b64decode(content) for name, content in reversed(written) if content != "%%%"}
    assert list(parsed.pictures) == ["foto-banjir-1.jpg", "foto-banjir-1-2.jpg", "a.png", "kotak.svg"]
    assert parsed.pictures["foto-banjir-1.jpg"] == files["Foto Banjir (1).JPG"]
    assert parsed.pictures["foto-banjir-1-2.jpg"] == files["foto banjir 1.jpg"]
    assert (parsed.pictures["a.png"], parsed.pictures["kotak.svg"]) == (files["a.png"], SVG)
    named = [(entry.question or {}).get("picture") for entry in parsed.entries[:4]]
    assert named == ["foto-banjir-1.jpg", "foto-banjir-1.jpg", "foto-banjir-1-2.jpg", "a.png"]
    alts = [(entry.question or {}).get("picture_alt") for entry in parsed.entries[:4]]
    assert alts == ["Jalan tergenang", None, "Denah", "A"]


def test_exif_is_no_reason_to_refuse_a_picture_that_is_encoded_anew() -> None:
    content = fixture("moodle-pictures.xml").pictures["foto-banjir-1.jpg"]
    assert b"rumah Bu Ratna" in content
    assert picture_problem("a.jpg", content) == "the picture carries EXIF data; save it without"
    assert decoding_problem("a.jpg", content) is None
    assert decoding_problem("a.jpg", content, most_pixels=47) == "8 x 6 pixels; at most 47 are allowed"


def test_broken_exif_data_break_nothing() -> None:
    """Pillow warns of them, and warnings are errors here."""
    content = fixture("moodle-pictures.xml").pictures["foto-banjir-1.jpg"]
    entry = content.index(b"Exif\0\0") + 16  # after the head of the TIFF and the number of its entries
    broken_exif = content[: entry + 4] + b"\xff\xff\xff\x0f" + content[entry + 8 :]
    assert decoding_problem("a.jpg", broken_exif) == "the file is not a whole JPEG picture"
    assert pixels(broken_exif) == 0


def test_the_pictures_of_a_file_share_a_budget_of_pixels() -> None:
    """A WebP of 800 bytes can say 20 megapixels; the file may hold thousands of them."""
    album = moodle_xml_pictures.Album(pixels_left=100)
    contents = []
    for colour in ("red", "green", "blue"):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 6), colour).save(buffer, "PNG")
        contents.append(buffer.getvalue())
    names = [album.take("a.png", contents[at]) for at in (0, 1, 0)]
    assert names == ["a.png", "a-2.png", "a.png"]
    with pytest.raises(moodle_xml_pictures.Unfit, match="together"):
        album.take("b.png", contents[2])
    assert album.take("b.svg", SVG) == "b.svg"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("banjir.svg", "banjir.svg"),
        ("banjir_2.a-.png", "banjir_2.a-.png"),
        ("Ünïcode Café.PNG", "n-code-caf.png"),
        ("../../etc/passwd.jpeg", "etc-passwd.jpeg"),
        ("....webp", "gambar.webp"),
        ("x" * 200 + ".svg", "x" * 76 + ".svg"),
    ],
)
def test_names_of_pictures_are_safe(name: str, safe: str) -> None:
    assert moodle_xml_pictures.safe_name(name) == safe


# What is refused whole.

DECLARED = '<?xml version="1.0"?>\n<!DOCTYPE quiz [\n{}\n]>\n<quiz>' + true_false("a", "&a;") + "</quiz>"
LAUGHS = "\n".join(["<!ENTITY a0 'ha'>", *(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))])


@pytest.mark.parametrize(
    "content",
    [
        DECLARED.format(LAUGHS).replace("&a;", "&a9;"),
        DECLARED.format(f"<!ENTITY a '{'x' * 100_000}'>").replace("&a;", "&a;" * 10_000),
        DECLARED.format('<!ENTITY a SYSTEM "file:///etc/passwd">'),
        DECLARED.format('<!ENTITY % a SYSTEM "http://127.0.0.1/a.dtd"> %a;'),
        '<?xml version="1.0"?>\n<!DOCTYPE quiz SYSTEM "http://127.0.0.1/quiz.dtd">\n<quiz></quiz>',
        '<?xml version="1.0"?>\n<!DOCTYPE quiz>\n<quiz></quiz>',
    ],
    ids=["billion laughs", "quadratic blowup", "external entity", "parameter entity", "external DTD", "empty DTD"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_whatever_is_in_it(content: str, encoding: str) -> None:
    assert refusal(content.encode(encoding)) == ("xml_forbidden", 2)


def test_elements_that_are_nested_deeply_are_refused() -> None:
    nested = "<a>" * 66_000
    assert len(nested) > 190_000
    assert refusal("<quiz>\n<question>\n" + nested) == ("xml_too_deep", 3)
    assert refusal("<quiz>\n" + nested) == ("xml_too_deep", 2)


def test_broken_xml_is_refused_with_its_line() -> None:
    assert refusal(quiz(true_false("a"), "<question><name></question>")) == ("xml_broken", 4)
    assert refusal(quiz(true_false("a", "satu&nbsp;dua"))) == ("xml_broken", 3)
    assert refusal("\n" + quiz(true_false("a"))) == ("xml_broken", 2)
    assert refusal(quiz(true_false("a"))[:-4]) == ("xml_broken", 4)
    assert refusal("Bukan XML.") == ("xml_broken", 1)


def test_other_files_are_refused() -> None:
    assert refusal("<html><body/></html>") == ("not_moodle_xml", 1)
    assert refusal("") == ("empty_file", 1)
    assert refusal(b" " * (MOST_BYTES + 1)) == ("too_large", 1)
    assert refusal(quiz("baris\x00dua")) == ("control_character", 3)
    many = ['<question type="essay"/>'] * MOST_ITEMS
    assert len(moodle_xml.read(quiz(*many).encode()).entries) == MOST_ITEMS
    assert refusal(quiz(*many, true_false("a"))) == ("too_many_items", MOST_ITEMS + 3)


@pytest.mark.parametrize(
    "text",
    [
        "kata " * 4_001,
        "&lt;b>" * 20_001,
        "<![CDATA[" + "<!-- " * 12_001 + "]]>",
        "<![CDATA[" + "<![ " * 15_001 + "]]>",
        "<![CDATA[" + "<a><div>" * 7_501 + "]]>",
    ],
    ids=["words", "tags", "comments", "sections", "formatting"],
)
def test_an_item_that_is_too_long_is_refused_and_the_next_one_read(text: str) -> None:
    """Of 20,000 characters of text, or of 60,000 with markup, which then nothing reads."""
    first, second = moodle_xml.read(quiz(true_false("a", text), true_false("b")).encode()).entries
    assert first.reasons == (Reason("item_too_long", {"most": 20_000}),)
    assert second.outcome == "imported"


def test_an_item_of_just_20_000_characters_is_read() -> None:
    """The question, with the key that is made of the name."""
    (entry,) = moodle_xml.read(quiz(true_false("a", "b" * (20_000 - len("a" + "true_false")))).encode()).entries
    assert entry.outcome == "imported"


def test_a_picture_within_the_address_of_an_image_does_not_make_an_item_too_long() -> None:
    text = f'&lt;p>&lt;img src="data:image/png;base64,{"A" * 200_000}" alt="X">Aman?&lt;/p>'
    (entry,) = moodle_xml.read(quiz(true_false("a", text)).encode()).entries
    assert entry.reasons == (Reason("picture_left_out", {"where": "question", "picture": "data:"}),)
    assert (entry.question or {})["question"] == "Aman?"


# Encodings.

ACCENTS = quiz(true_false("Café “Dua”", "Über – benar?"))


def read_as(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The question of a file with one item, and the codes of its notes."""
    parsed = moodle_xml.read(content)
    found = parsed.entries[0]
    assert found.name == "Café “Dua”"
    return (found.question or {})["question"], tuple(note.code for note in parsed.notes)


@pytest.mark.parametrize(
    ("declared", "encoding", "notes"),
    [
        ("UTF-8", "utf-8", ()),
        ("UTF-8", "utf-8-sig", ()),
        ("UTF-16", "utf-16", ()),
        ("UTF-16", "utf-16-le", ()),
        ("UTF-16", "utf-16-be", ()),
        ("windows-1252", "cp1252", ()),
        ("ISO-8859-1", "cp1252", ()),
        ("UTF-8", "cp1252", ("read_as_windows_1252",)),
        ("UTF-16", "utf-8", ("declaration_wrong",)),
        ("windows-1252", "utf-8", ("declaration_wrong",)),
        ("klingon", "utf-8", ("declaration_wrong",)),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_has(declared: str, encoding: str, notes: tuple[str, ...]) -> None:
    content = ACCENTS.replace('encoding="UTF-8"', f'encoding="{declared}"').encode(encoding)
    assert read_as(content) == ("Über – benar?", notes)


def test_a_file_without_declaration_is_utf_8() -> None:
    assert read_as(ACCENTS.split("\n", 1)[1].encode()) == ("Über – benar?", ())


def test_a_declaration_that_is_wrong_does_not_matter_where_all_is_ascii() -> None:
    content = quiz(true_false("a"), head='<?xml version="1.0" encoding="windows-1252"?>').encode()
    assert moodle_xml.read(content).notes == ()


def test_broken_bytes_are_refused_with_their_line() -> None:
    broken = ACCENTS.encode().replace("–".encode(), "–".encode()[:2])
    assert refusal(broken) == ("broken_utf8", 3)
    assert refusal(b"\xef\xbb\xbf" + broken) == ("broken_utf8", 3)
    assert refusal(ACCENTS.encode("utf-16")[:-1]) == ("broken_utf16", 1)
    declared = ACCENTS.replace("UTF-8", "windows-1252").encode("cp1252").replace(b"\x96", b"\x81")
    assert refusal(declared) == ("unknown_encoding", 1)


# Whatever a file holds.


def broken(content: bytes, chance: random.Random) -> bytes:
    """A file with some bytes and pieces changed, doubled or left out."""
    pieces = (b"<", b"]]>", b"<!--", b"-->", b"&#0;", b"&x;", b'"', b"100", b"<text>", b"\xff", b"\xc3\xa9", b"")
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(content))
        end = at + chance.choice((0, 1, 3, 200))
        piece = chance.choice((*pieces, bytes([chance.randrange(256)]), content[at:end] * 2))
        content = content[:at] + piece + content[end:]
    return content


def shaken(content: bytes, chance: random.Random) -> bytes:
    """A file that is well-formed still, with elements left out, doubled, or put elsewhere, and other values."""
    root = ET.fromstring(content, parser=ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
    texts = ("", "0", "-1", "NaN", "1e99", "*", "true", "{", "<p>a</p><p>b", "<img src='@@PLUGINFILE@@/a'>", " jaga {}")
    types = ("multichoice", "truefalse", "numerical", "matching", "ordering", "shortanswer", "ddmatch", "essay")
    for _ in range(chance.randint(1, 12)):
        parent = chance.choice([one for one in root.iter() if len(one)])
        at = chance.randrange(len(parent))
        match chance.randrange(6):
            case 0:
                del parent[at]
            case 1:
                parent.insert(at, deepcopy(parent[chance.randrange(len(parent))]))
            case 2:
                parent.insert(at, deepcopy(chance.choice(chance.choice([one for one in root if len(one)]))))
            case 3:
                parent[at].text = chance.choice(texts)
            case 4:
                name = chance.choice(("fraction", "format", "name", "encoding"))
                parent[at].attrib[name] = chance.choice((*texts, "markdown", "plain_text"))
            case _:
                chance.choice(root).attrib["type"] = chance.choice(types)
    return ET.tostring(root, "unicode").encode("ascii", "xmlcharrefreplace")


@pytest.mark.parametrize("file", FILES)
def test_seventy_broken_versions_of_each_file_are_read_or_refused(file: str) -> None:
    content = (FIXTURES / file).read_bytes()
    refused: list[Unreadable] = []
    for number in range(70):
        try:
            assert_sound(moodle_xml.read(broken(content, random.Random(f"{file} {number}"))))
        except Unreadable as problem:
            refused.append(problem)
    assert 10 < len(refused) < 65
    assert all(one.line >= 1 and english(one.reason) != one.reason.code for one in refused)


@pytest.mark.parametrize("file", FILES)
def test_seventy_shaken_versions_of_each_file_are_read(file: str) -> None:
    content = (FIXTURES / file).read_bytes()
    outcomes: Counter[str] = Counter()
    for number in range(70):
        parsed = moodle_xml.read(shaken(content, random.Random(f"{file} {number}")))
        assert_sound(parsed)
        outcomes.update(entry.outcome for entry in parsed.entries)
    assert min(outcomes[one] for one in ("imported", "changed", "refused")) > 10


def assert_sound(parsed: Parsed) -> None:
    """Every entry has line, outcome and words for its reasons; keys are distinct, pictures are there."""
    questions = [entry.question for entry in parsed.entries if entry.question is not None]
    keys = [one["key"] for one in questions if "key" in one]
    assert len(keys) == len(set(keys))
    parts = [part for one in questions for part in one.get("parts", [])]
    named = {one["picture"] for one in (*questions, *parts) if one.get("picture")}
    assert named == set(parsed.pictures)
    for entry in parsed.entries:
        assert entry.line >= 1
        assert entry.outcome in ("imported", "changed", "refused")
        assert entry.reasons or entry.question is not None
        assert all(english(reason) != reason.code for reason in entry.reasons)
    assert not any(odd_characters(text) for one in questions for text in json_texts(one))


def json_texts(value: Any) -> list[str]:
    """Every text in a value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for one in inner for text in json_texts(one)]


NAMES = "item scenario set drop in each key part parts whole kind options question picture critical min pairs id text"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("picture"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["item", "scenario", "x"]), JSON))
def test_no_comment_of_others_breaks_the_reading(content: dict[str, Any]) -> None:
    comment = f"<!-- jaga {json.dumps(content).replace('--', '')} -->"
    inner = f'<single>true</single><answer fraction="100"><text>A</text></answer>{comment}'
    choice = true_false("a", inner=inner).replace("truefalse", "multichoice")
    parsed = moodle_xml.read(quiz(choice, true_false("b")).encode())
    assert_sound(parsed)
    assert parsed.entries[-1].outcome == "imported"


@pytest.mark.parametrize(
    "comment",
    [
        "{" * 100_000,
        '{"item": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"item": {"set": {"min": 1e999}}}',
        '{"item": {"set": {"lesson": ' + "9" * 5_000 + "}}}",
        '{"item": {"set": {"kind": "scenario"}}}',
        "{}}",
    ],
)
def test_comments_made_to_hurt_are_left_out(comment: str) -> None:
    (entry,) = moodle_xml.read(quiz(true_false("a", inner=f"{TRUE}<!-- jaga {comment} -->")).encode()).entries
    expected = {"key": "a", "kind": "true_false", "question": "Benar?", "answer": True}
    assert entry.question == expected
    assert entry.reasons in ((), (Reason("comment_left_out"),))


def scenario_of(whole: str) -> model.Entry:
    """The entry of a scenario of one part whose comment says this of the whole."""
    comment = f'<!-- jaga {{"scenario": {{"key": "s", "part": 1, "parts": 1, "whole": {whole}}}}} -->'
    (entry,) = moodle_xml.read(quiz(true_false("a", inner=TRUE + comment)).encode()).entries
    return entry


def test_what_a_comment_says_of_a_scenario_is_judged_too() -> None:
    good = scenario_of('{"set": {"situation": "Banjir."}}').question or {}
    assert (good["kind"], good["key"], good["situation"], len(good["parts"])) == ("scenario", "s", "Banjir.", 1)
    strange = scenario_of('{"set": {"situation": 7}}')
    assert strange.reasons == (Reason("comment_left_out"),)
    assert (strange.question or {})["kind"] == "true_false"
    assert scenario_of('{"set": {"situation": "\\u0007"}}').reasons == (Reason("control_character"),)
    long = json.dumps({"set": {"situation": "a" * 20_001}})
    assert scenario_of(long).reasons == (Reason("item_too_long", {"most": 20_000}),)


# Nothing of ours is lost.

LETTERS = "abcDE 12.,?!é“”<>&*'\"{}[]|\\/-–—#_`~=:;\n\t\u00a0\u2028\ufffe😀"
WORDS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool),
    st.sampled_from(["<b>tebal</b>", "{fakta:nomor-darurat}", "satu -- dua ---", "a\n\nb", "- a\n- b", "]]>", "&amp;"]),
    st.sampled_from(['<span style="color: red">', "Your answer is correct.", "true", "*", "\\*", "a  b", "<!-- x -->"]),
)
NAME = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
PICTURE = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,12}\.svg", fullmatch=True)
ABOUT = st.fixed_dictionaries(
    {
        "critical": st.booleans(),
        "lesson": st.integers(1, 1000),
        "objective": NAME | st.just("x" * 60),
        "clause": st.just("SOP-01/1.10.2"),
        "difficulty": st.integers(1, 3),
    }
)
SHOWN = st.fixed_dictionaries({"picture": PICTURE, "picture_alt": WORDS})
NUMBER = st.one_of(
    st.integers(-(10**11), 10**11),
    st.integers(-(10**6), 10**6).map(lambda one: one / 8),
    st.decimals(-1000, 1000, places=6).map(str),
    st.just("{fakta:nomor-darurat}"),
    st.just("1,5"),
)


def rows(count: st.SearchStrategy[int], row: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Any]]:
    """So many rows with distinct ids."""
    return count.flatmap(
        lambda number: st.tuples(
            st.lists(NAME, min_size=number, max_size=number, unique=True),
            st.lists(st.fixed_dictionaries(row), min_size=number, max_size=number),
        )
    ).map(lambda both: [{"id": identity, **one} for identity, one in zip(*both, strict=True)])


def marked(options: list[Any], right: set[int]) -> list[Any]:
    """The options with which is right."""
    return [{**one, "correct": place in right} for place, one in enumerate(options)]


OPTION = {"text": WORDS, "reason": WORDS}
PLACES = st.sets(st.integers(0, 5), min_size=1)
CHOICES_OF = {
    "single": st.builds(
        lambda options, at: marked(options, {at % len(options)}), rows(st.integers(3, 4), OPTION), st.integers(0, 3)
    ),
    "multiple": st.builds(
        lambda options, at: marked(options, {one % len(options) for one in at}), rows(st.integers(4, 6), OPTION), PLACES
    ),
}


def with_extra(pairs: list[Any], extra: list[str]) -> Question:
    """A matching, its extra right sides no right sides of pairs."""
    return {"pairs": pairs, "extra": [one for one in extra if one not in {pair["right"] for pair in pairs}]}


PAIRS = rows(st.integers(3, 5), {"left": WORDS, "right": WORDS, "reason": WORDS})
SPECIFIC: dict[str, st.SearchStrategy[Question]] = {
    **{kind: st.fixed_dictionaries({"options": options}) for kind, options in CHOICES_OF.items()},
    "true_false": st.fixed_dictionaries({"answer": st.booleans(), "reason": WORDS}),
    "matching": PAIRS.map(lambda pairs: {"pairs": pairs})
    | st.builds(with_extra, PAIRS, st.lists(WORDS, unique=True, max_size=3)),
    "ordering": st.fixed_dictionaries({"steps": rows(st.integers(3, 6), {"text": WORDS}), "reason": WORDS}),
    "numeric": st.fixed_dictionaries({"min": NUMBER, "max": NUMBER, "unit": WORDS, "reason": WORDS}),
    "short_text": st.fixed_dictionaries(
        {"accepted": st.lists(WORDS, min_size=4, max_size=10, unique=True), "rubric": WORDS, "reason": WORDS}
    ),
}


def joined(*parts: st.SearchStrategy[Question]) -> st.SearchStrategy[Question]:
    """One dictionary of several."""
    return st.tuples(*parts).map(lambda all_parts: {key: value for part in all_parts for key, value in part.items()})


def bare(kind: str) -> st.SearchStrategy[Question]:
    """A question of a kind without key and tags."""
    asked: st.SearchStrategy[Question] = st.fixed_dictionaries(
        {"kind": st.just(kind), "question": WORDS}, optional={"situation": WORDS}
    )
    return joined(asked, SPECIFIC[kind], st.just({}) | SHOWN)


PART = st.sampled_from(sorted(SPECIFIC)).flatmap(bare)
SCENARIO = joined(
    st.fixed_dictionaries({"key": NAME, "kind": st.just("scenario"), "situation": WORDS}),
    ABOUT,
    st.just({}) | SHOWN,
    st.fixed_dictionaries(
        {"parts": st.lists(joined(PART, st.just({}) | ABOUT), min_size=2, max_size=4)},
    ),
)
ITEM = joined(st.fixed_dictionaries({"key": NAME}), ABOUT, PART) | SCENARIO


def pictures_of(questions: list[Question]) -> dict[str, bytes]:
    """A picture for each name, each with other bytes."""
    parts = [part for one in questions for part in one.get("parts", [])]
    named = sorted({one["picture"] for one in (*questions, *parts) if "picture" in one})
    return {name: SVG.replace(b'10"/', f'{number}"/'.encode()) for number, name in enumerate(named)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(ITEM, max_size=4, unique_by=lambda one: one["key"]))
def test_reading_what_was_written_gives_the_same_items(questions: list[Question]) -> None:
    pictures = pictures_of(questions)
    parsed = moodle_xml.read(moodle_xml.write(questions, pictures))
    assert [entry.question for entry in parsed.entries] == questions
    assert [entry.reasons for entry in parsed.entries] == [()] * len(questions)
    assert (dict(parsed.pictures), parsed.notes) == (pictures, ())


def bank() -> list[Question]:
    """Every exam item of the courses, with "correct" said of every option."""
    files = sorted((ROOT / "courses").glob("*/questions.yaml"))
    items: list[Question] = [item for file in files for item in yaml.safe_load(file.read_text())]
    for item in items:
        for option in item.get("options", []):
            option.setdefault("correct", False)
    return items


def test_the_banks_of_the_courses_come_back_as_they_are() -> None:
    items = bank()
    assert len(items) > 200
    parsed = moodle_xml.read(moodle_xml.write(items, {}))
    assert [entry.question for entry in parsed.entries] == items
    assert {entry.outcome for entry in parsed.entries} == {"imported"}


def test_what_a_moodle_keeps_of_the_banks_is_all_but_rubrics_and_ends_that_are_facts() -> None:
    """A Moodle drops comments; tags, reasons, pairs and units come back from it."""
    items = bank()
    content = re.sub(rb"<!--.*?-->", b"", moodle_xml.write(items, {}), flags=re.DOTALL)
    entries = moodle_xml.read(content).entries
    for item, entry in zip(items, entries, strict=True):
        if "fakta" in str(item.get("min", "")):
            assert entry.reasons == (Reason(TYPE, {"type": "essay"}),)
        else:
            assert entry.question == {key: value for key, value in item.items() if key != "rubric"}
            assert entry.outcome == "imported"


def test_moodle_reads_a_sensible_question() -> None:
    about = {"critical": False, "lesson": 1, "objective": "x" * 60, "clause": "SOP-01/1.1", "difficulty": 1}
    multiple = {"key": "m", "kind": "multiple", **about, "question": "Mana?"}
    multiple["options"] = marked([{"id": f"o{n}", "text": f"T{n}", "reason": f"R{n}"} for n in range(5)], {0, 1, 2})
    numeric = {"key": "n", "kind": "numeric", **about, "question": "Berapa?", "min": 100, "max": 121.5, "unit": "kali"}
    numeric["reason"] = "Dianjurkan."
    first, second = ET.fromstring(moodle_xml.write([multiple, numeric], {})).findall("question")
    assert (first.get("type"), first.findtext("single"), first.findtext("idnumber")) == ("multichoice", "false", "m")
    shares = [one.get("fraction") for one in first.findall("answer")]
    assert shares == ["33.33333", "33.33333", "33.33333", "-33.33333", "-33.33333"]
    assert [one.findtext("feedback/text") for one in first.findall("answer")] == [f"<p>R{n}</p>" for n in range(5)]
    assert [one.findtext("text") for one in first.findall("tags/tag")] == [
        "jaga:critical:no",
        "jaga:lesson:1",
        "jaga:clause:SOP-01/1.1",
        "jaga:difficulty:1",
    ]
    assert second.get("type") == "numerical"
    assert (second.findtext("answer/text"), second.findtext("answer/tolerance")) == ("110.75", "10.75")
    assert second.findtext("units/unit/unit_name") == "kali"
    assert second.findtext("generalfeedback/text") == "<p>Dianjurkan.</p>"


def test_each_part_of_a_scenario_stands_alone_in_a_moodle() -> None:
    parts = ET.fromstring((FIXTURES / "moodle-own.xml").read_bytes()).findall("question")[:3]
    assert [one.get("type") for one in parts] == ["multichoice", "truefalse", "essay"]
    assert [one.findtext("idnumber") for one in parts] == ["banjir-1", "banjir-2", "banjir-3"]
    for part, file in zip(parts, ("banjir.svg", "arus.svg", "banjir.svg"), strict=True):
        text = part.findtext("questiontext/text") or ""
        assert f'<img src="@@PLUGINFILE@@/{file}"' in text
        assert "<p>Air naik -- cepat.</p><p>Anda di lantai dua.</p>" in text
        found = part.find("questiontext/file")
        assert found is not None
        assert found.get("name") == file
    assert parts[2].findtext("graderinfo/text") == "<p>{fakta:nomor-darurat} – {fakta:nomor-darurat} nomor</p>"


def test_a_part_of_a_scenario_that_is_not_whole_keeps_what_it_says_of_the_whole() -> None:
    first, third = (question("moodle-own.xml", name) for name in ("pecah-1", "pecah-3"))
    for key, one in (("pecah-1", first), ("pecah-3", third)):
        assert (one["key"], one["situation"]) == (key, "Air naik -- cepat.\n\nAnda di lantai dua.")
        assert (one["picture"], one["critical"], one["lesson"]) == ("banjir.svg", True, 2)
    assert [option["id"] for option in first["options"]] == ["telepon", "tunggu", "video"]
    assert (third["kind"], third["min"]) == ("numeric", "{fakta:nomor-darurat}")


def test_a_picture_that_only_the_scenario_shows_is_kept() -> None:
    """The first part has a picture of its own, so that of the scenario stands nowhere in a text."""
    part = {"kind": "true_false", "question": "Benar?", "answer": True, "reason": "Ya."}
    own = {**part, "picture": "a.svg", "picture_alt": "A"}
    whole = {"key": "s", "kind": "scenario", "situation": "Banjir.", "picture": "b.svg", "picture_alt": "B"}
    item = {**whole, "parts": [own, {**own}]}
    pictures = pictures_of([item])
    parsed = moodle_xml.read(moodle_xml.write([item], pictures))
    assert parsed.entries[0].question == item
    assert (parsed.entries[0].reasons, dict(parsed.pictures)) == ((), pictures)


def test_an_item_that_was_edited_in_the_file_changes() -> None:
    """The comment says only what the XML cannot say, so it does not bring back the old words."""
    whole = (FIXTURES / "moodle-own.xml").read_text()
    edited = whole.replace("Jalan Mawar 12", "Jalan Melati 5").replace("Anda di lantai dua.", "Anda di lantai tiga.")
    first, second = moodle_xml.read(edited.encode()).entries[:2]
    assert (first.question or {})["situation"] == "Air naik -- cepat.\n\nAnda di lantai tiga."
    assert (second.question or {})["accepted"] == ["Jalan Melati 5"]
    assert (second.question or {})["rubric"] == "Ada nama jalan."


def test_a_picture_that_is_not_given_cannot_be_written() -> None:
    item = {"key": "a", "kind": "true_false", "question": "Benar?", "answer": True, "picture": "a.svg"}
    with pytest.raises(KeyError, match=r"a\.svg"):
        moodle_xml.write([item], {})


@given(WORDS)
def test_plain_text_comes_back_from_html_with_single_spaces(text: str) -> None:
    paragraphs = reduced(as_html(text), "html").paragraphs
    assert "\n".join(paragraphs).split() == text.split()


def test_every_reason_has_words() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "lms/quizzes/formats").glob("moodle_xml*.py"))
    codes = set(re.findall(r'(?:note|Refusal|Unreadable|Reason)\(\s*"([a-z_0-9]+)"', sources))
    codes |= set(re.findall(r'"((?:several|no)_right_answers?)"', sources))
    assert len(codes) > 35
    assert codes - ENGLISH.keys() == set()
