"""Every setting is documented, and what settings refuse they do refuse."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from lms import settings
from lms.settings import Settings
from tests.house import source


def test_every_setting_says_what_it_means_and_stands_in_the_documentation() -> None:
    page = (source.ROOT / "docs" / "settings.md").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"LMS_{name.upper()}" in page, name


def test_the_test_clock_is_refused_on_a_real_installation() -> None:
    with pytest.raises(ValidationError, match="LMS_TESTING"):
        Settings(clock="+2h")


@pytest.mark.parametrize("given", [{"host": "0.0.0.0"}, {"base_url": "https://jaga.example"}, {"host": "192.168.1.4"}])
def test_demo_people_are_refused_on_an_address_that_others_reach(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="loopback"):
        Settings(demo=True, **given)


def test_keys_are_made_once_and_kept_for_the_owner_only(tmp_path: Path) -> None:
    first = settings.load(data_dir=tmp_path)
    assert first.secret_key
    assert settings.load(data_dir=tmp_path).secret_key == first.secret_key
    assert (tmp_path / "keys" / "secret.key").stat().st_mode & 0o777 == 0o600
