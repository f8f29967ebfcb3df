"""Files as they are stored: exam rules, questions and drills in the shapes of quizzes and practice."""

from collections.abc import Collection, Mapping
from typing import Any

from lms.quizzes import rules as quizzes


def mended(module: Mapping[str, Any], wrong: Collection[str], slug: str) -> dict[str, Any] | None:
    """module.yaml with its wrong keys replaced, so that the rest of the folder can be judged all the same.

    None where what is wrong is what the rest refers to.
    """
    exam = {"draw": 1, "critical": 0, "pass": "1/1", "attempts": 1, "pause_hours": 0, "rounds": 1}
    plain = {
        "code": "X",
        "slug": slug,
        "title": "-",
        "summary": "-",
        "order": 1,
        "minutes": 1,
        "needs": [],
        "exam": exam,
    }
    if any(key in wrong for key in ("", "objectives", "sop", "pictures")):
        return None
    return {key: value for key, value in module.items() if key not in wrong} | {
        key: plain[key] for key in plain if key in wrong
    }


def stored_exam(given: Mapping[str, Any]) -> dict[str, Any]:
    """The exam rules of module.yaml as they are kept in the manifest and frozen into attempts (quizzes.ExamRules)."""
    return quizzes.exam_rules({**given, "pause_minutes": given["pause_hours"] * 60}).as_json()


def stored_question(kind: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A question of a file as (ItemVersion.key, ItemText.text); words that a kind does not have are empty.

    The targets of a matching are t1, t2, ... in the order in which the distinct right sides appear, then the extras.
    """
    words = {name: given.get(name, "") for name in ("situation", "question", "reason", "unit", "rubric")}
    words |= {"picture": given["picture"]} if given.get("picture") else {}
    shown: dict[str, Any] = {"options": {}, "targets": {}}
    answer: dict[str, Any] = {}
    if kind in ("single", "multiple"):
        shown["options"] = {one["id"]: {"text": one["text"], "reason": one["reason"]} for one in given["options"]}
        right = [one["id"] for one in given["options"] if one["correct"]]
        answer = {"right": right[0] if kind == "single" else right, "options": list(shown["options"])}
    elif kind == "true_false":
        answer = {"right": "true" if given["answer"] else "false"}
    elif kind == "matching":
        distinct = dict.fromkeys([*(pair["right"] for pair in given["pairs"]), *given["extra"]])
        targets = {text: f"t{number}" for number, text in enumerate(distinct, start=1)}
        shown["targets"] = {identity: text for text, identity in targets.items()}
        shown["options"] = {pair["id"]: {"text": pair["left"], "reason": pair["reason"]} for pair in given["pairs"]}
        right_targets = {pair["id"]: targets[pair["right"]] for pair in given["pairs"]}
        answer = {"right": right_targets, "targets": list(shown["targets"])}
    elif kind == "ordering":
        shown["options"] = {step["id"]: {"text": step["text"]} for step in given["steps"]}
        answer = {"right": list(shown["options"])}
    elif kind == "numeric":
        answer = {"min": str(given["min"]), "max": str(given["max"])}
    else:
        answer = {"accepted": list(given["accepted"])}
    return answer, words | shown


def parts(scenario: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The follow-ups of a scenario as questions of their own: key-1, key-2, ... with the tags, situation and picture of
    the whole, and whatever the part itself says otherwise."""
    whole = {name: value for name, value in scenario.items() if name not in ("parts", "kind")}
    return [{**whole, **part, "key": f"{scenario['key']}-{number}"} for number, part in enumerate(scenario["parts"], 1)]


def stored_drill(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """drill.yaml as (DrillVersion.rubric, DrillText.text)."""

    def only(part: str, *names: str) -> list[dict[str, Any]]:
        return [{name: one[name] for name in names} for one in given[part]]

    def words(part: str, *names: str) -> dict[str, dict[str, Any]]:
        return {one["id"]: {name: one[name] for name in names} for one in given[part]}

    rubric = {
        "minutes": given["minutes"],
        "group": given["group"],
        "stations": only("stations", "id", "minutes"),
        "criteria": only("criteria", "id", "station", "critical", "clause"),
        "instant_fail": only("instant_fail", "id", "clause"),
        "pass": given["pass"],
    }
    text = {
        "title": given["title"],
        "setting": given["setting"],
        "stations": words("stations", "title", "brief"),
        "criteria": words("criteria", "text", "look_for"),
        "instant_fail": words("instant_fail", "text"),
    }
    return rubric, text
