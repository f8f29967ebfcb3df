"""Items of every kind for the tests of tables, with the texts that a spreadsheet or a file could spoil."""

from typing import Any

from hypothesis import strategies as st

TRICKY = [
    "=1+1", "+62 812", "-5", "@nama", "'=1", "''-x", "'kutip'", "a => b", "=> b", "a=", ">", "# awal", "112", "007",
    "1.500", "1,5", "TRUE", "benar", "A;C", 'kata "dikutip"', "baris satu\nbaris dua", "kolom\tdua", "_x000D_",
    "_x0041_", "{fakta:nomor-darurat}", "sep=;", "2026-05-04", "\u00a9 \u201ckaf\u00e9\u201d \U0001f525", "a, b; c",
]  # fmt: skip
# What XML 1.0 cannot hold (2.2) is in no item, control characters in no text that is stored.
_letters = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufffe\uffff")
texts = st.sampled_from(TRICKY) | st.text(_letters, max_size=30).map(str.strip).filter(bool)
names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
numbers = (
    st.integers(-(10**9), 10**9)
    | st.decimals(-1000, 1000, places=2).map(str)
    | st.sampled_from(["{fakta:pijat-jantung-minimal}", "1.125", "0.500", "+3", "007", "-0.0"])
)


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def rows(draw: st.DrawFn, /, most: int, **fields: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
    """At most so many options with ids: the first letters, some letters in order, or names in any order."""
    count = draw(st.integers(0, most))
    spread = st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=count, max_size=count, unique=True)
    named = st.lists(names, min_size=count, max_size=count, unique=True)
    ids = draw(st.just(list("abcdef")[:count]) | spread.map(sorted) | named)
    return [{"id": one, **draw(st.fixed_dictionaries(fields)), **draw(_some(reason=texts))} for one in ids]


@st.composite
def options(draw: st.DrawFn, most: int, right: int) -> list[dict[str, Any]]:
    """Options of which at most so many are right."""
    found = draw(rows(most, text=texts))
    chosen = draw(st.sets(st.sampled_from([one["id"] for one in found]), max_size=right)) if found else set()
    return [{**one, "correct": one["id"] in chosen} for one in found]


_steps = rows(6, text=texts).map(lambda found: [{"id": one["id"], "text": one["text"]} for one in found])
_extra = st.lists(texts, min_size=1, max_size=4)
_own: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": st.fixed_dictionaries({"options": options(4, 1)}),
    "multiple": st.fixed_dictionaries({"options": options(6, 6)}),
    "true_false": _some(answer=st.booleans(), reason=texts),
    "matching": st.fixed_dictionaries({"pairs": rows(5, left=texts, right=texts)}, optional={"extra": _extra}),
    "ordering": st.fixed_dictionaries({"steps": _steps}, optional={"reason": texts}),
    "numeric": _some(min=numbers, max=numbers, unit=texts, reason=texts),
    "short_text": st.fixed_dictionaries(
        {"accepted": st.lists(texts, max_size=10)}, optional={"rubric": texts, "reason": texts}
    ),
}
_scene = {"situation": texts, "picture": st.just("banjir-1.svg"), "picture_alt": texts}
_tags: dict[str, st.SearchStrategy[Any]] = {
    "critical": st.booleans(),
    "lesson": st.integers(1, 1000),
    "objective": names,
    "clause": st.sampled_from(["SOP-01/1.1", "SOP-1234/12.3.4"]),
    "difficulty": st.integers(1, 3),
}


@st.composite
def asked(draw: st.DrawFn) -> dict[str, Any]:
    """A question of any kind without its key, with some of what it can have."""
    kind = draw(st.sampled_from(sorted(_own)))
    return {"kind": kind, **draw(_some(question=texts, **_scene, **_tags)), **draw(_own[kind])}


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to four items, some of them scenarios."""
    keys = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    scenario = st.fixed_dictionaries(
        {"kind": st.just("scenario"), "parts": st.lists(asked(), max_size=4)}, optional={**_scene, **_tags}
    )
    return [{"key": key, **draw(asked() | scenario)} for key in keys]
