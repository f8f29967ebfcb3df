"""The course content is proof-read: spelling, sentences, words that are not ours, abbreviations, forbidden teaching.

How the texts are read is in content.py; what is wrong is named with its file and place.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.house import content
from tests.house.content import COURSES, Text

SENTENCE_WORDS, PARAGRAPH_SENTENCES = 22, 5
# Read step by step by an assessor who prepares a drill, not by a member on a phone.
DRILL_SENTENCES = {"setting": 8, "brief": 8}
# A list of sources has no sentences; what members may type as an answer is not our wording.
NO_PROSE = {"sources", "accepted"}

FORBIDDEN = {
    "mengamankan": r"\b(?:meng|di)?amankan",
    "menindak": r"\b(?:menindak|ditindak|penindakan)\b",
    "menertibkan": r"\b(?:menertibkan|ditertibkan|penertiban)",
    "meringkus": r"ringkus",
    "menggerebek": r"g(?:e)?rebek",
    "sweeping": r"\bsweeping",
    "gagal": r"gagal",
    "pengamanan lingkungan": r"pengamanan lingkungan",
    "evaluasi akhir": r"evaluasi akhir",
    "&": r"&",
}
OUTSIDE_SPEECH = {"pelaku": r"\bpelaku"}
IN_TITLES = {"Polisi": r"\bpolisi\b"}
# (word, the text around it, why it may stand there)
ALLOWED = [
    (
        "sweeping",
        "Sweeping, menutup jalan, dan menutup usaha orang juga dilarang",
        "the lesson says that it is forbidden",
    ),
    ("sweeping", "tidak melakukan sweeping", "the clause forbids it"),
]

EVERYDAY = {
    "JAKI": "the name of the city's application; lesson 1 of reporting says what it is",
    "SMP": "the school that everybody has been to",
    "KOREKSI": "no abbreviation: the mark of a corrected report, written large",
    "CNN": "the name of a publisher in the sources",
    "IDN": "the name of a publisher in the sources",
    "LIVES": "the name of a guide in the sources",
}


@pytest.fixture(scope="module")
def texts() -> tuple[Text, ...]:
    """Every text of courses/."""
    return content.texts(COURSES)


def _in_list() -> list[str]:
    return content.WORD_LIST.read_text().splitlines()


def _spelling(texts: tuple[Text, ...], listed: set[str]) -> tuple[list[str], set[str]]:
    """The misspelt words with their texts, and the listed words that the texts need."""
    assert shutil.which("hunspell"), "hunspell and hunspell-id are needed: run script/setup test"
    written = {word for text in texts for word in content.words(text.words)}
    unknown = content.unknown({form for word in written for form in content.forms(word)})
    foreign = {word for word in written if all(form in unknown for form in content.forms(word))}
    needed = {word: next((form for form in content.forms(word) if form in listed), None) for word in foreign}
    wrong = {word for word, form in needed.items() if form is None}
    found = [f"{word}: {text}" for text in texts for word in sorted(content.words(text.words) & wrong)]
    return found, {form for form in needed.values() if form}


def test_every_word_is_known_or_listed(texts: tuple[Text, ...]) -> None:
    content.none(_spelling(texts, set(_in_list()))[0])


def test_the_word_list_is_sorted_and_holds_only_what_is_needed(texts: tuple[Text, ...]) -> None:
    listed = _in_list()
    assert listed == sorted(set(listed), key=lambda word: (word.lower(), word))
    known = set(listed) - content.unknown(listed)
    assert known == set(), "hunspell knows these"
    assert set(listed) - _spelling(texts, set(listed))[1] == set(), "no text uses these"


def test_no_sentence_is_long(texts: tuple[Text, ...]) -> None:
    prose = [text for text in texts if text.part not in NO_PROSE]
    long = [
        f"{text.file} {text.place}: {sentence}"
        for text in prose
        for sentence in content.sentences(text.words)
        if sum(any(sign.isalnum() for sign in word) for word in sentence.split()) > SENTENCE_WORDS
    ]
    content.none(long)


def test_no_paragraph_is_long(texts: tuple[Text, ...]) -> None:
    long = [
        str(text)
        for text in texts
        if text.part not in NO_PROSE
        and len(content.sentences(text.words)) > DRILL_SENTENCES.get(text.part, PARAGRAPH_SENTENCES)
    ]
    content.none(long)


def _forbidden(texts: tuple[Text, ...]) -> Iterator[tuple[str, Text]]:
    for text in texts:
        judged = [(FORBIDDEN, text.words), (OUTSIDE_SPEECH, content.outside_speech(text.words))]
        if text.part in ("title", "heading"):
            judged.append((IN_TITLES, text.words))
        for patterns, words in judged:
            yield from ((word, text) for word, pattern in patterns.items() if re.search(pattern, words, re.I))


def test_words_that_are_not_ours_stand_nowhere(texts: tuple[Text, ...]) -> None:
    found = list(_forbidden(texts))
    open_ones = [
        f"{word} in {text}"
        for word, text in found
        if not any(word == allowed and place in text.words for allowed, place, _ in ALLOWED)
    ]
    content.none(open_ones)
    unneeded = [one for one in ALLOWED if not any(word == one[0] and one[1] in text.words for word, text in found)]
    assert unneeded == []


def test_abbreviations_are_explained_at_first_use() -> None:
    modules = content.modules(COURSES)
    content.none([one for each in modules.values() for one in content.unexplained(each, EVERYDAY)])
    plain = {one.split()[0] for each in modules.values() for one in content.unexplained(each, ())}
    assert set(EVERYDAY) - plain == set(), "these are explained, or stand nowhere"


def test_every_option_has_its_reason_and_every_lesson_its_scenario() -> None:
    """The reader refuses empty ones already (content.read); this holds if the format is ever relaxed."""
    lessons = content.lessons(COURSES)
    questions = [
        *(one for bank in content.items(COURSES).values() for one in bank),
        *(one for lesson in lessons for one in lesson.practice),
    ]
    without = [
        f"{item.place.file} {item.key}"
        for item in questions
        if not (
            all(one["reason"].strip() for one in item.text["options"].values())
            if item.kind in ("single", "multiple", "matching")
            else item.text["reason"].strip()
        )
    ]
    content.none(without)
    content.none([lesson.place.file for lesson in lessons if not lesson.text["scenario"].strip()])


# --- what may never be taught -----------------------------------------------------------------------------------------

# Acts that belong to nobody but the police, or to nobody at all. Where a text says what to do, one of these words may
# stand only with a word that forbids it before it in the same sentence.
ACTS = re.compile(
    r"\b(?:mengejar|kejar|menangkap|tangkap|menggeledah|geledah|menginterogasi|interogasi|menahan|tahan|memborgol"
    r"|mengikat|mengurung|memukul|menghukum|menghadang|mencegat|memeriksa (?:KTP|tas|kendaraan|identitas)"
    r"|mengikuti orang|membuntuti|meneriakkan|mempermalukan|memviralkan|menyebarkan (?:foto|nama)|menelanjangi)\b",
    re.I,
)
FORBIDS = re.compile(
    r"\b(?:tidak|tanpa|bukan|jangan|dilarang|larangan|menolak|ditolak|tolak|mencegah|menghentikan niat|berhenti"
    r"|agar warga|melarang|hindari|menghindari|kecuali|tak)\b",
    re.I,
)


def _said_to_do(folder: Path) -> Iterator[Text]:
    """The texts that tell what to do: do lines, cards, right options and steps, criteria of drills."""
    for draft in content.read(folder).drafts:
        for lesson in draft.lessons:
            yield from (Text(lesson.place.file, "do", line) for line in lesson.text["do"])
        questions = [*draft.items, *(one for lesson in draft.lessons for one in lesson.practice)]
        for item in questions:
            if item.kind in ("single", "multiple", "ordering"):
                right = item.answer["right"]
                keys = [right] if isinstance(right, str) else right
                yield from (Text(item.place.file, item.key, item.text["options"][key]["text"]) for key in keys)
        if draft.drill:
            for key, one in draft.drill.text["criteria"].items():
                yield from (Text(draft.drill.place.file, key, one[part]) for part in ("text", "look_for"))
    for sop in content.read(folder).sops.values():
        yield from (Text(sop.place.file, "card", line) for line in (*sop.card["do"], *sop.card["call"]))
        yield from (Text(sop.place.file, number, words) for number, words in sop.clauses)


def test_nothing_tells_a_member_to_use_force_or_police_powers() -> None:
    content.none(
        [
            str(text)
            for text in _said_to_do(COURSES)
            for sentence in content.sentences(text.words)
            for found in [ACTS.search(sentence)]
            if found and not FORBIDS.search(sentence[: found.start()])
        ]
    )


VAGUE = re.compile(r"^(?:memahami|mengetahui|mengerti|menyadari|mempelajari|mengenal|menghayati|peduli)\b", re.I)


def test_objectives_say_what_can_be_observed() -> None:
    objectives = [one["text"] for draft in content.read(COURSES).drafts for one in draft.meta["objectives"]]
    content.none([text for text in objectives if VAGUE.search(text)])


def test_sources_have_their_dates() -> None:
    """A year, or the plain word that there is none."""
    sources = [(lesson.place.file, lesson.text["sources"]) for lesson in content.lessons(COURSES)]
    content.none([f"{file}: {words}" for file, words in sources if not re.search(r"\b(?:19|20)\d\d\b", words)])


def test_pictures_are_enough_and_readable_at_320_px() -> None:
    found = [(draft.slug, one) for draft in content.read(COURSES).drafts for one in draft.pictures]
    assert len(found) >= 24
    used = {
        (lesson.place.file.split("/")[0], file) for lesson in content.lessons(COURSES) for _, file, _ in lesson.pictures
    }
    content.none([f"{slug}/media/{one.file} is in no lesson" for slug, one in found if (slug, one.file) not in used])
    for slug, one in found:
        drawing = ElementTree.fromstring(one.content)
        assert drawing.get("viewBox", "").split()[2] == "320", f"{slug}/media/{one.file} is not 320 wide"
        sizes = [float(tag.get("font-size", "16")) for tag in drawing.iter() if tag.get("font-size")]
        assert min(sizes, default=16) >= 14, f"{slug}/media/{one.file} has letters under 14"
