"""XLSX files of items as others fill them in, what Excel makes of what they type, and files that are made to harm."""

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
import xlsxwriter

from lms.quizzes.formats import xlsx_cells, xlsx_file, xlsx_parts
from lms.quizzes.formats.model import Parsed, Unreadable
from lms.quizzes.formats.reasons import english
from lms.quizzes.formats.table_guide import EXAMPLES
from lms.quizzes.formats.template import template

PART = "xl/worksheets/sheet1.xml"


def book(fill: Callable[[Any], None]) -> bytes:
    """A workbook that a function fills."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        fill(made)
    return out.getvalue()


def filled(rows: list[list[Any]], **formats: dict[str, Any]) -> bytes:
    """A workbook of one sheet; a cell ("percent", 0.8) has the format of that name."""

    def fill(made: Any) -> None:
        sheet = made.add_worksheet()
        named = {name: made.add_format(one) for name, one in formats.items()}
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                form, value = cell if isinstance(cell, tuple) else (None, cell)
                sheet.write(number, column, value, named.get(form))

    return book(fill)


def report(parsed: Parsed) -> list[tuple[int, str, list[str]]]:
    """Line, outcome and codes of each item."""
    return [(one.line, one.outcome, [reason.code for reason in one.reasons]) for one in parsed.entries]


def numbers(parsed: Parsed) -> dict[str, int]:
    """How many items came in as they were, were changed, and were refused."""
    return dict(Counter(one.outcome for one in parsed.entries))


# --- files of others --------------------------------------------------------------------------------------------------


def test_a_teachers_file_with_what_excel_makes_of_it() -> None:
    head = ["No", "Soal", "Jenis", "A", "B", "C", "Kunci", "Pelajaran", "Kritis", "Min", "Maks"]
    content = filled(
        [
            head,
            [1, "Nomor darurat?", "PG", 112, 110.0, 6281234567890, "A", 1.0, True],
            [2, "Bagian yang aman?", "PG", ("date", date(2026, 5, 4)), "x", "y", "B"],
            [3, "Berapa persen?", "PG", ("percent", 0.8), 0.5, 1, "A"],
            [4, "Jumlah?", "PG", "=1+1", "=A1", "3", "A"],
            [5, "NIK siapa?", "PG", 3171234567890123, "x", "y", "A"],
            [6, "Air panas.", "B/S", "", "", "", True],
            [7, "Berapa meter?", "Angka", "", "", "", "", "", "", 0.1 + 0.2, 2.5],
            [8, "Pukul berapa?", "PG", ("clock", time(7, 30)), "x", "y", "A"],
            [9, "Rugi?", "PG", ("money", 50000), "x", "y", "A"],
            [10, "Ribuan?", "PG", ("thousands", 50000), ("zeros", 7), "y", "A"],
            [],
            ["", "Lampu mati.", "B/S", "", "", "", "=NOT(TRUE)"],
        ],
        date={"num_format": "d/m"},
        percent={"num_format": "0%"},
        clock={"num_format": "hh:mm"},
        money={"num_format": '"Rp"#,##0'},
        thousands={"num_format": "#,##0"},
        zeros={"num_format": "000"},
    )
    parsed = xlsx_file.read(content)
    assert numbers(parsed) == {"changed": 3, "refused": 8}
    assert report(parsed) == [
        (2, "changed", ["column_unknown"]),
        (3, "refused", ["cell_date"]),
        (4, "refused", ["cell_format"]),
        (5, "refused", ["formula"]),
        (6, "refused", ["number_too_long"]),
        (7, "changed", ["column_unknown"]),
        (8, "changed", ["column_unknown"]),
        (9, "refused", ["cell_date"]),
        (10, "refused", ["cell_format"]),
        (11, "refused", ["cell_format"]),
        (13, "refused", ["formula"]),
    ]
    assert parsed.notes == ()
    first, second, third = (one.question for one in parsed.entries if one.question)
    assert first == {
        "key": "nomor-darurat",
        "kind": "single",
        "critical": True,
        "lesson": 1,
        "question": "Nomor darurat?",
        "options": [
            {"id": "a", "text": "112", "correct": True},
            {"id": "b", "text": "110", "correct": False},
            {"id": "c", "text": "6281234567890", "correct": False},
        ],
    }
    assert second["answer"] is True
    assert (third["min"], third["max"]) == ("0.3", "2.5")
    assert english(parsed.entries[1].reasons[0]) == "A holds a date; what was typed cannot be known any more"
    assert english(parsed.entries[3].reasons[0]) == "A holds a formula"


def test_a_file_with_a_title_merged_cells_and_other_sheets() -> None:
    def fill(made: Any) -> None:
        made.add_worksheet("Daftar").write_row(0, 0, ["jenis", "pertanyaan"])
        sheet = made.add_worksheet("SOAL ")
        made.add_worksheet("Rahasia").hide()
        made.add_worksheet("Petunjuk")
        sheet.merge_range(0, 0, 0, 4, "Bank soal modul 1")
        sheet.write_row(2, 0, ["Skenario", "Situasi", "Jenis", "Pertanyaan", "Jawaban benar", "Alasan"])
        sheet.merge_range(3, 0, 5, 0, "banjir")
        sheet.merge_range(3, 1, 5, 1, "Air naik.")
        sheet.write_row(3, 2, ["bs", "Anda menyeberang.", "salah"])
        sheet.write_row(4, 2, ["bs", "Anda menunggu.", "benar"])
        sheet.write_row(5, 2, ["bs", "Anda lapor.", "benar"])
        sheet.merge_range(6, 3, 6, 5, "Lebar")
        sheet.write(6, 2, "bs")
        sheet.merge_range(7, 2, 8, 2, "isian")
        sheet.write(7, 3, "Di mana?")

    parsed = xlsx_file.read(book(fill))
    assert numbers(parsed) == {"imported": 2, "changed": 1}
    assert report(parsed) == [
        (4, "changed", [*["line", "merged_cells", "merged_cells"] * 2, "scenario_without_line"]),
        (7, "imported", []),
        (8, "imported", []),
    ]
    assert [(one.code, dict(one.details)) for one in parsed.notes] == [
        ("sheets_left_out", {"sheets": "Daftar"}),
        ("lines_above_headings", {"count": 1}),
    ]
    assert parsed.entries[0].question == {
        "key": "banjir",
        "kind": "scenario",
        "situation": "Air naik.",
        "parts": [
            {"kind": "true_false", "question": "Anda menyeberang.", "answer": False},
            {"kind": "true_false", "question": "Anda menunggu.", "answer": True},
            {"kind": "true_false", "question": "Anda lapor.", "answer": True},
        ],
    }


def test_headings_that_are_merged_downwards_are_no_values() -> None:
    def fill(made: Any) -> None:
        made.add_worksheet("Petunjuk").write(0, 0, "Kolom")
        sheet = made.add_worksheet("Lembar1")
        sheet.merge_range(0, 0, 1, 0, "jenis")
        sheet.write_row(0, 1, ["soal", "kritis"])
        sheet.write_row(1, 1, ["Api?", "ya"])
        sheet.write_row(2, 0, ["bs", "Air?", "tidak"])

    parsed = xlsx_file.read(book(fill))
    assert parsed.notes == ()
    assert report(parsed) == [(2, "refused", ["kind_missing"]), (3, "imported", [])]


def test_a_filled_in_template() -> None:
    """Somebody deletes the examples, types in Excel's own way, and adds a column."""

    def fill(made: Any) -> None:
        made.add_worksheet("Petunjuk").write(0, 0, "Kolom")
        sheet = made.add_worksheet("SOAL")
        head = ["kode", "jenis", "kesulitan", "pertanyaan", "opsi_a", "opsi_b", "opsi_c", "opsi_g", "jawaban_benar"]
        sheet.write_row(0, 0, [*head, "pengecoh_1", "minimum", "maksimum", "alasan_a", "Penulis"])
        sheet.write_row(1, 0, ["lapor", "pilihan ganda", 2, "Apa?", "x", "y", "z", "", " b "])
        sheet.write_row(2, 0, ["tolak", "Pilihan Ganda Kompleks", "Sulit"])
        sheet.write_rich_string(2, 3, "Yang ", made.add_format({"bold": True}), "tidak", " boleh?")
        for column, text in enumerate(["=bukan rumus", "'+62", "z", "w", "A; G"], 4):
            sheet.write_string(2, column, text)
        sheet.write_row(3, 0, ["", "menjodohkan", "", "Jodohkan.", "Api => Telepon", "Gelap => Lapor"])
        sheet.write_row(3, 9, ["Diam"])
        sheet.write_row(4, 0, ["", "angka", "", "Berapa?"])
        sheet.write_row(4, 10, [1500, 2000.5])
        sheet.write_row(5, 0, ["", "pilihan ganda", "", "Siapa?", "x", "", "", "", "A"])
        sheet.write_row(5, 12, ["Sebab.", "Bu Ani"])
        sheet.write_row(6, 0, ["salin", "isian singkat", "", "Di mana?", "x"])
        sheet.write_formula(6, 13, "=A1", None, "")

    parsed = xlsx_file.read(book(fill))
    assert parsed.notes == ()
    assert numbers(parsed) == {"imported": 4, "changed": 2}
    assert report(parsed) == [
        (2, "imported", []),
        (3, "imported", []),
        (4, "imported", []),
        (5, "imported", []),
        (6, "changed", ["column_unknown"]),
        (7, "changed", ["column_unknown"]),
    ]
    second, third, fourth = (one.question or {} for one in parsed.entries[1:4])
    assert second["question"] == "Yang tidak boleh?"
    assert [(one["id"], one["text"], one["correct"]) for one in second["options"]] == [
        ("a", "=bukan rumus", True),
        ("b", "+62", False),
        ("c", "z", False),
        ("g", "w", True),
    ]
    assert (third["key"], third["pairs"][1]["right"], third["extra"]) == ("jodohkan", "Lapor", ["Diam"])
    assert (fourth["min"], fourth["max"]) == (1500, "2000.5")


