"""Walks through a door as its visitor would: every kind of page that can be reached by links from its home."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.browser.conftest import Phone

HOMES = {
    "anggota1": "/belajar/", "anggota2": "/belajar/", "anggota3": "/belajar/", "anggota5": "/belajar/",
    "anggota29": "/belajar/", "pelatih1": "/pelatih/", "penilai2": "/penilai/", "koordinator1": "/koordinator/",
    "petugas2": "/petugas/", "pengesah1": "/pengesah/", "pengawas1": "/pengawas/", "pengelola1": "/pengelola/",
}  # fmt: skip
OPEN = ("/", "/masuk", "/daftar", "/lupa", "/periksa", "/bantuan", "/privasi", "/aduan", "/tidak-ada")
FILES = (".pdf", ".csv", ".json", ".txt")


def shape(path: str) -> str:
    """The kind of page behind a path: codes, ids and numbers are alike."""
    parts = urlsplit(path).path.split("/")
    return "/".join("*" if re.fullmatch(r"[A-Za-z0-9_-]{16,}|\d+|SOP-\d+", part) else part for part in parts)


def links(phone: Phone) -> Iterator[str]:
    """Paths on this host that the page links to, without files."""
    for href in phone.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
        parts = urlsplit(href)
        if href.startswith(phone.server.base + "/") and not parts.path.endswith(FILES) and "gambar" not in parts.path:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def pages(phone: Phone, home: str, limit: int = 40) -> Iterator[str]:
    """Open one page of each kind that links lead to from home, within the door; yields its path once it is open."""
    door = "/" + home.strip("/").split("/")[0]
    waiting, seen = [home, "/akun/"], set[str]()
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        if shape(path) in seen or not path.startswith((door, "/akun")):
            continue
        seen.add(shape(path))
        answer = phone.page.goto(phone.server.base + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        waiting += list(links(phone))
        yield path
