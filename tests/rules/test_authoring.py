"""The checker of course folders: a small valid one, and one change at a time that it must refuse with file and line."""

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from lms import files, text
from lms.authoring import models, queries, rules
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
PROGRAMME = "programme.yaml"
TRUE_FALSE = """kind: true_false
    critical: false
    lesson: 1
    objective: lapor
    clause: SOP-91/1.1
    difficulty: 1
    question: "Anda menelepon dari tempat aman."
    answer: true"""
NUMERIC = TRUE_FALSE.replace("true_false", "numeric").replace("answer: true", "min: 1\n    max: 2\n    unit: kali")
SECOND = """  - key: l1-b
    kind: single
    critical: false
    lesson: 1
    objective: lapor
    clause: SOP-91/1.1
    difficulty: 1
    situation: "Anda ragu."
    question: "Nomor mana yang Anda telepon?"
    options:
      - {id: a, text: "Grup warga", reason: "Grup terlambat dibaca."}
      - {id: b, text: "{fakta:nomor-uji}", correct: true, reason: "Petugas segera tahu."}
      - {id: c, text: "Tidak ada", reason: "Korban menunggu."}
"""
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


# name: file, what is replaced, by what, what is said, and the line where that is not the first changed one;
# a fifth word names another file in which it is said.
Change = tuple[str, str, str, str] | tuple[str, str, str, str, int] | tuple[str, str, str, str, int, str]
CHANGES: dict[str, Change] = {
    "unknown key": (MODULE, "order: 1", "warna: biru\norder: 1", "warna: unknown key"),
    "wrong type": (MODULE, "minutes: 20", 'minutes: "20"', "minutes:"),
    "missing key": (MODULE, "minutes: 20\n", "", "minutes: this key is missing", 1),
    "duplicate key": (MODULE, "minutes: 20", "order: 2\nminutes: 20", "the key order stands twice"),
    "bad YAML": (MODULE, "needs: []", "needs: [", "not valid YAML", 12),
    "alias": (MODULE, "sop: [SOP-91]\nneeds: []", "sop: &a [SOP-91]\nneeds: *a", "aliases", 10),
    "tag": (MODULE, "minutes: 20", "minutes: !!python/object:os.system x", "not a value"),
    "a date that does not exist": (SOP, "2026-11-23", "2026-13-45", "not a value"),
    "clause number without quotes": (SOP, '"1.1"', "1.1", "clauses.1.number"),
    "NUL": (MODULE, "Modul Uji", "Modul\0Uji", "the character U+0000"),
    "escaped NUL": (MODULE, "Modul Uji", '"Modul\\0Uji"', "the character U+0000"),
    "slug of another folder": (MODULE, "slug: uji-lapor", "slug: lain", "the slug must be"),
    "unknown SOP": (MODULE, "sop: [SOP-91]", "sop: [SOP-91, SOP-92]", "there is no SOP-92"),
    "unknown module": (MODULE, "needs: []", "needs: [lain]", "there is no module lain"),
    "needs itself": (MODULE, "needs: []", "needs: [uji-lapor]", "the modules that it needs lead back"),
    "fewer items than drawn": (MODULE, "draw: 5", "draw: 8", "7 items, but the exam draws 8"),
    "fewer critical items": (MODULE, "critical: 2", "critical: 3", "2 critical items"),
    "more critical than drawn": (MODULE, "draw: 5", "draw: 1", "critical is above draw"),
    "pass mark above one": (MODULE, '"4/5"', '"6/5"', "exam.pass: a share"),
    "picture without alt": (MODULE, 'alt: "Sebuah lingkaran sebagai tanda."', 'alt: ""', "pictures.1.alt"),
    "picture missing": (MODULE, "file: tanda.svg", "file: lain.svg", "there is no media/lain.svg"),
    "picture not listed": (MODULE, "file: tanda", "file: lain", "not listed", 1, "uji-lapor/media/tanda.svg"),
    "picture outside": (MODULE, "file: tanda.svg", "file: ../tanda.svg", "pictures.1.file"),
    "too few words": (ONE, TALE * 8, "", "a lesson has 150 to 400", 2),
    "too many words": (ONE, TALE, TALE * 30, "a lesson has 150 to 400", 2),
    "two facts": (ONE, '  - "Catatan dibuat segera setelah kejadian."\n', "", "facts: List should", 9),
    "long title": (ONE, "title: Melihat dahulu", f"title: {'a' * 61}", "title:"),
    "unknown objective": (ONE, "objective: lapor", "objective: lain", "there is no objective lain"),
    "unknown clause": (ONE, "clauses: [SOP-91/1.1]", "clauses: [SOP-91/7.7]", "there is no clause SOP-91/7.7"),
    "other SOP": (ONE, "clauses: [SOP-91/1.1]", "clauses: [SOP-01/1.1]", "there is no clause SOP-01/1.1"),
    "clause without a lesson": (TWO, "clauses: [SOP-91/1.2]", "clauses: [SOP-91/1.1]", "no lesson rests on", 7, SOP),
    "unknown fact": (ONE, "> **Penting.** Telepon {fakta:nomor-uji}", "> {fakta:lain}", "there is no fact lain"),
    "unknown fact in front": (ONE, 'do: ["Telepon {fakta:nomor-uji}', 'do: ["{fakta:lain}', "there is no fact lain"),
    "fact written wrongly": (ONE, "{fakta:nomor-uji}", "{fakta: nomor-uji}", "a fact is written {fakta:key}"),
    "critical exercise": (ONE, "critical: false", "critical: true", "an exercise cannot be critical"),
    "kind of exercise": (ONE, TRUE_FALSE, NUMERIC, "an exercise cannot be of the kind numeric"),
    "exercise of another lesson": (ONE, "lesson: 1", "lesson: 2", "this exercise stands in lesson 1"),
    "two exercises": (ONE, SECOND, "", "practice: List should have", 16),
    "picture with another alt": (ONE, "![Sebuah lingkaran", "![Lingkaran", "the alternative text of tanda.svg"),
    "picture in the text without alt": (
        ONE,
        "![Sebuah lingkaran sebagai tanda.]",
        "![]",
        "the picture tanda.svg has no",
    ),
    "picture in the text not listed": (ONE, "media/tanda.svg", "media/lain.svg", "lain.svg is not listed"),
    "picture from outside": (ONE, "media/tanda.svg", "https://contoh.id/x.svg", "a picture is written"),
    "picture from above": (ONE, "media/tanda.svg", "media/../tanda.svg", "a picture is written"),
    "raw HTML": (ONE, "> **Penting.**", "<b>Penting.</b>", "raw HTML"),
    "link": (ONE, "> **Penting.**", "[Penting](https://contoh.id)", "links are"),
    "script address": (ONE, "> **Penting.**", "[Penting](javascript:alert)", "links are"),
    "great heading": (ONE, "## Langkah", "# Langkah", "h1 is"),
    "no front matter": (ONE, "---\n", "", "a lesson begins with ---"),
    "two right ones in single": (ITEMS, 'izin", reason', 'izin", correct: true, reason', "2 options are correct", 11),
    "no right one in single": (ITEMS, 'uji}", correct: true', 'uji}", correct: false', "0 options are correct", 11),
    "reason missing": (ITEMS, ', reason: "Bantuan terlambat."', "", "single.options.2.reason: this key is missing"),
    "empty reason": (ITEMS, 'reason: "Bantuan terlambat."', 'reason: " "', "single.options.2.reason"),
    "unknown kind": (ITEMS, "kind: single", "kind: esai", "Input tag 'esai'", 2),
    "kind missing": (ITEMS, "  kind: single\n", "", "Unable to extract tag", 2),
    "item key twice": (ITEMS, "u1-02-banyak", "u1-01-pilih", "the item key u1-01-pilih stands twice"),
    "option id twice": (ITEMS, '{id: b, text: "Menunggu', '{id: a, text: "Menunggu', "stands twice: a", 11),
    "unknown lesson": (ITEMS, "lesson: 2", "lesson: 9", "there is no lesson 9"),
    "item's clause": (ITEMS, "SOP-91/1.1", "SOP-91/1.9", "there is no clause SOP-91/1.9"),
    "fact that is no number": (FACTS, 'value: "100"', 'value: "1 sampai 2"', "min and max must be numbers", 72, ITEMS),
    "range turned round": (ITEMS, "{fakta:laju-minimal}", "130", "min is above max"),
    "an extra that is right": (ITEMS, 'extra: ["Diam"]', 'extra: ["Telepon"]', "an extra right side", 38),
    "unknown station": (DRILL, "{id: jarak, station: s1", "{id: jarak, station: s2", "there is no station s2"),
    "empty station": (
        DRILL,
        "criteria:",
        '  - {id: s9, title: "x", minutes: 1, brief: "x"}\ncriteria:',
        "s9 has no criterion",
    ),
    "drill share": (DRILL, '"3/4"', '"0/4"', "pass.share: a share is"),
    "drill share as a decimal": (DRILL, '"3/4"', '"0.75"', "pass.share: a share is"),
    "drill share above one": (DRILL, '"3/4"', '"5/4"', "pass.share: a share is"),
    "instant fail like a criterion": (DRILL, "{id: memegang", "{id: jarak", "stands twice: jarak", 1),
    "drill clause": (DRILL, "clause: SOP-91/1.2", "clause: SOP-91/2.2", "there is no clause SOP-91/2.2"),
    "review before its date": (FACTS, "2027-05-23", "2026-01-01", "review_due is not after"),
    "fact twice": (FACTS, "key: laju-minimal", "key: nomor-uji", "the fact nomor-uji stands twice"),
    "programme's module": (PROGRAMME, "modules: [uji-lapor]", "modules: [lain]", "there is no module lain"),
    "unknown evidence": (PROGRAMME, "[adult, skck]", "[adult, ktp]", "levels.1.evidence.2"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_wrong_thing_is_told_with_file_and_line(folder: Path, name: str) -> None:
    file, old, new, said, *rest = CHANGES[name]
    before = (folder / file).read_text()
    assert old in before
    after = before.replace(old, new, 1)
    (folder / file).write_text(after)
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    line = rest[0] if rest else next(number for number, (one, other) in enumerate(pairs, 1) if one != other)
    found = reasons(queries.read_folder(folder), str(rest[1]) if len(rest) > 1 else file)
    assert [one for one in found.split("\n") if one.startswith(f"{line}: ") and said in one], found


def test_no_option_of_a_multiple_choice_is_right(folder: Path) -> None:
    change(folder, ITEMS, 'correct: true, reason: "Anda selamat', 'reason: "Anda selamat')
    assert queries.read_folder(folder).problems == ()
    change(folder, ITEMS, 'correct: true, reason: "Petugas terbantu', 'reason: "Petugas terbantu')
    assert "0 options are correct; it must be at least one" in reasons(queries.read_folder(folder), ITEMS)


def test_every_problem_is_told_not_only_the_first() -> None:
    read = queries.read_folder(FIXTURES / "malformed")
    assert {(one.file.removeprefix("rusak/"), one.line) for one in read.problems} >= {
        ("module.yaml", 1), ("module.yaml", 6), ("module.yaml", 10), ("03-mencatat.md", 3), ("03-mencatat.md", 5),
        ("03-mencatat.md", 14), ("questions.yaml", 13), ("questions.yaml", 36), ("drill.yaml", 13),
        ("media/tanda.svg", 1),
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


@pytest.mark.parametrize("name", ["sop", FACTS])
def test_a_link_beside_a_single_module_is_not_followed(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    read = queries.read_folder(folder / "uji-lapor")
    assert read.problems
    assert not (read.sops if name == "sop" else read.facts)


def test_the_examples_of_the_documentation_have_the_shape_that_is_asked() -> None:
    guide = (FIXTURES.parents[2] / "docs" / "course-format.md").read_text()
    blocks = [files.yaml_document(one) for one in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    facts, sop, module, item, kinds, drill, programme = (one.value for one in blocks)
    assert models.Fact.model_validate(facts[0]).number == 2
    assert models.Sop.model_validate(sop).number == "SOP-01"
    assert models.Module.model_validate(module).exam.limit_minutes == 30
    assert models.Drill.model_validate(drill).criteria[0].critical
    assert models.Programme.model_validate(programme).levels[0].skck_months == 6
    assert item[0]["kind"] == "single"
    assert kinds["unit"] == "kali per menit"
    lesson = re.search(r"```markdown\n(.*?)```", guide, re.DOTALL)
    assert lesson is not None
    front = files.front_matter(lesson[1])
    assert front is not None
    found = files.yaml_document(front[0]).value
    assert models.QUESTION.validate_python(found["practice"][0]).kind == "true_false"
    assert models.Lesson.model_validate(found | {"practice": found["practice"] * 3}).minutes == 6


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
