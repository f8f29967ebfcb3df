"""Reading a ZIP that somebody sent, without trusting a word of what it says about itself."""

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

_END = b"PK\x05\x06"
MOST_FOLDERS = 100
DIRECTORY_BYTES = 400  # of one entry: 46 and its name, extra field and comment


@dataclass(frozen=True)
class Limits:
    """What an archive may hold: files, bytes of one and of all once unpacked, and how tightly they may be packed."""

    files: int = 200
    file_bytes: int = 2_000_000
    all_bytes: int = 8_000_000
    ratio: int = 100


class Unsafe(Exception):
    """An archive that is refused: a code ("not_a_zip", "too_many_files", "file_too_large", "too_large_unpacked",
    "packed_too_tightly", "path_outside", "link", "encrypted", "name_twice", "broken") and the entry it is about."""

    def __init__(self, code: str, name: str = "") -> None:
        """Refuse."""
        super().__init__(code)
        self.code, self.name = code, name[:120]


def unpacked(content: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    """File name -> bytes of every file; folders are left out. Unsafe before anything is unpacked wherever the directory
    of the archive tells, and while unpacking where it lied."""
    limits = limits or Limits()
    _check_size(content, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            _check(entries, limits)
            return {one.filename: _bytes(archive, one, limits) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise Unsafe("not_a_zip" if isinstance(error, zipfile.BadZipFile) else "broken") from None


def _check_size(content: bytes, limits: Limits) -> None:
    """That the directory of the archive is no longer than so many files need: it is read whole before it is counted.

    The last record (APPNOTE.TXT 4.3.16) holds number of entries and bytes of the directory.
    """
    at = content.rfind(_END, max(0, len(content) - 65_557))
    if at < 0 or len(content) < at + 22:
        raise Unsafe("not_a_zip")
    entries, size = (
        struct.unpack("<H", content[at + 10 : at + 12])[0],
        struct.unpack("<I", content[at + 12 : at + 16])[0],
    )
    if entries > limits.files + MOST_FOLDERS or size > (limits.files + MOST_FOLDERS) * DIRECTORY_BYTES:
        raise Unsafe("too_many_files")


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.files:
        raise Unsafe("too_many_files")
    names: set[str] = set()
    whole = 0
    for one in entries:
        path = PurePosixPath(one.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in one.filename or ":" in one.filename or not path.parts:
            raise Unsafe("path_outside", one.filename)
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind and not stat.S_ISREG(kind):
            raise Unsafe("link", one.filename)
        if one.flag_bits & 1:
            raise Unsafe("encrypted", one.filename)
        if one.filename.casefold() in names:
            raise Unsafe("name_twice", one.filename)
        names.add(one.filename.casefold())
        whole += one.file_size
        if one.file_size > limits.file_bytes:
            raise Unsafe("file_too_large", one.filename)
        if whole > limits.all_bytes:
            raise Unsafe("too_large_unpacked")
        if one.file_size > 1_000_000 and one.file_size > limits.ratio * max(1, one.compress_size):
            raise Unsafe("packed_too_tightly", one.filename)


def _bytes(archive: zipfile.ZipFile, one: zipfile.ZipInfo, limits: Limits) -> bytes:
    """The bytes of a file, no more of them than the directory says."""
    with archive.open(one) as file:
        content = file.read(one.file_size + 1)
    if len(content) != one.file_size or len(content) > limits.file_bytes:
        raise Unsafe("broken", one.filename)
    return content