# --- cells ------------------------------------------------------------------------------------------------------------


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def packed(content: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_cell(cell: str, after: str = "", texts: str = "") -> bytes:
    """A workbook of one item, whose question is this cell, "B2", the last one of its row; after: more rows."""
    content = parts(filled([["jenis", "soal"], ["bs", "Api?"]]))
    content[PART] = re.sub(rb'<c r="B2".*?</row>', f"{cell}</row>{after}".encode(), content[PART])
    content["xl/sharedStrings.xml"] = content["xl/sharedStrings.xml"].replace(b"</sst>", f"{texts}</sst>".encode())
    return packed(content)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "formula"),
        ('<c r="B2"><f>1+1</f></c>', "formula"),
        ('<c r="B2" t="str"><f t="shared" si="0"/><v>Api?</v></c>', "formula"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "cell_error"),
        ('<c r="B2" t="d"><v>2026-05-04</v></c>', "cell_date"),
        ('<c r="B2"><v>1e15</v></c>', "number_too_long"),
        ('<c r="B2"><v>nan</v></c>', "number_too_long"),
        ('<c r="B2"><v>-inf</v></c>', "number_too_long"),
        ('<c r="B2" t="inlineStr"><is><t>a_x0007_b</t></is></c>', "control_character"),
        ('<c r="B2" t="inlineStr"><is><t>a\u0085b</t></is></c>', "control_character"),
    ],
)
def test_a_cell_that_cannot_be_trusted_refuses_its_item(cell: str, code: str) -> None:
    parsed = xlsx_file.read(with_cell(cell))
    assert report(parsed) == [(2, "refused", [code])]
    assert parsed.entries[0].reasons[0].details["column"] == "soal"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><v>112.0</v></c>', "112"),
        ('<c r="B2"><v>0.30000000000000004</v></c>', "0,3"),
        ('<c r="B2"><v>1.5e-3</v></c>', "0,0015"),
        ('<c r="B2"><v>999999999999999</v></c>', "999999999999999"),
        ('<c r="B2"><v>dua</v></c>', "dua"),
        ('<c r="B2" t="b"><v>1</v></c>', "TRUE"),
        (
            '<c r="B2" t="inlineStr"><is><r><t xml:space="preserve">Api </t></r><r><t>panas</t></r></is></c>',
            "Api panas",
        ),
        ('<c r="B2" t="inlineStr"><is><t>Api_x000D_&#10;panas_x000D_</t></is></c>', "Api\npanas"),
        ('<c r="B2" t="s"><v>0</v></c>', "jenis"),
    ],
)
def test_the_text_of_a_cell_is_what_excel_shows(cell: str, text: str) -> None:
    assert [(one.question or {})["question"] for one in xlsx_file.read(with_cell(cell)).entries] == [text]


