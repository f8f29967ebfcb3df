"""Text of course files: Markdown made into clean HTML, and YAML read together with the line of each value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import nh3
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_RAW = MarkdownIt("commonmark", {"html": True})  # only to find raw HTML, never to render
_PICTURE = re.compile(r"media/([a-z0-9][a-z0-9._-]*)")
_BLOCKS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "blockquote", "img", "br"}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is far faster, where PyYAML has it
DEEPEST = 20

Path = tuple[str | int, ...]


def markdown(source: str, picture_url: Callable[[str], str]) -> str:
    """Clean HTML: headings 2 and 3, paragraphs, lists, emphasis, quotes, pictures; links lose their address.

    A picture ``media/x.svg`` gets the address ``picture_url("x.svg")``; any other one, or one without an address,
    becomes its alternative text.
    """
    tokens = _MARKDOWN.parse(source)
    for token in tokens:
        if token.children:
            token.children = [_own_picture(child, picture_url) for child in token.children]
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(html, tags=_BLOCKS, attributes={"img": {"src", "alt", "width", "height"}}, link_rel=None).strip()


def inline(source: str) -> str:
    """Clean HTML of one line: strong and em only."""
    return nh3.clean(_MARKDOWN.renderInline(source), tags={"strong", "em"}, attributes={}, link_rel=None)


def _own_picture(token: Token, picture_url: Callable[[str], str]) -> Token:
    if token.type != "image":
        return token
    own = _PICTURE.fullmatch(str(token.attrs.get("src", "")))
    address = picture_url(own[1]) if own else ""
    if not address:
        return Token("text", "", 0, content=token.content)
    token.attrs["src"] = address
    return token


@dataclass(frozen=True)
class Part:
    """Something in a Markdown text that has rules of its own: kind "picture", "link", "html" or "other"; line from 1.

    value is the file name below media/ of a picture ("" if it lies elsewhere), the text of the rest; alt of a picture.
    """

    kind: str
    line: int
    value: str
    alt: str = ""


def parts(source: str) -> list[Part]:
    """The pictures, links, raw HTML and blocks that are not shown (other headings, code, rules) of a Markdown text."""
    found: list[Part] = []
    for token in _RAW.parse(source):
        line = (token.map or [0])[0] + 1
        if token.type == "html_block":
            found.append(Part("html", line, token.content.strip()))
        elif (token.type == "heading_open" and token.tag not in _BLOCKS) or token.type in ("fence", "code_block", "hr"):
            found.append(Part("other", line, token.tag if token.type == "heading_open" else token.type))
        for child in token.children or []:
            line += child.type in ("softbreak", "hardbreak")
            if child.type == "image":
                own = _PICTURE.fullmatch(str(child.attrs.get("src", "")))
                found.append(Part("picture", line, own[1] if own else "", child.content))
            elif child.type == "link_open":
                found.append(Part("link", line, str(child.attrs.get("href", ""))))
            elif child.type == "text" and "](" in child.content:  # an address that Markdown refuses, like javascript:
                found.append(Part("link", line, child.content))
            elif child.type == "html_inline":
                found.append(Part("html", line, child.content))
    return found


@dataclass
class Document:
    """A YAML text: its value, the line of each value by its path, and what is wrong with it as (line, reason)."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
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

    def value(self, event: Any, path: Path) -> Any:
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

    def mapping(self, path: Path) -> dict[str, Any]:
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
