"""Items of every kind in the shape of questions.yaml, with Indonesian and nasty text, for the tests of the formats.

Everything that item(), scenario() and bank() draw is valid for lms.authoring.models (test_questions.py keeps that), in
the form in which a file has it: keys that are optional are there or not, and texts have no space around them.
"""

from typing import Any

from hypothesis import strategies as st

from lms.quizzes import rules

Question = dict[str, Any]
WORDS = (
    "Anda melihat asap", "Bu Ratna", "lapor kepada petugas", "RT 03/RW 07", "“Jangan mendekat,”", "Rp50.000", "10 m",
    "{fakta:nomor-darurat}", "{fakta:x}", "tidak", "1", "-5", "1,5", "T", "FALSE", "benar",
)  # fmt: skip
NASTY = (
    "\\", "\\n", "\\\\", "\\*", "*", "{", "}", "{}", "=", "~", "#", "####", ":", "::", "->", "=>", "%", "%50%", "%-9%x",
    "//", "// [id:x] [tag:y]", "[id:x]", "[html]", "[plain]", "[", "]", "]]>", "<!--", "-->", "--", "<b>tebal</b>",
    "<br>", "<img src=x>", "<", ">", "&", "&amp;", "&lt;", '"', '""', "'", "`", "|", ";", ",", "\t", "  ", "\n", "\n\n",
    "\n \n", "\nA. satu\nANSWER: A\n", "$CATEGORY: x", "jaga {}", "=1+1", "+1", "-1", "@x", "@@PLUGINFILE@@/x.png",
    "____", "**x**", "- x", "# x", "\u00a0", "\u200b", "\ufeff", "\u2028", "é", "e\u0301", "ﬁ", "漢字", "שלום", "🙂",
    "null", "true", "0x1F",
)  # fmt: skip
_odd = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=3)
texts = st.builds(
    lambda between, parts: between.join(parts).strip(),
    st.sampled_from(("", " ")),
    st.lists(st.sampled_from(WORDS) | st.sampled_from(NASTY) | _odd, min_size=1, max_size=4),
).filter(bool)
names = st.lists(st.text("abz09", min_size=1, max_size=4), min_size=1, max_size=3).map("-".join)
keys = names | names.map(lambda name: f"{name}-{'x' * 80}"[:80])
pictures = st.builds("{}{}.{}".format, names, st.sampled_from(("", ".", "_1", "-")),
                     st.sampled_from(("svg", "png", "jpg", "jpeg", "webp")))  # fmt: skip
clauses = st.builds("SOP-{:02}/{}.{}".format, st.integers(1, 9999), st.integers(0, 999), st.sampled_from(("1", "2.3")))
numbers = st.one_of(
    st.integers(-(10**12) + 1, 10**12 - 1),
    st.integers(-(10**6), 10**6).map(lambda cents: cents / 100),
    st.sampled_from(["1,5", "1.50", "-0.000001", "{fakta:pijat-jantung-minimal}", "+3"]),
).filter(lambda value: "{" in str(value) or rules.number(str(value)) is not None)


def _optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Question]:
    """A dictionary that has each key or not."""
    return st.fixed_dictionaries({}, optional=parts)


_tags = st.fixed_dictionaries(
    {
        "critical": st.booleans(),
        "lesson": st.integers(1, 1000),
        "objective": names | st.just("o" * 60),
        "clause": clauses,
        "difficulty": st.integers(1, 3),
    }
)
_asked = st.builds(
    lambda question, more: {"question": question, **more},
    texts,
    _optional(situation=texts, picture=pictures),
)


def _unique(least: int, most: int, of: st.SearchStrategy[str] = texts) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=most, unique=True)


@st.composite
def _ids(draw: st.DrawFn, count: int) -> list[str]:
    usual = [chr(97 + place) for place in range(count)]
    return draw(st.just(usual) | _unique(count, count, names))


@st.composite
def _options(draw: st.DrawFn, least: int, most: int, single: bool) -> Question:
    count = draw(st.integers(least, most))
    right = draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=1 if single else count))
    says_wrong = draw(st.booleans())
    options = []
    for place, one in enumerate(draw(_ids(count))):
        correct = {"correct": place in right} if says_wrong or place in right else {}
        options.append({"id": one, "text": draw(texts), "reason": draw(texts), **correct})
    return {"options": options}


@st.composite
def _matching(draw: st.DrawFn) -> Question:
    count = draw(st.integers(3, 5))
    pairs = [{"id": one, "left": draw(texts), "right": draw(texts), "reason": draw(texts)} for one in draw(_ids(count))]
    rights = {pair["right"] for pair in pairs}
    extra = draw(st.none() | _unique(0, 2, texts.filter(lambda text: text not in rights)))
    return {"pairs": pairs, **({} if extra is None else {"extra": extra})}


@st.composite
def _ordering(draw: st.DrawFn) -> Question:
    count = draw(st.integers(3, 6))
    return {"steps": [{"id": one, "text": draw(texts)} for one in draw(_ids(count))], "reason": draw(texts)}


_KEYS: dict[str, st.SearchStrategy[Question]] = {
    "single": _options(3, 4, single=True),
    "multiple": _options(4, 6, single=False),
    "true_false": st.fixed_dictionaries({"answer": st.booleans(), "reason": texts}),
    "matching": _matching(),
    "ordering": _ordering(),
    "numeric": st.fixed_dictionaries({"min": numbers, "max": numbers, "unit": texts, "reason": texts}),
    "short_text": st.fixed_dictionaries({"accepted": _unique(4, 10), "rubric": texts, "reason": texts}),
}


@st.composite
def item(draw: st.DrawFn, kind: str | None = None) -> Question:
    """An item of a kind, or of any kind but scenario."""
    kind = kind or draw(st.sampled_from(rules.KINDS))
    return {"key": draw(keys), "kind": kind, **draw(_tags), **draw(_asked), **draw(_KEYS[kind])}


@st.composite
def _part(draw: st.DrawFn) -> Question:
    kind = draw(st.sampled_from(rules.KINDS))
    differing = draw(_optional(critical=st.booleans(), difficulty=st.integers(1, 3), clause=clauses))
    return {"kind": kind, **differing, **draw(_asked), **draw(_KEYS[kind])}


@st.composite
def scenario(draw: st.DrawFn) -> Question:
    """A scenario of two to four parts."""
    picture = draw(_optional(picture=pictures))
    parts = draw(st.lists(_part(), min_size=2, max_size=4))
    return {"key": draw(keys), "kind": "scenario", **draw(_tags), "situation": draw(texts), **picture, "parts": parts}


def bank(most: int = 3) -> st.SearchStrategy[list[Question]]:
    """Items of any kind with keys used once."""
    return st.lists(item() | scenario(), max_size=most, min_size=1, unique_by=lambda one: one["key"])
