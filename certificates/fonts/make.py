"""Makes the font subsets of this project from their packages; run by hand when a font is updated, never at run time.

    npm pack @fontsource-variable/plus-jakarta-sans && tar xzf fontsource-variable-plus-jakarta-sans-*.tgz
    apt-get install fonts-noto-core
    python certificates/fonts/make.py package/files /usr/share/fonts/truetype/noto

Needs fonttools and brotli. Afterwards write the new sums (sha256sum) into the two vendor.json files.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
WEB = HERE.parents[1] / "static" / "fonts" / "plus-jakarta-sans-latin.woff2"
LATIN = "plus-jakarta-sans-latin-wght-normal.woff2"
PARTS = ("latin", "latin-ext", "vietnamese")
# Basic Latin, Latin-1, Extended-A and -B, combining marks, Extended Additional, general punctuation
NAMES = {
    c
    for a, z in ((0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F))
    for c in range(a, z + 1)
}
SCREEN = (
    set(range(0x20, 0x7F))
    | (set(range(0xC0, 0xFD)) - {0xC6, 0xD0, 0xD7, 0xDE, 0xDF, 0xE6, 0xF0, 0xF7})
    | {0xA0, 0xB7, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026}
)


def cut(font: TTFont, letters: set[int], features: list[str]) -> TTFont:
    """Only these letters and layout features, without hinting, the date of the file left as it is."""
    options = Options(layout_features=features, hinting=False, name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    return font


def opened(path: Path) -> TTFont:
    """A font whose date stays that of its maker, so that the same input gives the same bytes."""
    return TTFont(path, recalcTimestamp=False)


def web(files: Path) -> None:
    """The variable font of the pages: weights 400-800, letters of Indonesian and English, WOFF2."""
    font = cut(opened(files / LATIN), SCREEN, ["kern", "tnum"])
    font = instantiateVariableFont(font, {"wght": (400, 800)})
    font.flavor = "woff2"
    font.save(WEB)


def printed(files: Path, weight: int, style: str) -> None:
    """One static weight for the certificate, put together from the package's three alphabets."""
    seen: set[int] = set()
    with TemporaryDirectory() as folder:
        paths = []
        for part in PARTS:
            font = opened(files / LATIN.replace("latin", part))
            font = instantiateVariableFont(font, {"wght": weight})
            font.flavor = None
            here = (set(font.getBestCmap()) & NAMES) - seen
            seen |= here
            cut(font, here, ["kern", "mark", "mkmk", "ccmp"])
            paths.append(str(Path(folder) / f"{part}.ttf"))
            font.save(paths[-1])
        whole = Merger().merge(paths)
    for key in (16, 17, 21, 22, 25):
        whole["name"].removeNames(nameID=key)
    bold = weight >= 700
    for key, text in (
        (1, "Plus Jakarta Sans"),
        (2, "Bold" if bold else "Regular"),
        (3, f"2.071;PlusJakartaSans-{style}"),
        (4, f"Plus Jakarta Sans {style}"),
        (6, f"PlusJakartaSans-{style}"),
    ):
        whole["name"].setName(text, key, 3, 1, 0x409)
    whole["OS/2"].usWeightClass = weight
    whole["OS/2"].fsSelection = (whole["OS/2"].fsSelection & ~0x61) | (0x20 if bold else 0x40)
    whole["head"].macStyle = int(bold)
    whole["head"].created = whole["head"].modified = opened(files / LATIN)["head"].modified
    whole.recalcTimestamp = False
    if "STAT" in whole:
        del whole["STAT"]
    whole.save(HERE / f"PlusJakartaSans-{style}.ttf")


def main(files: Path, noto: Path) -> None:
    """Writes the five files."""
    web(files)
    printed(files, 500, "Medium")
    printed(files, 700, "Bold")
    for style in ("Regular", "Bold"):
        font = cut(opened(noto / f"NotoSans-{style}.ttf"), NAMES, ["kern", "mark", "mkmk", "ccmp"])
        font.save(HERE / f"NotoSans-{style}.ttf")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
