"""Items as a table, whichever file it stands in: a line for each item, and for each follow-up of a scenario.

A scenario is the lines that say the same in the column "skenario": one of the kind "skenario" with what the whole says,
and one for each follow-up, in their order. A table knows the names of pictures, not the pictures themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lms.quizzes.formats import table_item as items
from lms.quizzes.formats import table_words as words
from lms.quizzes.formats.model import MOST_ITEMS, Entry, Parsed, Question, Reason, Unreadable, slug
from lms.quizzes.formats.table_head import MOST_LINES, Head, Line, head_of

_TAGS = ("critical", "lesson", "objective", "clause", "difficulty")
_SCENE = ("situation", "picture", "picture_alt")
_SEPARATORS = ("sep=", "sep=;", "sep=,")  # the line by which Excel is told the sign between cells; it shows nobody


def parsed(lines: Sequence[Line], notes: Sequence[Reason] = ()) -> Parsed:
    """The items of a table, with keys that stand once.

    Lines above the headings, and those that hold nothing but a remark that begins with "#", are left out with a note,
    empty ones without. Unreadable as head_of, "no_items", "too_many_items".
    """
    head = head_of(lines)
    filled = [one for one in lines if one.width]
    if len(filled) > MOST_LINES:
        raise Unreadable("too_many_items", most=MOST_ITEMS)
    above = [one for one in filled if one.number < head.line.number and one.text(0).lower() not in _SEPARATORS]
    below = [one for one in filled if one.number > head.line.number]
    groups = _groups(head, [one for one in below if not _is_remark(one)])
    if not groups:
        raise Unreadable("no_items", head.line.number)
    if len(groups) > MOST_ITEMS:
        raise Unreadable("too_many_items", most=MOST_ITEMS)
    entries = [_scenario(one) if _is_of_scenario(one[0]) else _single(one[0]) for one in groups]
    left_out = {"lines_above_headings": len(above), "remarks_left_out": sum(map(_is_remark, below))}
    said = [Reason(code, {"count": count}) for code, count in left_out.items() if count]
    return Parsed(tuple(_keyed(entries)), notes=(*notes, *said))


def _is_remark(line: Line) -> bool:
    return line.text(0).startswith("#") and line.width == 1


def _groups(head: Head, lines: Sequence[Line]) -> list[list[items.Item]]:
    """The lines by the scenario that they name; any other line on its own."""
    groups: dict[tuple[str, int], list[items.Item]] = {}
    for line in lines:
        item = items.found(head, line)
        named = item.texts.get("scenario") or (item.texts.get("key") if _is_whole(item) else None)
        groups.setdefault((named, 0) if named else ("", line.number), []).append(item)
    return list(groups.values())


def _is_whole(item: items.Item) -> bool:
    return words.kind_of(item.texts.get("kind", "")) == "scenario"


def _is_of_scenario(item: items.Item) -> bool:
    return _is_whole(item) or "scenario" in item.texts


def _name(item: items.Item) -> str:
    said = (item.texts.get(code) for code in ("key", "scenario", "question", "situation"))
    return next((text[:80] for text in said if text), "")


def _single(item: items.Item) -> Entry:
    try:
        question = items.question(item)
    except items.Refusal as refusal:
        return Entry(_name(item), item.line, None, (refusal.reason,))
    return Entry(_name(item), item.line, {"key": item.texts.get("key", ""), **question}, tuple(item.reasons))


def _scenario(group: Sequence[items.Item]) -> Entry:
    """A scenario with its follow-ups; refused with the reasons of every line that is."""
    wholes = [one for one in group if _is_whole(one)]
    name, line = _name(wholes[0]) if wholes else group[0].texts["scenario"][:80], group[0].line
    read: list[tuple[items.Item, Question]] = []
    refused: list[Reason] = []
    for item in group:
        try:
            read.append((item, items.question(item, part=not _is_whole(item))))
        except items.Refusal as refusal:
            refused += [Reason("line", {"line": item.line}), refusal.reason]
    if len(wholes) > 1:
        refused.append(Reason("scenario_twice"))
    count, most = len(group) - len(wholes), items.MOST["scenario"]
    if count > most:
        refused.append(Reason("too_many_parts", {"count": count, "most": most}))
    if refused:
        return Entry(name, line, None, tuple(refused))
    reasons = [
        reason for item in group if item.reasons for reason in (Reason("line", {"line": item.line}), *item.reasons)
    ]
    parts = [question for item, question in read if not _is_whole(item)]
    whole = next((question for item, question in read if _is_whole(item)), None)
    if whole is None:
        reasons.append(Reason("scenario_without_line"))
        whole, parts = _derived(parts)
    return Entry(name, line, {"key": name, **whole, "parts": parts}, tuple(reasons))


def _derived(parts: Sequence[Question]) -> tuple[Question, list[Question]]:
    """What a scenario without a line of its own says, and its follow-ups without that.

    The tags that all follow-ups share; and the situation and picture, if those that name one name the same.
    """
    whole: Question = {"kind": "scenario"}
    for name in (*_TAGS, *_SCENE):
        given = [part[name] for part in parts if name in part]
        enough = len(given) == len(parts) if name in _TAGS else bool(given)
        if enough and all(one == given[0] for one in given):
            whole[name] = given[0]
    moved = whole.keys() - {"kind"}
    return whole, [{name: value for name, value in part.items() if name not in moved} for part in parts]


def _keyed(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries with keys that stand once: a given one that can be a key stays with the first that has it."""
    given = [one.question["key"] for one in entries if one.question]
    taken = {key for key in given if _can_be_key(key)}
    kept: set[str] = set()
    for entry in entries:
        if entry.question is None or (entry.question["key"] in taken and entry.question["key"] not in kept):
            kept |= {entry.question["key"]} if entry.question else set()
            yield entry
            continue
        wanted = entry.question["key"]
        key = _free(
            slug(wanted or entry.question.get("question") or entry.question.get("situation") or ""), taken | kept
        )
        kept.add(key)
        changed = (Reason("key_changed", {"key": wanted}),) if wanted else ()
        yield replace(entry, question={**entry.question, "key": key}, reasons=(*entry.reasons, *changed))


def _can_be_key(text: str) -> bool:
    return len(text) <= 80 and bool(items.NAME.fullmatch(text))


def _free(key: str, taken: set[str]) -> str:
    """The key, with -2, -3 ... behind it if it is taken."""
    number = 1
    while (found := key if number == 1 else f"{key}-{number}") in taken:
        number += 1
    return found
