"""The four text formats of Moodle (HTML, its own automatic format, plain text, Markdown) reduced to paragraphs."""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "div", "blockquote", "pre", "hr", "table", "tr", "dl", "dt", "dd", "section", "article"} | _HEADINGS
_KEPT = _BLOCKS | {"br", "ul", "ol", "li", "td", "th", "img"}
_UNSEEN = {"script", "style", "iframe", "noembed", "noframes", "noscript"}
# What a reader sees and a plain text cannot show.
_SEEN = {
    "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "mark", "sub", "sup", "code", "kbd", "a", "table",
    "audio", "video", "iframe", "object", "embed", "svg", "math", "canvas", "input", "select", "textarea", "button",
    "blockquote", "pre", "ruby",
} | _HEADINGS  # fmt: skip
_TAG = re.compile(r"<([a-z][a-z0-9]{0,15})", re.IGNORECASE)
_STYLE = re.compile(
    r"<[a-z][^<>]*?\sstyle\s*=\s*[\"'][^\"'<>]*?(?:color|background|text-decoration|font-weight|font-style)",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"<(?:p|div|br|ul|ol|table|h[1-6]|pre|blockquote)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """An <img>: its address and alternative text, "" where it has none."""

    source: str
    alt: str


@dataclass(frozen=True)
class Reduced:
    """A text as paragraphs (their lines separated by LF), its pictures, and the visible markup that is lost."""

    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    lost: tuple[str, ...] = ()


def reduced(source: str, text_format: str) -> Reduced:
    """A text of Moodle reduced; a format that Moodle does not know is HTML, as in Moodle.

    Paragraphs and other blocks stay apart, two line breaks in a row part paragraphs too; line breaks, items of lists
    ("- ", "1. ") and rows of tables are lines; a list belongs to the paragraph before it.
    """
    if not re.search(r"[<&\n]", source) and text_format in ("html", "moodle_auto_format"):
        return Reduced((line,) if (line := " ".join(source.split())) else ())
    if text_format == "plain_text":
        parts = re.split(r"\n[ \t]*\n", source.strip())
        return Reduced(tuple(lines for part in parts if (lines := _lines(part.split("\n")))))
    if text_format == "markdown":
        source = _MARKDOWN.render(source)
    elif text_format == "moodle_auto_format" and not _BLOCK.search(source):
        source = source.strip().replace("\n", "<br>")
    lost = {name.lower() for name in _TAG.findall(source)} & _SEEN
    lost |= {"style"} if _STYLE.search(source) else set()
    # Cleaned first: the standard library's parser needs quadratic time, or fails, on some broken HTML.
    clean = nh3.clean(
        source,
        tags=_KEPT,
        clean_content_tags=_UNSEEN,
        attributes={"img": {"src", "alt"}},
        url_schemes={"http", "https", "data"},
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    paragraphs = tuple(lines for paragraph in reader.paragraphs if (lines := _lines(paragraph)))
    return Reduced(paragraphs, tuple(reader.pictures), tuple(sorted(lost)))


def as_html(text: str) -> str:
    """Plain text as HTML that reduced() gives back: blank lines part paragraphs, LF breaks lines."""
    parts = re.split(r"\n\n+", text.strip("\n"))
    return "".join(f"<p>{'<br>'.join(escape(line, quote=False) for line in part.split(chr(10)))}</p>" for part in parts)


def _lines(lines: list[str]) -> str:
    """The lines that are not empty, with single spaces."""
    return "\n".join(line for one in lines if (line := " ".join(one.split())))


class _Reader(HTMLParser):
    """Collects paragraphs as lists of lines from clean HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[list[str]] = [[""]]
        self.pictures: list[Picture] = []
        self.lists: list[int | None] = []  # of each open list the number of its last item; None without numbers
        self.bullet = ""
        self.verbatim = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            given = dict(attrs)
            self.pictures.append(Picture(given.get("src") or "", (given.get("alt") or "").strip()))
        elif tag == "br":
            self._break_line()
        elif tag in ("ul", "ol"):
            self._join()
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in ("td", "th"):
            self.paragraphs[-1][-1] += " | " if self.paragraphs[-1][-1].strip() else ""
        elif tag in _BLOCKS:
            self._part(tag)
        self.verbatim = self.verbatim or tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        self.verbatim = self.verbatim and tag != "pre"
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self._part(tag)
        elif tag in _BLOCKS:
            self._part(tag)

    def handle_data(self, data: str) -> None:
        lines = data.split("\n") if self.verbatim else [re.sub(r"\s+", " ", data)]
        self.paragraphs[-1][-1] += lines[0]
        self.paragraphs[-1] += lines[1:]

    def _break_line(self) -> None:
        if not self.lists and len(self.paragraphs[-1]) > 1 and not self.paragraphs[-1][-1].strip():
            self.paragraphs.append([""])
        else:
            self.paragraphs[-1].append("")

    def _new_line(self) -> None:
        if self.paragraphs[-1][-1].strip() not in ("", self.bullet.strip()):
            self.paragraphs[-1].append("")

    def _part(self, tag: str) -> None:
        """A block begins or ends: a paragraph, but within a list and for a row of a table only a line."""
        if self.lists or tag == "tr":
            self._new_line()
        elif any(line.strip() for line in self.paragraphs[-1]):
            self.paragraphs.append([""])
            self.bullet = ""

    def _join(self) -> None:
        """A list goes on in the paragraph before it."""
        if len(self.paragraphs) > 1 and not any(line.strip() for line in self.paragraphs[-1]):
            self.paragraphs.pop()
        self._new_line()

    def _item(self) -> None:
        self._new_line()
        if self.lists and self.lists[-1] is not None:
            self.lists[-1] += 1
            self.bullet = f"{self.lists[-1]}. "
        else:
            self.bullet = "- "
        self.paragraphs[-1][-1] = self.bullet