def test_a_formula_in_the_last_cell_that_nobody_worked_out_is_seen() -> None:
    content = parts(filled([["jenis", "soal", "jawaban"], ["bs", "Api?"]]))
    content[PART] = content[PART].replace(b"</row></sheetData>", b'<c r="C2"><f>TRUE()</f></c></row></sheetData>')
    assert report(xlsx_file.read(packed(content))) == [(2, "refused", ["formula"])]


def test_what_is_written_is_text_for_excel() -> None:
    """Also what looks like a number, an address or a formula; and no cell of the file is one."""
    content = parts(xlsx_file.write([{"key": "a", "kind": "short_text", "accepted": ["112", "http://a.id", "=1+1"]}]))
    cells = re.findall(rb"<c [^>]*>", content[PART])
    assert len(cells) == 31 + 5
    assert all(b't="s"' in one for one in cells)
    assert not re.search(rb"<f[ >]|<hyperlink", b"".join(content.values()))


@pytest.mark.parametrize("text", ["x" * 32_768, "_x0041_x0042_"])
def test_a_text_that_no_cell_can_hold_is_not_lost_silently(text: str) -> None:
    with pytest.raises(ValueError, match="cell"):
        xlsx_file.write([{"key": "a", "kind": "short_text", "accepted": [text]}])


