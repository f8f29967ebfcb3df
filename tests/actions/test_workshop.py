"""Drafts on a real database: begun from what is published, saved without losing anything, reviewed by somebody else."""

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import clock
from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.authoring import actions, queries, rules
from lms.authoring.models import DraftEdit, DraftPart, VersionChange, WorkingDraft
from lms.courses import queries as courses
from lms.courses.models import LessonSame, ModuleVersion, Retest
from lms.db import db, transaction
from lms.quizzes.models import Item, ItemWriter
from lms.refusals import Conflict, NotFound, Refused
from tests.actions import ready
from tests.house.content import COURSES

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "courses"
SLUG = "uji-lapor"
_key = count(1)


def key() -> str:
    """A client key that nobody has sent yet."""
    return f"kunci-uji-{next(_key):06d}"


@pytest.fixture
def published(app: Flask, tmp_path: Path) -> ModuleVersion:
    """The module of the fixtures, published from its files."""
    folder = Path(shutil.copytree(FIXTURES / "valid", tmp_path / "courses"))
    with transaction():
        actions.load_all(folder)
    version = courses.current(SLUG)
    assert version is not None
    return version


@pytest.fixture
def writer(app: Flask) -> Person:
    """A trainer who writes."""
    return ready.person("Dian Contoh", role=Role.TRAINER)


@pytest.fixture
def second(app: Flask) -> Person:
    """Another trainer."""
    return ready.person("Bayu Contoh", role=Role.TRAINER)


def begun(by: Person, kind: str = "module", name: str = SLUG) -> WorkingDraft:
    """A draft in a transaction of its own."""
    with transaction():
        return actions.begin(kind, name, by.id)


def part(draft: WorkingDraft, kind: str, at: int = 0) -> DraftPart:
    """One part of a draft by its place, as it stands."""
    db.session.expire_all()
    return queries.parts(draft.id, kind)[at]


def save(draft: WorkingDraft, one: DraftPart, by: Person, **changes: Any) -> actions.SavedPart:
    """Save some fields of a part anew."""
    with transaction():
        return actions.save_part(draft.public_id, one.public_id, by.id, {**one.content, **changes}, one.revision, key())


def send(draft: WorkingDraft, by: Person, change: str = "editorial", due: Any = None) -> None:
    """Send a draft for review."""
    with transaction():
        actions.send(draft.public_id, by.id, change, due)


def approve(draft: WorkingDraft, by: Person) -> ModuleVersion:
    """Approve a module's draft as it stands; gives the version that is current then."""
    with transaction():
        actions.approve(draft.public_id, by.id, queries.content_sha256(draft.id))
    version = courses.current(draft.name)
    assert version is not None
    return version


