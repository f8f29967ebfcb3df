"""Small modules for tests of pages: two lessons, and an exam with every kind of question, always all of it."""

import hashlib
import itertools
from datetime import date
from typing import Any

from flask.testing import FlaskClient

from lms.courses import actions as courses
from lms.courses.models import ModuleVersion
from lms.db import db, transaction
from lms.quizzes import actions as answering
from lms.quizzes import queries as quizzes
from lms.quizzes import rules
from lms.quizzes.models import Answer, Attempt, Item, ItemText, ItemVersion, ModuleItem

ALL_KINDS = (
    "single",
    "single",
    "single",
    "multiple",
    "true_false",
    "matching",
    "ordering",
    "numeric",
    "single",
    "single",
)
WITH_TEXT = (*ALL_KINDS[:-1], "short_text")
_position = itertools.count(1)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
PAIR = "pair-"
CARD = {"do": ["Telepon {fakta:nomor}.", "Catat."], "never": ["Jangan mendekat."], "call": ["{fakta:nomor}: darurat"]}

KEYS: dict[str, dict[str, Any]] = {
    "single": {"right": "r", "options": ["a", "b", "r", "d"]},
    "multiple": {"right": ["r1", "r2"], "options": ["r1", "b", "r2", "d"]},
    "true_false": {"right": "false"},
    "matching": {"right": {"k1": "t1", "k2": "t2", "k3": "t1"}, "targets": ["t1", "t2", "t3"]},
    "ordering": {"right": ["s1", "s2", "s3", "s4"]},
    "numeric": {"min": "100", "max": "120"},
    "short_text": {"accepted": ["jangan disentuh"]},
}
WRONG: dict[str, dict[str, Any]] = {
    "single": {"choice": "a"},
    "multiple": {"choices": ["b", "d"]},
    "true_false": {"choice": "true"},
    "matching": {"pairs": {"k1": "t3", "k2": "t3", "k3": "t3"}},
    "ordering": {"order": ["s4", "s3", "s2", "s1"]},
    "numeric": {"number": "5"},
    "short_text": {"text": "menelepon pos"},
}


def module(
    slug: str = "pelaporan", kinds: tuple[str, ...] = ALL_KINDS, needs: tuple[str, ...] = (), **exam: Any
) -> int:
    """The id of a published version of a module; the first three questions are critical."""
    with transaction():
        clauses = [("1.1", "Anggota menelepon {fakta:nomor}.")]
        courses.store_sop("SOP-01", 1, "Pelaporan kejadian", date(2026, 11, 23), clauses, CARD)
        courses.store_fact(key="nomor", value="112", label="Nomor", area="Jakarta", confidence="H", source="Uji",
                           reviewed_on=date(2026, 11, 1), review_due=date(2027, 11, 1))  # fmt: skip
        found = courses.locked_module(slug, slug[:10], next(_position))
        version = courses.publish_version(
            found,
            title=f"Modul {slug}",
            manifest=_manifest(slug, needs, rules.ExamRules(draw=len(kinds), **exam)),
            lessons=[_lesson(slug, number) for number in (1, 2)],
            pictures=[courses.PictureContent("batas.svg", "Garis batas", PICTURE, "image/svg+xml")],
            sources={},
        )
        for place, kind in enumerate(kinds, 1):
            _item(version, place, kind)
        return version.id


def _manifest(slug: str, needs: tuple[str, ...], exam: rules.ExamRules) -> dict[str, Any]:
    return {
        "module": {
            "slug": slug,
            "title": f"Modul {slug}",
            "summary": "Anda belajar melapor.",
            "objectives": [{"id": "tujuan", "text": "Melapor dengan benar"}],
            "sop": ["SOP-01"],
            "needs": list(needs),
            "exam": exam.as_json(),
        },
        "lessons": ["", ""],
        "facts": {"nomor": {"number": 1, "value": "112", "reviewed_on": "2026-11-01"}},
        "sops": {"SOP-01": {"number": 1}},
        "pictures": {"batas.svg": hashlib.sha256(PICTURE).hexdigest()},
    }


def _lesson(slug: str, number: int) -> courses.LessonContent:
    practice = [
        {"key": f"l{number}-a", "kind": "single", "answer": {"right": "b", "options": ["a", "b"]}},
        {"key": f"l{number}-b", "kind": "ordering", "answer": {"right": ["a", "b", "c"]}},
    ]
    words = [
        {"situation": "Ada api.", "question": "Apa dulu?", "reason": "", "targets": {},
         "options": {"a": {"text": "Lari", "reason": "Lari tidak menolong."},
                     "b": {"text": "Menelepon", "reason": "Bantuan segera datang."}}},
        {"situation": "", "question": "Susun.", "reason": "Lokasi dulu.", "targets": {},
         "options": {one: {"text": f"Langkah {one}", "reason": ""} for one in "abc"}},
    ]  # fmt: skip
    text = {
        "title": f"Pelajaran ke-{number} {slug}",
        "scenario": "Pukul 22.10 ada **asap**.",
        "facts": ["Nomor {fakta:nomor} gratis."],
        "do": ["Telepon {fakta:nomor}."],
        "dont": ["Jangan menunggu."],
        "body": "## Satu pertanyaan\n\nTelepon {fakta:nomor}.\n\n![Garis batas](media/batas.svg)",
        "sources": "Rujukan: uji.",
        "practice": words,
    }
    structure = {"objective": "tujuan", "clauses": ["SOP-01/1.1"], "practice": practice}
    return courses.LessonContent(number, f"pelajaran-{number}", 6, structure, text)


