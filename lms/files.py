"""Reading a folder of files written by people: bounds, UTF-8, YAML with the line of each value, shapes.

Every problem is collected with its file and line, so that a writer sees all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is far faster, where PyYAML has it
DEEPEST = 20
MOST_BYTES = 1_000_000

Steps = tuple[str | int, ...]
T = TypeVar("T")


class Place(Protocol):
    """Where a value stands: its file, and the line of what is below it."""

    @property
    def file(self) -> str: ...

    def line(self, *below: str | int) -> int: ...


@dataclass
class Document:
    """A YAML text: its value, the line of each value by its path, and what is wrong with it as (line, reason)."""

    value: Any = None
    lines: dict[Steps, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def yaml_document(source: str, first_line: int = 1) -> Document:
    """Read YAML without anchors, aliases, tags or duplicate keys; first_line is the line at which source stands.

    Built from the parser's events, at most 20 levels deep: composing a deep nest overruns the stack of the C parser.
    """
    reader = _Reader(first_line)
    try:
        reader.read(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        reader.note(line + first_line, f"not valid YAML: {error.problem or error.context}")
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        reader.note(source.count("\n", 0, position) + first_line, f"not valid YAML: {error.reason}")
    return reader.document


class _Reader:
    """Builds a Document from the events of a YAML text."""

    def __init__(self, first_line: int) -> None:
        self.document = Document()
        self.first_line = first_line

    def note(self, line: int, reason: str) -> None:
        self.document.problems.append((line, reason))

    def read(self, source: str) -> None:
        self.loader = _LOADER(source)
        self.loader.get_event()  # the stream
        if isinstance(self.loader.get_event(), yaml.StreamEndEvent):
            return
        self.document.value = self.value(self.loader.get_event(), ())
        self.loader.get_event()  # the document's end
        after = self.loader.get_event()
        if not isinstance(after, yaml.StreamEndEvent):
            self.note(self.line(after), "only one YAML document may stand in a file")

    def line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.first_line

    def value(self, event: Any, path: Steps) -> Any:
        self.document.lines.setdefault(path, self.line(event))
        if len(path) > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            found: list[Any] = []
            while not isinstance(one := self.loader.get_event(), yaml.SequenceEndEvent):
                found.append(self.value(one, (*path, len(found))))
            return found
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        return self.scalar(event)

    def mapping(self, path: Steps) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self.loader.get_event(), yaml.MappingEndEvent):
            key = self.value(event, (*path, "?"))
            line = self.line(event)
            if not isinstance(key, str):
                self.note(line, "a key must be text")
                key = "?"
            elif key in found:
                self.note(line, f"the key {key} stands twice")
            self.document.lines[(*path, key)] = line
            found[key] = self.value(self.loader.get_event(), (*path, key))
        return found

    def scalar(self, event: Any) -> Any:
        if isinstance(event, yaml.AliasEvent):  # a few of them can make a very large value
            self.note(self.line(event), "aliases (*name) are not allowed")
            return None
        tag = event.tag or self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            value = self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError):
            self.note(self.line(event), f"not a value that can be read: {event.value[:40]}")
            return None
        if isinstance(value, str) and (odd := odd_characters(value)):
            self.note(self.line(event), odd)
        return value


def odd_characters(text: str) -> str | None:
    """The reason why a text cannot be stored or shown (NUL, control characters, half a character); else None."""
    for character in text:
        code = ord(character)
        if (code < 32 and character not in "\n\t") or 127 <= code < 160 or 0xD800 <= code < 0xE000:
            return f"the character U+{code:04X} is not allowed"
    return None


def front_matter(source: str) -> tuple[str, str, int] | None:
    """A Markdown file as (YAML, body, line at which the body starts); None if it does not begin with ``---``."""
    lines: Sequence[str] = source.split("\n")
    if not lines or lines[0].rstrip() != "---":
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    return None


class Folder:
    """A folder and what is wrong with its files, as (file, line from 1, reason); lost counts what could not be read."""

    def __init__(self, base: Path) -> None:
        """base is the folder that all file names are relative to, resolved."""
        self.base = base
        self.problems: list[tuple[str, int, str]] = []
        self.lost = 0
        self.wrong: set[str] = set()  # the keys that the last value refused by valid() had wrong

    def note(self, file: str, line: int, reason: str) -> None:
        """Add a problem."""
        self.problems.append((file, line, reason))

    def _lose(self, file: str, line: int, reason: str) -> None:
        self.lost += 1
        self.note(file, line, reason)

    def names(self, folder: str) -> list[str]:
        """The names in a folder in order, hidden ones left out; a symbolic link is a problem."""
        found = []
        below = (self.base / folder).resolve()
        inside = below == self.base / folder and below.is_dir()  # a link on the way was told where it stands
        for entry in sorted(below.iterdir()) if inside else []:
            if entry.is_symlink():
                self._lose(entry.relative_to(self.base).as_posix(), 1, "symbolic links are not allowed")
            elif not entry.name.startswith("."):
                found.append(entry.name)
        return found

    def content(self, file: str, most: int = MOST_BYTES) -> bytes | None:
        """The bytes of a plain file that is not too large; else None."""
        target = self.base / file
        try:
            if target.resolve() != target:
                self._lose(file, 1, "symbolic links are not allowed")
            elif not target.is_file():
                self._lose(file, 1, "there is no such file")
            elif target.stat().st_size > most:
                self._lose(file, 1, f"{target.stat().st_size} bytes; at most {most} are allowed")
            else:
                return target.read_bytes()
        except OSError as error:
            self._lose(file, 1, f"cannot be read: {error.strerror}")
        return None

    def text(self, file: str, content: bytes | None) -> str | None:
        """The bytes as text: UTF-8 without control characters, line ends made LF; else None."""
        if content is None:
            return None
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            self._lose(file, content.count(b"\n", 0, error.start) + 1, "not valid UTF-8")
            return None
        odd = [(number, odd_characters(line)) for number, line in enumerate(text.split("\n"), start=1)]
        for number, reason in odd:
            if reason:
                self._lose(file, number, reason)
        return None if any(reason for _, reason in odd) else text

    def yaml(self, file: str, source: str | None, first_line: int = 1) -> Document:
        """The YAML of a text; a value of None where there is nothing that can be read."""
        if source is None:
            return Document()
        document = yaml_document(source, first_line)
        for line, reason in document.problems:
            self._lose(file, line, reason)
        if document.value is None and not document.problems:
            self._lose(file, first_line, "there is nothing in it")
        return document

    def valid(self, shape: TypeAdapter[T], place: Place, value: Any) -> T | None:
        """The value in the shape of a pydantic model; each difference is a problem at its own line. None stays None."""
        if value is None:
            return None
        try:
            return shape.validate_python(value)
        except ValidationError as refused:
            self.lost += 1
            self.wrong = {str(error["loc"][0]) if error["loc"] else "" for error in refused.errors()}
            for error in refused.errors(include_url=False, include_context=False, include_input=False):
                reason = {"extra_forbidden": "unknown key", "missing": "this key is missing"}.get(error["type"])
                reason = reason or error["msg"].removeprefix("Value error, ")
                self.note(place.file, place.line(*error["loc"]), _at(error["loc"]) + reason)
        return None


def _at(steps: Sequence[str | int]) -> str:
    return f"{'.'.join(str(step + 1 if isinstance(step, int) else step) for step in steps)}: " if steps else ""
