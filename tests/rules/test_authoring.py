"""The checker of course folders: a small valid one, and one change at a time that it must refuse with file and line."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from lms import files, text
from lms.authoring import queries, rules
from lms.authoring.rules import Read
from lms.courses import rules as courses
from lms.pictures import picture_problem

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "courses"
MODULE = "uji-lapor/module.yaml"
ONE = "uji-lapor/01-melihat.md"
TWO = "uji-lapor/02-mencatat.md"
ITEMS = "uji-lapor/questions.yaml"
DRILL = "uji-lapor/drill.yaml"
SOP = "sop/SOP-91.yaml"
FACTS = "facts.yaml"
TALE = "Anggota berdiri di tempat aman dan melihat sekeliling dengan tenang sebelum berbuat apa pun malam itu. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the valid folder, to be changed."""
    return Path(shutil.copytree(FIXTURES / "valid", tmp_path / "courses"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first place of old, which must be there."""
    whole = (folder / file).read_text()
    assert old in whole
    (folder / file).write_text(whole.replace(old, new, 1))


def reasons(read: Read, file: str) -> str:
    """What is said of one file, as lines "number: reason"."""
    return "\n".join(f"{one.line}: {one.reason}" for one in read.problems if one.file == file)


def test_the_valid_folder_has_no_problem() -> None:
    read = queries.read_folder(FIXTURES / "valid")
    assert read.problems == ()
    assert [draft.slug for draft in read.drafts] == ["uji-lapor"]
    assert not read.drafts[0].partial
    assert read.programme is not None
    assert read.programme["levels"][0]["skck_months"] == 6


def test_a_single_module_folder_is_read_with_what_lies_beside_it() -> None:
    read = queries.read_folder(FIXTURES / "valid" / "uji-lapor")
    assert read.problems == ()
    assert (sorted(read.facts), sorted(read.sops)) == (["laju-maksimal", "laju-minimal", "nomor-uji"], ["SOP-91"])


def test_the_real_courses_have_no_problem() -> None:
    read = queries.read_folder(Path(__file__).resolve().parents[2] / "courses")
    assert read.problems == ()
    assert queries.counts(read, date(2026, 11, 23))["clauses_without_lesson"] == 0


def test_counts() -> None:
    found = queries.counts(queries.read_folder(FIXTURES / "valid"), date(2026, 12, 24))
    assert found["overdue_facts"] == ["laju-maksimal"]
    assert (found["lessons"], found["items"], found["critical_items"], found["pictures"]) == (2, 7, 2, 1)
    assert found["items_by_kind"] == dict.fromkeys(sorted(found["items_by_kind"]), 1)
    assert (found["clauses"], found["clauses_without_lesson"]) == (2, 0)


CHANGES = {
    "unknown key": (MODULE, "minutes: 20", "minutes: 20\nwarna: biru", MODULE, "7: warna: unknown key"),
    "wrong type": (MODULE, "minutes: 20", 'minutes: "20"', MODULE, "6: minutes:"),
    "missing key": (MODULE, "minutes: 20\n", "", MODULE, "1: minutes: this key is missing"),
    "duplicate key": (MODULE, "order: 1", "order: 1\norder: 2", MODULE, "6: the key order stands twice"),
    "bad YAML": (MODULE, "needs: []", "needs: [", MODULE, "11: not valid YAML"),
    "alias": (MODULE, "sop: [SOP-91]", "sop: &a [SOP-91]\nneeds: *a", MODULE, "10: aliases"),
    "tag": (MODULE, "minutes: 20", "minutes: !!python/object:os.system x", MODULE, "6: not a value"),
    "a date that does not exist": (SOP, "2026-11-23", "2026-13-45", SOP, "4: not a value"),
    "clause number without quotes": (SOP, '"1.1"', "1.1", SOP, "6: clauses.1.number"),
    "NUL": (MODULE, "Modul Uji", "Modul\0Uji", MODULE, "3: the character U+0000"),
    "escaped NUL": (MODULE, "Modul Uji", '"Modul\\0Uji"', MODULE, "3: the character U+0000"),
    "slug of another folder": (MODULE, "slug: uji-lapor", "slug: lain", MODULE, "2: the slug must be"),
    "unknown SOP": (MODULE, "sop: [SOP-91]", "sop: [SOP-91, SOP-92]", MODULE, "9: there is no SOP-92"),
    "unknown module": (MODULE, "needs: []", "needs: [lain]", MODULE, "10: there is no module lain"),
    "needs itself": (MODULE, "needs: []", "needs: [uji-lapor]", MODULE, "10: the modules that it needs lead back"),
    "fewer items than drawn": (MODULE, "draw: 5", "draw: 8", MODULE, "11: 7 items, but the exam draws 8"),
    "fewer critical items": (MODULE, "critical: 2", "critical: 3", MODULE, "11: 2 critical items"),
    "pass mark above one": (MODULE, '"4/5"', '"6/5"', MODULE, "11: exam.pass: a share"),
    "picture without alt": (MODULE, 'alt: "Sebuah lingkaran sebagai tanda."', 'alt: ""', MODULE, "13: pictures.1.alt"),
    "picture missing": (MODULE, "file: tanda.svg", "file: lain.svg", MODULE, "13: there is no media/lain.svg"),
    "picture not listed": (MODULE, "file: tanda.svg", "file: lain.svg", "uji-lapor/media/tanda.svg", "1: this picture is"),
    "picture outside": (MODULE, "file: tanda.svg", "file: ../tanda.svg", MODULE, "13: pictures.1.file"),
    "too few words": (ONE, TALE, "", ONE, ""),
    "two facts": (ONE, '  - "Catatan dibuat segera setelah kejadian."\n', "", ONE, "9: facts:"),
    "long title": (ONE, "title: Melihat dahulu", f"title: {'a' * 61}", ONE, "2: title:"),
    "unknown objective": (ONE, "objective: lapor", "objective: lain", ONE, "3: there is no objective lain"),
    "unknown clause": (ONE, "clauses: [SOP-91/1.1]", "clauses: [SOP-91/7.7]", ONE, "5: there is no clause SOP-91/7.7"),
    "clause of another SOP": (ONE, "clauses: [SOP-91/1.1]", "clauses: [SOP-01/1.1]", ONE, "5: there is no clause SOP-01/1.1"),
    "clause without a lesson": (TWO, "clauses: [SOP-91/1.2]", "clauses: [SOP-91/1.1]", SOP, "7: no lesson rests on clause"),
    "unknown fact": (ONE, "> **Penting.** Telepon {fakta:nomor-uji}", "> {fakta:lain}", ONE, "62: there is no fact lain"),
    "unknown fact in front": (ONE, 'do: ["Telepon {fakta:nomor-uji}', 'do: ["Telepon {fakta:lain}', ONE, "13: there is no fact"),
    "fact written wrongly": (ONE, "{fakta:nomor-uji}", "{fakta: nomor-uji}", ONE, "10: a fact is written {fakta:key}"),
    "critical exercise": (ONE, "critical: false", "critical: true", ONE, "19: an exercise cannot be critical"),
    "exercise of another lesson": (ONE, "lesson: 1", "lesson: 2", ONE, "20: this exercise stands in lesson 1"),
    "picture with another alt": (ONE, "![Sebuah lingkaran", "![Lingkaran", ONE, "60: the alternative text of tanda.svg"),
    "picture in the text without alt": (ONE, "![Sebuah lingkaran sebagai tanda.]", "![]", ONE, "60: the picture tanda.svg has no"),
    "picture in the text not listed": (ONE, "media/tanda.svg", "media/lain.svg", ONE, "60: the picture lain.svg is not listed"),
    "picture from outside": (ONE, "media/tanda.svg", "https://contoh.id/x.svg", ONE, "60: a picture is written"),
    "raw HTML": (ONE, "> **Penting.**", "<b>Penting.</b>", ONE, "62: raw HTML"),
    "link": (ONE, "> **Penting.**", "[Penting](https://contoh.id)", ONE, "62: links are"),
    "script address": (ONE, "> **Penting.**", "[Penting](javascript:alert)", ONE, "62: links are"),
    "great heading": (ONE, "## Langkah", "# Langkah", ONE, "56: h1 is"),
    "two right ones in single": (ITEMS, 'izin", reason', 'izin", correct: true, reason', ITEMS, "10: single.options: 2 options"),
    "no right one in multiple": (ITEMS, "correct: true, reason: \"Anda selamat", "reason: \"Anda selamat", ITEMS, ""),
    "reason missing": (ITEMS, ', reason: "Bantuan terlambat."', "", ITEMS, "12: single.options.2.reason: this key is missing"),
    "empty reason": (ITEMS, 'reason: "Bantuan terlambat."', 'reason: " "', ITEMS, "12: single.options.2.reason"),
    "unknown kind": (ITEMS, "kind: single", "kind: esai", ITEMS, "2: Input tag 'esai'"),
    "kind missing": (ITEMS, "  kind: single\n", "", ITEMS, "2: Unable to extract tag"),
    "item key twice": (ITEMS, "u1-02-banyak", "u1-01-pilih", ITEMS, "14: the item key u1-01-pilih stands twice"),
    "option id twice": (ITEMS, "{id: b, text: \"Menunggu", "{id: a, text: \"Menunggu", ITEMS, "10: single.options: stands twice: a"),
    "unknown lesson": (ITEMS, "lesson: 2", "lesson: 9", ITEMS, "30: there is no lesson 9"),
    "item's clause": (ITEMS, "SOP-91/1.1", "SOP-91/1.9", ITEMS, "6: there is no clause SOP-91/1.9"),
    "fact that is no number": (FACTS, 'value: "100"', 'value: "100 sampai 110"', ITEMS, "66: min and max must be numbers"),
    "range turned round": (ITEMS, "{fakta:laju-minimal}", "130", ITEMS, "66: min is above max"),
    "an extra that is right": (ITEMS, 'extra: ["Diam"]', 'extra: ["Telepon"]', ITEMS, "38: matching: an extra"),
    "unknown station": (DRILL, "{id: jarak, station: s1", "{id: jarak, station: s2", DRILL, "7: there is no station s2"),
    "station without criterion": (DRILL, "criteria:", '  - {id: s9, title: "x", minutes: 1, brief: "x"}\ncriteria:', DRILL, "6: the s"),
    "drill share": (DRILL, '"3/4"', '"0/4"', DRILL, "12: pass.share: a share is"),
    "drill share as a decimal": (DRILL, '"3/4"', '"0.75"', DRILL, "12: pass.share: a share is"),
    "instant fail like a criterion": (DRILL, "{id: memegang", "{id: jarak", DRILL, "1: stands twice: jarak"),
    "drill clause": (DRILL, "clause: SOP-91/1.2", "clause: SOP-91/2.2", DRILL, "9: there is no clause SOP-91/2.2"),
    "review before its date": (FACTS, "2027-05-23", "2026-01-01", FACTS, "1: review_due is not after"),
    "fact twice": (FACTS, "key: laju-minimal", "key: nomor-uji", FACTS, "2: the fact nomor-uji stands twice"),
    "programme of an unknown module": ("programme.yaml", "modules: [uji-lapor]", "modules: [lain]", "programme.yaml", "6: there"),
    "unknown evidence": ("programme.yaml", "[adult, skck]", "[adult, ktp]", "programme.yaml", "8: levels.1.evidence.2"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_one_wrong_thing_is_told_with_file_and_line(folder: Path, name: str) -> None:
    file, old, new, where, said = CHANGES[name]
    change(folder, file, old, new)
    if name == "too few words":
        change(folder, file, TALE * 7, "")
        said = "1: 64 words; a lesson has 150 to 400"
    if name == "no right one in multiple":
        change(folder, file, 'correct: true, reason: "Petugas terbantu', 'reason: "Petugas terbantu')
        said = "22: multiple.options: 0 options are correct"
    assert said in reasons(queries.read_folder(folder), where)


def test_every_problem_is_told_not_only_the_first() -> None:
    read = queries.read_folder(FIXTURES / "malformed")
    assert {(one.file.removeprefix("rusak/"), one.line) for one in read.problems} >= {
        ("module.yaml", 1), ("module.yaml", 6), ("module.yaml", 10), ("03-mencatat.md", 3), ("03-mencatat.md", 5),
        ("03-mencatat.md", 14), ("questions.yaml", 13), ("questions.yaml", 36), ("drill.yaml", 12), ("media/tanda.svg", 1),
    }  # fmt: skip


def test_files_that_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    (folder / ITEMS).write_bytes(b"- key: a\n- key: \xff\xfe\n")
    (folder / DRILL).unlink()
    (folder / SOP).write_bytes(b"# " + b"a" * 1_000_001)
    (folder / "uji-lapor" / "catatan.txt").write_text("x")
    outside = tmp_path / "rahasia.md"
    outside.write_text("x")
    (folder / ONE).unlink()
    (folder / ONE).symlink_to(outside)
    read = queries.read_folder(folder)
    assert reasons(read, ITEMS) == "2: not valid UTF-8"
    assert reasons(read, DRILL) == "1: there is no such file"
    assert reasons(read, SOP).startswith("1: 1000003 bytes")
    assert reasons(read, ONE) == "1: symbolic links are not allowed"
    assert reasons(read, "uji-lapor/catatan.txt") == "1: this file is no part of a module folder"


@pytest.mark.parametrize("name", ["sop", "uji-lapor", "uji-lapor/media", FACTS])
def test_a_link_to_a_folder_is_refused_and_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert "symbolic links are not allowed" in reasons(queries.read_folder(folder), name)


@pytest.mark.parametrize(
    "content", ["", "- 1", "null", "[" * 100_000, "- a\n---\n- b", "? [a]\n: b", "\t- x", "- ", "a"]
)
@pytest.mark.parametrize("file", [MODULE, ITEMS, DRILL, SOP, FACTS, "programme.yaml", ONE])
def test_nonsense_is_refused_and_never_an_error(folder: Path, file: str, content: str) -> None:
    (folder / file).write_text(f"---\n{content}\n---\n" if file == ONE else content)
    assert queries.read_folder(folder).problems != ()


def test_no_folder_and_no_module(tmp_path: Path) -> None:
    assert "no such folder" in queries.read_folder(tmp_path / "nowhere").problems[0].reason
    assert "no module folder" in queries.read_folder(tmp_path).problems[0].reason


def test_lessons_are_numbered_without_gaps() -> None:
    assert rules.numbering_problem([1, 2, 3]) is None
    for numbers in ([], [2], [1, 3], [1, 1], [0, 1]):
        assert rules.numbering_problem(numbers)


def test_modules_that_need_each_other(folder: Path) -> None:
    shutil.copytree(folder / "uji-lapor", folder / "uji-lanjut")
    change(folder, "uji-lanjut/module.yaml", "slug: uji-lapor", "slug: uji-lanjut")
    change(folder, "uji-lanjut/module.yaml", "needs: []", "needs: [uji-lapor]")
    assert (
        reasons(queries.read_folder(folder), "uji-lanjut/module.yaml") == "1: the code U1 is used by another module too"
    )
    change(folder, MODULE, "needs: []", "needs: [uji-lanjut]")
    for slug in ("uji-lapor", "uji-lanjut"):
        assert "lead back to itself" in reasons(queries.read_folder(folder), f"{slug}/module.yaml")


def test_a_module_may_need_one_that_is_published(folder: Path) -> None:
    change(folder, MODULE, "needs: []", "needs: [lain]")
    assert queries.read_folder(folder, {"lain": ()}).problems == ()
    assert "lead back" in reasons(queries.read_folder(folder, {"lain": ("uji-lapor",)}), MODULE)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize("inside", [
    "<script>x</script>", "<foreignObject/>", "<style>@import 'x'</style>", "<image href='https://x/y.png'/>",
    "<use href='#a'/>", "<path onload='x()'/>", "<path fill='url(https://x/y#z)'/>", "<path style='fill:red'/>",
    "<linearGradient xlink:href='//x/y'/>", "<a href='#x'/>", "<path d='x'", "<set/>", "<?xml-stylesheet href='x'?>",
    "<html xmlns='http://www.w3.org/1999/xhtml'/>",
])  # fmt: skip
def test_svg_that_does_more_than_draw_is_refused(inside: str) -> None:
    assert picture_problem("a.svg", SVG.format(inside).encode())


def test_svg_with_entities_is_refused() -> None:
    assert picture_problem("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;").encode())
    assert picture_problem("a.svg", b"\xff")
    assert picture_problem("a.svg", b"<html/>")


def test_svg_that_draws_is_good() -> None:
    assert (
        picture_problem("a.svg", b'<?xml version="1.0"?>' + SVG.format("<path d='M0 0' fill='url(#a)'/>").encode())
        is None
    )


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_raster_picture_is_what_its_name_says(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    good = out.getvalue()
    assert picture_problem(f"a.{kind}", good) is None
    assert picture_problem("a.png" if kind != "png" else "a.webp", good)
    assert picture_problem(f"a.{kind}", good[: len(good) // 2])
    assert picture_problem(f"a.{kind}", b"GIF89a")


def test_a_picture_that_tells_where_it_was_taken_is_refused(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "jpeg", exif=exif)
    assert "EXIF" in str(picture_problem("a.jpg", out.getvalue()))


def test_a_large_picture_is_refused(folder: Path) -> None:
    (folder / "uji-lapor/media/tanda.svg").write_text(SVG.format(f"<desc>{'a' * 60_000}</desc>"))
    assert "at most 60000" in reasons(queries.read_folder(folder), "uji-lapor/media/tanda.svg")


def test_stored_shapes_of_the_kinds() -> None:
    items = {item.kind: item for item in queries.read_folder(FIXTURES / "valid").drafts[0].items}
    assert items["single"].answer == {"right": "a", "options": ["a", "b", "c"]}
    assert items["multiple"].answer == {"right": ["a", "b"], "options": ["a", "b", "c", "d"]}
    assert items["true_false"].answer == {"right": "false"}
    assert items["matching"].answer == {"right": {"a": "t1", "b": "t1", "c": "t2"}, "targets": ["t1", "t2", "t3"]}
    assert items["matching"].text["targets"] == {"t1": "Telepon", "t2": "Aplikasi", "t3": "Diam"}
    assert items["ordering"].answer == {"right": ["a", "b", "c"]}
    assert items["numeric"].answer == {"min": "{fakta:laju-minimal}", "max": "{fakta:laju-maksimal}"}
    assert items["short_text"].answer["accepted"][0] == "Jalan Mawar 12"
    assert items["single"].text["options"]["b"] == {"text": "Menunggu izin", "reason": "Bantuan terlambat."}


def test_markdown_is_clean() -> None:
    html = text.markdown(
        '# Satu\n\n## Dua\n\n**x** <script>alert(1)</script> [l](https://x) ![a"b](media/x.svg) ![luar](https://x/y.png)',
        lambda file: f"/g/{file}?a&b",
    )
    assert "<h1" not in html
    assert "<script" not in html
    assert "<a" not in html
    assert '<img src="/g/x.svg?a&amp;b" alt="a&quot;b">' in html
    assert "https://x/y.png" not in html
    assert "luar" in html


def test_facts_are_put_in() -> None:
    assert courses.facts_in({"a": ["{fakta:x-1} {fakta:y}"], "b": 3}) == {"x-1", "y"}
    assert courses.filled({"a": ["{fakta:y}", 1]}, {"y": "112"}) == {"a": ["112", 1]}
    with pytest.raises(KeyError):
        courses.fill("{fakta:z}", {})


def test_words_are_counted_as_read() -> None:
    assert courses.word_count("Satu dua - tiga, **empat** ![lima enam](media/x.svg)", "{fakta:x}") == 5


def test_an_exercise_never_shows_its_answer_as_its_order() -> None:
    for seed in map(str, range(50)):
        shown = courses.display_order(seed, ["a", "b", "c"])
        assert sorted(shown) == ["a", "b", "c"]
        assert shown != ["a", "b", "c"]
        assert shown == courses.display_order(seed, ["a", "b", "c"])


def test_yaml_lines_start_where_the_text_stands() -> None:
    document = files.yaml_document("a: 1\nb:\n  - c\n", first_line=11)
    assert (document.lines["a",], document.lines["b", 0]) == (11, 13)