# --- files that are made to harm, or damaged --------------------------------------------------------------------------


def refusal(content: bytes) -> str:
    """Why a file is refused whole."""
    with pytest.raises(Unreadable) as refused:
        xlsx_file.read(content)
    assert english(refused.value.reason) != refused.value.reason.code
    return refused.value.reason.code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="XFD2"><v>1</v></c>', "too_many_columns"),
        ('<c r="B3"><v>1</v></c>', "xlsx_broken"),  # of another row than the one in which it stands
        ("<c><v>1</v></c>", "xlsx_broken"),
        ('<c r="B0"><v>1</v></c>', "xlsx_broken"),
        ('<c r="AAAA2"><v>1</v></c>', "xlsx_broken"),
        ('<c r="B2" t="s"><v>7</v></c>', "xlsx_broken"),
        ('<c r="B2" t="s"><v>-1</v></c>', "xlsx_broken"),
    ],
)
def test_cells_out_of_place_are_refused(cell: str, code: str) -> None:
    assert refusal(with_cell(cell)) == code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "sheet_too_large"),
        ('<row r="9999999"><c r="A9999999" t="inlineStr"><is><t/></is></c></row>', "sheet_too_large"),
        ('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>', "xlsx_broken"),
        ("<row><c><v>1</v></c></row>", "xlsx_broken"),
        ('<c r="A3"><v>1</v></c>', "xlsx_broken"),
    ],
)
def test_a_far_cell_is_refused_before_a_grid_is_made(row: str, code: str) -> None:
    """The reader of XLSX makes room for every cell up to the last one; it aborts the program where there is none."""
    assert refusal(with_cell('<c r="B2"><v>1</v></c>', row)) == code


