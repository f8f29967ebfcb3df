"""Takes the pictures of the README from a running demo: python -m tests.browser.screenshots http://127.0.0.1:8000."""

import io
import json
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, PHONE, QUIET, Phone, Server
from tests.house.source import ROOT

FOLDER = ROOT / "docs" / "screens"
# file -> (who, address, viewport)
WANTED = {
    "beranda": ("anggota2", "/belajar/", PHONE),
    "pelajaran": ("anggota2", "/belajar/modul/koordinasi-dengan-kepolisian/pelajaran/4", PHONE),
    "sertifikat": ("anggota5", "/belajar/sertifikat/", PHONE),
    "berlaku": (None, "/v/{valid}", PHONE),
    "dicabut": (None, "/v/{revoked}", PHONE),
}


def _lms(*args: str) -> object:
    done = subprocess.run([ROOT / "script" / "lms", *args, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _kept(picture: bytes, file: Path) -> None:
    """Written with 128 colours, which is enough for a page and a third of the bytes."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)


def main(base: str) -> None:
    """Sign in as each person in turn and keep what the screen shows."""
    FOLDER.mkdir(exist_ok=True)
    port = int(base.rsplit(":", 1)[1])
    server = Server(Path(), port, {}, people=_lms("demo", "secrets"))  # type: ignore[arg-type]  # JSON
    rows = _lms("certificates", "list")["certificates"]  # type: ignore[index]  # JSON
    codes = {row["standing"]: row["code"] for row in rows}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, (who, path, viewport) in WANTED.items():
            context = browser.new_context(viewport=viewport, device_scale_factor=2)  # type: ignore[arg-type]  # sizes
            phone = Phone(context, context.new_page(), server)
            if who:
                phone.sign_in(who)
            phone.goto(path.format(**codes))
            _kept(phone.page.screenshot(), FOLDER / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