def told(act: Callable[[], Any]) -> Refused:
    """What an act is refused with that opens its own transaction."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def refusal(act: Callable[[], Any]) -> Refused:
    """What an act in a transaction of its own is refused with."""
    with pytest.raises(Refused) as refused, transaction():
        act()
    return refused.value


class TestBeginning:
    """A draft begins from what is published and holds all of it."""

    def test_an_untouched_draft_is_the_published_files_byte_for_byte(
        self, published: ModuleVersion, writer: Person
    ) -> None:
        draft = begun(writer)
        out = actions.exported(published.id)
        assert queries.folder(draft) == {file: text for file, text in out.items() if file.startswith(SLUG)}
        assert queries.checked(draft).problems == ()
        assert refusal(lambda: actions.send(draft.public_id, writer.id, "editorial")).code == "nothing_changed"

    def test_every_real_module_makes_a_draft_without_a_problem_when_every_part_is_written_anew(
        self, app: Flask, writer: Person
    ) -> None:
        with transaction():
            actions.load_all(COURSES)
        for version in courses.current_versions():
            draft = begun(writer, name=version.module.slug)
            with transaction():
                for one in queries.parts(draft.id):
                    if one.kind != "picture":
                        was = dict(one.content)
                        for content, revision in (({**was, "neu": 1}, 1), (was, 2)):
                            actions.save_part(draft.public_id, one.public_id, writer.id, content, revision, key())
            assert {one.revision for one in queries.parts(draft.id) if one.kind != "picture"} == {3}
            assert queries.checked(draft).problems == ()

    def test_at_most_one_goes_on(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        assert begun(writer).id == begun(second).id

    def test_only_trainers_write(self, published: ModuleVersion) -> None:
        member = ready.person("Ani Contoh")
        assert refusal(lambda: actions.begin("module", SLUG, member.id)).code == "not_allowed"

    def test_there_must_be_something_to_begin_from(self, published: ModuleVersion, writer: Person) -> None:
        for kind in ("module", "sop"):
            with pytest.raises(NotFound), transaction():
                actions.begin(kind, "tidak-ada", writer.id)

    def test_a_new_module_needs_a_title_of_its_own(self, published: ModuleVersion, writer: Person) -> None:
        with transaction():
            draft = actions.begin_module("Jaga Pasar!", writer.id)
        assert draft.name == "jaga-pasar"
        assert refusal(lambda: actions.begin_module(" ?! ", writer.id)).code == "title_missing"
        assert refusal(lambda: actions.begin_module("Jaga pasar", writer.id)).code == "module_exists"
        assert refusal(lambda: actions.begin_module("Uji lapor", writer.id)).code == "module_exists"

    def test_after_dropping_the_next_begins_from_what_is_published(
        self, published: ModuleVersion, writer: Person
    ) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Lain")
        with transaction():
            actions.drop(draft.public_id, writer.id)
        assert told(lambda: save(draft, part(draft, "lesson"), writer, title="Lagi")).code == "draft_closed"
        again = begun(writer)
        assert again.id != draft.id
        assert part(again, "lesson").content["title"] != "Lain"


class TestSaving:
    """Nothing that was saved is lost."""

    def test_the_same_key_saves_once_and_the_same_content_not_at_all(
        self, published: ModuleVersion, writer: Person
    ) -> None:
        draft = begun(writer)
        one = part(draft, "lesson")
        content, same, revision = {**one.content, "title": "Baru"}, key(), one.revision
        for _ in range(2):
            with transaction():
                saved = actions.save_part(draft.public_id, one.public_id, writer.id, content, revision, same)
        assert saved.revision == revision + 1
        assert save(draft, part(draft, "lesson"), writer).revision == revision + 1

    def test_the_second_of_two_is_told_both_texts(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        draft = begun(writer)
        one = part(draft, "lesson")
        seen, revision = dict(one.content), one.revision
        save(draft, one, writer, title="Milik Dian")
        yours = {**seen, "title": "Milik Bayu"}
        with pytest.raises(Conflict) as clash, transaction():
            actions.save_part(draft.public_id, one.public_id, second.id, yours, revision, key())
        assert clash.value.code == "part_conflict"
        assert clash.value.details["theirs"]["title"] == "Milik Dian"
        assert clash.value.details["yours"]["title"] == "Milik Bayu"
        assert clash.value.details["base"]["title"] == seen["title"]
        assert part(draft, "lesson").content["title"] == "Milik Dian"

    def test_1000_interleavings_of_two_trainers_lose_no_edit(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        draft, conflicts = begun(writer), 0
        for seed in range(1000):
            with transaction():  # one for each: an edit that is refused has written nothing
                conflicts += _interleaved(draft, (writer, second), random.Random(seed))
        assert conflicts > 500  # the two were in each other's way often enough for this to say something

    def test_what_is_taken_out_can_come_back_and_lessons_that_move_take_their_exercises_along(
        self, published: ModuleVersion, writer: Person
    ) -> None:
        draft = begun(writer)
        first, item = part(draft, "lesson"), part(draft, "item")
        assert item.content["lesson"] == 1
        with transaction():
            actions.move_part(draft.public_id, first.public_id, writer.id, up=False, client_key=key())
        assert [one.key for one in queries.parts(draft.id, "lesson")][1] == first.key
        assert part(draft, "item").content["lesson"] == 2
        assert queries.checked(draft).problems == ()
        with transaction():
            actions.remove_part(draft.public_id, item.public_id, writer.id, part(draft, "item").revision, key())
        assert item.key not in [one.key for one in queries.parts(draft.id, "item")]
        with transaction():
            actions.add_part(draft.public_id, "item", item.key, {"question": "Lain"}, writer.id, key())
        assert [edit.removed for edit in queries.history(item.id)][:2] == [False, True]


def _interleaved(draft: WorkingDraft, people: tuple[Person, Person], chance: random.Random) -> int:
    """Two trainers at one new part, each reading and saving in any order; gives how often they clashed.

    Every edit adds a word of its own to a field; whoever meets a conflict merges, and keeps both texts where both
    changed one field. At the end every word must stand in the part.
    """
    start = {"a": "", "b": ""}
    made = actions.add_part(draft.public_id, "item", f"acak-{chance.random()}", start, people[0].id, key())
    name = made.public_id
    seen = dict.fromkeys((0, 1), (start, 1))
    words, clashes = [], 0
    for number in range(chance.randint(4, 8)):
        who = chance.randint(0, 1)
        if chance.random() < 0.3:
            now = queries.part(draft.id, name)
            seen[who] = (dict(now.content), now.revision)
        content, revision = seen[who]
        field, word = chance.choice("ab"), f"w{number}"
        words.append((field, word))
        yours = {**content, field: f"{content[field]} {word}"}
        while True:
            try:
                saved = actions.save_part(draft.public_id, name, people[who].id, yours, revision, key())
                break
            except Conflict as clash:
                clashes += 1
                both = rules.merged(clash.details["base"], clash.details["theirs"], clash.details["yours"])
                joined = {one: f"{theirs} {mine}" for one, (theirs, mine) in both.clashes.items()}
                yours, revision = {**both.content, **joined}, clash.details["revision"]
        seen[who] = (yours, saved.revision)
    now = queries.part(draft.id, name)
    for field, word in words:
        assert word in now.content[field].split()
    assert db.session.scalar(select(func.count()).select_from(DraftEdit).filter_by(part_id=now.id)) == now.revision
    return clashes


class TestReview:
    """A second trainer publishes; the writer cannot."""

    def test_the_writer_and_the_sender_cannot_approve(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        third = ready.person("Citra Contoh", role=Role.TRAINER)
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Melihat dari jauh")
        send(draft, third)
        for person in (writer, third):
            assert told(lambda by=person: approve(draft, by)).code == "own_draft"  # type: ignore[misc]  # bound now
        member = ready.person("Ani Contoh")
        assert told(lambda: approve(draft, member)).code == "not_allowed"
        version = approve(draft, second)
        assert (version.number, version.id != published.id) == (2, True)
        lesson = courses.lesson(version.id, 1)
        assert lesson.title == "Melihat dari jauh"
        change = db.session.scalars(select(VersionChange)).one()
        assert (change.change, change.sent_by, change.approved_by) == ("editorial", third.id, second.id)
        with transaction():  # pressing twice is once
            actions.approve(draft.public_id, second.id, "0" * 64)
        assert courses.current(SLUG) == version

    def test_only_what_was_read_is_approved(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Melihat dari jauh")
        send(draft, writer)
        read = queries.content_sha256(draft.id)
        assert told(lambda: save(draft, part(draft, "lesson"), writer, title="Lain")).code == "draft_closed"
        with transaction():
            actions.take_back(draft.public_id, writer.id)
        save(draft, part(draft, "lesson"), writer, title="Lain")
        send(draft, writer)
        assert refusal(lambda: actions.approve(draft.public_id, second.id, read)).code == "version_changed"

    def test_it_comes_back_with_a_comment(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Lain")
        send(draft, writer)
        assert refusal(lambda: actions.return_(draft.public_id, second.id, " ")).code == "comment_missing"
        assert refusal(lambda: actions.return_(draft.public_id, writer.id, "Baik")).code == "own_draft"
        with transaction():
            actions.return_(draft.public_id, second.id, "Judulnya kabur.", part(draft, "lesson").public_id)
        ((comment, name),) = queries.comments(draft.id)
        assert (comment.text, name) == ("Judulnya kabur.", "Bayu Contoh")
        save(draft, part(draft, "lesson"), writer, title="Melihat dari jauh")
        with transaction():
            actions.answer_comment(draft.public_id, comment.public_id, writer.id)
        send(draft, writer)
        assert approve(draft, second).number == 2
        assert [step.step for step, _ in queries.reviews(draft.id)] == ["approved", "sent", "returned", "sent"]

    def test_what_is_not_complete_is_not_sent(self, published: ModuleVersion, writer: Person) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, objective="")
        refused = refusal(lambda: actions.send(draft.public_id, writer.id, "editorial"))
        assert refused.code == "draft_incomplete"
        assert any(problem.file.endswith(".md") for problem in refused.details["problems"])

    def test_the_kind_of_change_is_said(self, published: ModuleVersion, writer: Person) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Lain")
        tomorrow = clock.today() + timedelta(days=1)
        asked = [("besar", None), ("retest", None), ("retest", clock.today()), ("editorial", tomorrow)]
        codes = [refusal(lambda of=one: actions.send(draft.public_id, writer.id, *of)).code for one in asked]  # type: ignore[misc]  # bound now
        assert codes == ["change_unknown", *["retest_due_wrong"] * 3]

    def test_whoever_wrote_or_reviewed_an_item_is_noted(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        draft = begun(writer)
        one = part(draft, "item")
        save(draft, one, writer, difficulty=3 if one.content["difficulty"] != 3 else 2)
        send(draft, writer)
        approve(draft, second)
        query = select(Item.key, ItemWriter.person_id).join(Item, Item.id == ItemWriter.item_id)
        assert {(item, who) for item, who in db.session.execute(query)} == {(one.key, writer.id), (one.key, second.id)}


class TestChange:
    """What the kind of change does to those who read and passed before."""

    def _published(self, writer: Person, second: Person, change: str, due: Any = None) -> ModuleVersion:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title=f"Melihat dari jauh {change}")
        send(draft, writer, change, due)
        return approve(draft, second)

    def test_editorial_carries_what_was_read(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        version = self._published(writer, second, "editorial")
        same = db.session.scalars(select(LessonSame)).one()
        old, new = (one.lessons[0].sha256 for one in (published, version))
        assert (same.old_sha256, same.new_sha256) == (old, new)
        assert old != new
        assert db.session.scalars(select(Retest)).all() == []

    def test_acknowledge_asks_to_read_again(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        self._published(writer, second, "acknowledge")
        assert db.session.scalars(select(LessonSame)).all() == []
        assert db.session.scalars(select(Retest)).all() == []

    def test_retest_asks_to_pass_again(self, published: ModuleVersion, writer: Person, second: Person) -> None:
        due = clock.today() + timedelta(days=30)
        version = self._published(writer, second, "retest", due)
        row = db.session.scalars(select(Retest)).one()
        assert (row.module_version_id, row.period, row.due) == (version.id, 2, due)


class TestRegister:
    """SOPs and facts are drafted, reviewed and published like modules."""

    def test_a_new_version_of_an_sop_is_taught_at_once(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        draft = begun(writer, "sop", "SOP-91")
        one = part(draft, "sop")
        clauses = [dict(clause) for clause in one.content["clauses"]]
        clauses[0]["text"] = "Anggota menelepon dari tempat yang aman dan terang."
        save(draft, one, writer, clauses=clauses)
        send(draft, writer)
        with transaction():
            actions.approve(draft.public_id, second.id, queries.content_sha256(draft.id))
        sop = courses.sop("SOP-91")
        assert sop is not None
        assert (sop.number, sop.clauses[0].text) == (2, clauses[0]["text"])
        version = courses.current(SLUG)
        assert version is not None
        assert (version.number, version.manifest["sops"]["SOP-91"]["number"]) == (2, 2)

    def test_a_clause_that_a_module_rests_on_cannot_go(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        used = queries.clauses_used("SOP-91")[SLUG]
        draft = begun(writer, "sop", "SOP-91")
        one = part(draft, "sop")
        left = [clause for clause in one.content["clauses"] if clause["number"] != min(used)]
        save(draft, one, writer, clauses=left)
        send(draft, writer)
        sha256 = queries.content_sha256(draft.id)
        assert refusal(lambda: actions.approve(draft.public_id, second.id, sha256)).code in {
            "clause_in_use",
            "draft_incomplete",
        }
        assert courses.sops()["SOP-91"].number == 1

    def test_a_changed_fact_is_a_version_of_every_module_that_names_it(
        self, published: ModuleVersion, writer: Person, second: Person
    ) -> None:
        draft = begun(writer, "facts", "fakta")
        one = next(part for part in queries.parts(draft.id, "fact") if part.key == "nomor-uji")
        save(draft, one, writer, value="119")
        send(draft, writer)
        with transaction():
            actions.approve(draft.public_id, second.id, queries.content_sha256(draft.id))
        fact = courses.facts()["nomor-uji"]
        assert (fact.value, fact.number) == ("119", 2)
        version = courses.current(SLUG)
        assert version is not None
        assert (version.number, version.manifest["facts"]["nomor-uji"]["value"]) == (2, "119")


class TestFiles:
    """The files that come with the program do not undo what trainers wrote; an import by hand does."""

    def test_a_set_up_leaves_what_the_workshop_published(
        self, published: ModuleVersion, writer: Person, second: Person, tmp_path: Path
    ) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Melihat dari jauh")
        send(draft, writer)
        version = approve(draft, second)
        for kind, name, change in (("facts", "fakta", {"value": "119"}), ("sop", "SOP-91", {"title": "SOP Baru"})):
            of = begun(writer, kind, name)
            save(of, part(of, "sop" if kind == "sop" else "fact"), writer, **change)
            send(of, writer)
            with transaction():
                actions.approve(of.public_id, second.id, queries.content_sha256(of.id))
        before = courses.current(SLUG)
        assert before is not None
        assert before.number >= version.number
        with transaction():
            loaded = actions.load_all(tmp_path / "courses")
        assert (loaded.published, loaded.unchanged) == ((), (SLUG,))
        assert courses.current(SLUG) == before
        assert courses.sops()["SOP-91"].number == 2

    def test_an_import_by_hand_publishes_over_it(
        self, published: ModuleVersion, writer: Person, second: Person, tmp_path: Path
    ) -> None:
        draft = begun(writer)
        save(draft, part(draft, "lesson"), writer, title="Melihat dari jauh")
        send(draft, writer)
        approve(draft, second)
        with transaction():
            loaded = actions.load_all(tmp_path / "courses", over_workshop=True)
        assert loaded.published == (SLUG,)
        version = courses.current(SLUG)
        assert version is not None
        assert courses.lesson(version.id, 1).title != "Melihat dari jauh"