def test_far_cells_that_have_only_a_format_do_no_harm() -> None:
    content = with_cell('<c r="B2"><v>1</v></c>', '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert report(xlsx_file.read(content)) == [(2, "imported", [])]


def test_a_text_to_which_many_cells_refer_is_refused_before_it_is_copied() -> None:
    many = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>4</v></c></row>' for row in range(3, 3_000))
    assert refusal(with_cell('<c r="B2"><v>1</v></c>', many, f"<si><t>{'x' * 32_000}</t></si>")) == "sheet_too_large"


def test_a_file_at_the_limit_is_read() -> None:
    far = xlsx_cells.MOST_CELLS // 100
    row = f'<row r="{far}"><c r="CV{far}"><v>1</v></c></row>'
    question = '<c r="B2"><v>1</v></c>'
    assert report(xlsx_file.read(with_cell(question, row)))[-1] == (far, "refused", ["kind_missing"])
    assert refusal(with_cell(question, row.replace(str(far), str(far + 1)))) == "sheet_too_large"


def test_merged_cells_without_end_are_refused() -> None:
    content = parts(filled([["jenis", "soal"], ["bs", "Api?"]]))
    merged = b"".join(b'<mergeCell ref="%c2:%c1048576"/>' % (one, one) for one in b"CDEF")
    content[PART] = content[PART].replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>")
    assert refusal(packed(content)) == "sheet_too_large"


@pytest.mark.parametrize("name", [PART, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "_rels/.rels"])
@pytest.mark.parametrize("declared", [b"<!DOCTYPE a>", b'<!DOCTYPE a [<!ENTITY b "x">]>'])
def test_a_document_type_is_refused_in_every_part(name: str, declared: bytes) -> None:
    content = parts(template("xlsx"))
    content[name] = content[name].replace(b"?>", b"?>" + declared, 1)
    assert refusal(packed(content)) == "xml_forbidden"


def test_archives_that_are_no_workbooks_are_refused() -> None:
    good = parts(template("xlsx"))
    assert refusal(b"jenis,soal\nbs,a\n") == "not_xlsx"
    assert refusal(b"") == "not_xlsx"
    assert refusal(packed({"a.txt": b"a"})) == "not_xlsx"
    assert refusal(packed({name: part for name, part in good.items() if name != "xl/workbook.xml"})) == "not_xlsx"
    assert refusal(packed({name: part for name, part in good.items() if name != PART})) == "no_sheet"
    hidden = good["xl/workbook.xml"].replace(b'<sheet name="', b'<sheet state="hidden" name="')
    assert refusal(packed({**good, "xl/workbook.xml": hidden})) == "no_sheet"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "xls_or_locked"
    assert refusal(packed(good)[:-30]) == "not_xlsx"
    assert refusal(packed({**good, "../a": b"a"})) == "archive_refused"
    assert refusal(packed({**good, "xl/media/a.bin": bytes(xlsx_parts.LIMITS.file_bytes + 1)})) == "archive_refused"
    assert refusal(bytes(4_000_001)) == "too_large"


@pytest.mark.parametrize(
    ("encoding", "letter"), [("utf-16", "a"), ("utf-16-le", "a"), ("utf-16-be", "a"), ("utf-16", "ã"), ("cp1252", "ã")]
)
def test_another_encoding_than_the_reader_of_cells_knows_is_refused(encoding: str, letter: str) -> None:
    """Else the same bytes could show it other cells than those that were looked at: in UTF-16, "<c" is a character."""
    content = parts(template("xlsx"))
    text = content[PART].decode().replace('encoding="UTF-8"', f'encoding="{encoding}"')
    commented = text.replace("<row", f"<!-- {letter} --><row", 1)
    assert refusal(packed({**content, PART: commented.encode(encoding)})) == "xlsx_broken"


def test_a_byte_order_mark_does_no_harm() -> None:
    content = {name: b"\xef\xbb\xbf" + part for name, part in parts(template("xlsx")).items()}
    assert len(xlsx_file.read(packed(content)).entries) == len(EXAMPLES)


def test_a_workbook_of_the_strict_form_with_other_places_is_read() -> None:
    """ISO/IEC 29500 has a strict form with other namespaces; and parts may be called and lie as they please."""
    content = parts(template("xlsx"))
    moved = {
        "_rels/.rels": content["_rels/.rels"].replace(b"xl/workbook.xml", b"/buku/kerja.xml"),
        "buku/kerja.xml": content["xl/workbook.xml"],
        "buku/_rels/kerja.xml.rels": content["xl/_rels/workbook.xml.rels"].replace(b'"worksheets/', b'"../lembar/'),
        "lembar/sheet1.xml": content[PART],
        "lembar/sheet2.xml": content["xl/worksheets/sheet2.xml"],
        "buku/sharedStrings.xml": content["xl/sharedStrings.xml"],
        "buku/styles.xml": content["xl/styles.xml"],
    }
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    renamed = {name: part.replace(usual, strict) for name, part in moved.items()}
    assert [one.question for one in xlsx_file.read(packed(renamed)).entries] == list(EXAMPLES)


def test_300_workbooks_with_damaged_parts_are_read_or_refused_in_words() -> None:
    chance = random.Random(7)
    good = parts(template("xlsx"))
    names = [PART, PART, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
    values = [
        b"",
        b"0",
        b"-1",
        b"99",
        b"A1",
        b"C2",
        b"ZZZ9999999",
        b"s",
        b"e",
        b"b",
        b"nan",
        b"1e308",
        b"_x0000_",
        b"@",
        b"<f/>",
    ]
    ends = Counter[str]()
    for _ in range(300):
        name = chance.choice(names)
        place = chance.choice(list(re.finditer(rb'(?<=")[^"<>]{0,40}(?=")|(?<=>)[^<>]{0,40}(?=<)', good[name])))
        bent = good[name][: place.start()] + chance.choice(values) + good[name][place.end() :]
        try:
            xlsx_file.read(packed({**good, name: bent}, zipfile.ZIP_STORED))
            ends["read"] += 1
        except Unreadable as refused:
            ends[refused.reason.code] += 1
    assert sum(ends.values()) == 300
    assert ends["read"] > 50
    assert ends["xlsx_broken"] > 50
