"""Markdown made into clean HTML, and what in it has rules of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_RAW = MarkdownIt("commonmark", {"html": True})  # only to find raw HTML, never to render
_PICTURE = re.compile(r"media/([a-z0-9][a-z0-9._-]*)")
_BLOCKS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "blockquote", "img", "br"}


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
