"""The wheel of setup.cfg carries the whole program, and what is installed finds its templates, courses and designs."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house import source

BUNDLED = ("templates", "static", "courses", "certificates")
METADATA = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
USE = """
import lms
from lms import paths, schema
from lms.app import create_app
from lms.settings import Settings
app = create_app(Settings(data_dir="data", secret_key="x", personal_key="A" * 43 + "="))
with app.app_context():
    assert schema.wanted()
assert [app.jinja_env.get_template(name) for name in app.jinja_env.list_templates()]
assert app.test_client().get("/static/css/app.css").status_code == 200
print(lms.__file__, paths.TEMPLATES, paths.STATIC, paths.COURSES, paths.CERTIFICATES, paths.TRANSLATIONS, sep="\\n")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel of a copy of the checkout: a build/ left in the checkout would ship files long deleted."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    for name in ("lms", *BUNDLED):
        shutil.copytree(source.ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in METADATA:
        shutil.copy(source.ROOT / name, checkout)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(checkout)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def _files(folder: Path) -> set[str]:
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts}


def test_the_wheel_has_every_file_of_the_checkout_and_no_other(installed: Path) -> None:
    wanted = {f"lms/{name}" for name in _files(source.PACKAGE)}
    wanted |= {f"lms/bundle/{name}/{file}" for name in BUNDLED for file in _files(source.ROOT / name)}
    assert {name for name in _files(installed) if name.startswith("lms/")} == wanted


def test_the_installed_program_uses_what_the_wheel_brought(installed: Path, tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"}
    run = [sys.executable, "-P", "-W", "error", "-c", USE]
    done = subprocess.run(run, check=False, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    bundle = installed / "lms" / "bundle"
    assert done.stdout.split() == [
        str(installed / "lms" / "__init__.py"),
        *(str(bundle / name) for name in BUNDLED),
        str(installed / "lms" / "translations"),
    ]