def _item(version: ModuleVersion, place: int, kind: str) -> None:
    key = KEYS[kind]
    text: dict[str, Any] = {
        "situation": f"Keadaan {place}",
        "question": f"Soal {place} {kind}?",
        "options": {one: {"text": f"Pilihan {place} {one}", "reason": f"ALASAN {place} {one}"}
                    for one in rules.option_ids(kind, key) if kind != "true_false"},
        "targets": {one: f"Sasaran {one}" for one in key.get("targets", [])},
        "reason": f"ALASAN {place}",
        "unit": "panggilan" if kind == "numeric" else "",
        "rubric": "",
    }  # fmt: skip
    item = Item(module_id=version.module_id, key=f"{version.id}-{place}")
    frozen = ItemVersion(
        item=item, number=1, kind=kind, critical=place <= 3, key=key, tags={"lesson": 1 + place % 2}, sha256=""
    )
    frozen.texts = [ItemText(language="id", text=text, sha256="")]
    db.session.add(frozen)
    db.session.flush()
    db.session.add(ModuleItem(module_version_id=version.id, item_version_id=frozen.id, position=place))


def read_all(person_id: int, version_id: int) -> None:
    """Both lessons are done."""
    for number in (1, 2):
        with transaction():
            courses.finish_lesson(person_id, version_id, number)


def started(person_id: int, version_id: int, key: str = "mulai") -> Attempt:
    """An attempt under way, its lessons read."""
    read_all(person_id, version_id)
    with transaction():
        public_id = answering.start(person_id, version_id, key, lessons_missing=0, paused_until=None).public_id
    return quizzes.attempt(public_id, person_id)


def slot_of(of: Attempt, kind: str) -> int:
    """The first slot of a kind."""
    kinds = [db.session.get_one(ItemVersion, place["item_version"]).kind for place in of.paper]
    return kinds.index(kind) + 1


def right(of: Attempt, slot: int) -> dict[str, Any]:
    """The right answer, as a page sends it."""
    return quizzes.model_answer(of, slot)


def wrong(of: Attempt, slot: int) -> dict[str, Any]:
    """An answer that earns nothing, as a page sends it."""
    place = of.paper[slot - 1]
    kind = db.session.get_one(ItemVersion, place["item_version"]).kind
    return rules.as_shown(kind, place, WRONG[kind])


def answer_all(of: Attempt, wrong_slots: tuple[int, ...] = ()) -> None:
    """Answer the whole paper rightly but for some slots."""
    for slot in range(1, len(of.paper) + 1):
        value = wrong(of, slot) if slot in wrong_slots else right(of, slot)
        with transaction():
            answering.save_answer(of.person_id, of.public_id, slot, value, f"k{slot}", 0)


def passed(person_id: int, version_id: int, key: str = "lulus") -> Attempt:
    """A passed attempt."""
    attempt = started(person_id, version_id, key)
    answer_all(attempt)
    with transaction():
        answering.hand_in(person_id, attempt.public_id)
    return quizzes.attempt(attempt.public_id, person_id)


def hidden(html: str, name: str) -> str:
    """The value of a hidden field of a page."""
    return html.split(f'name="{name}"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def form_of(value: dict[str, Any]) -> dict[str, Any]:
    """The fields with which a browser sends a value."""
    pairs = value.get("pairs", {})
    return {name: one for name, one in value.items() if name != "pairs"} | {PAIR + k: v for k, v in pairs.items()}


def send(client: FlaskClient, path: str, value: dict[str, Any], **more: Any) -> Any:
    """Open the question, then send its form with this answer."""
    page = client.get(path).text
    kept = {name: hidden(page, name) for name in ("csrf_token", "client_key", "base_seq")}
    return client.post(path, data=form_of(value) | kept | more)


def at(of: Attempt, slot: int) -> str:
    """The address of a question."""
    return f"/belajar/ujian/{of.public_id}/soal/{slot}"


def answers(of: Attempt) -> list[Answer]:
    """What is stored."""
    db.session.rollback()
    return list(db.session.query(Answer).filter_by(attempt_id=of.id).order_by(Answer.id))


def saved(of: Attempt, slot: int) -> dict[str, Any] | None:
    """The last saved answer to a slot, as a page sees it."""
    db.session.rollback()
    return quizzes.question(quizzes.attempt(of.public_id, of.person_id), slot).saved
