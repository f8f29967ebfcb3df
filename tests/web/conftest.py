"""Pages are tested with a cheap password hash: its real cost is tested where it belongs, in tests/actions. And the
ground that the staff doors stand on."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from lms import vault
from tests.web import ground


@pytest.fixture(autouse=True)
def cheap_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id as always, with the least memory that it takes."""
    monkeypatch.setattr(vault, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    vault._nobodys_hash.cache_clear()


@pytest.fixture
def here(app: Flask) -> ground.Ground:
    """Units, people, one module with its drill and the programme in force."""
    return ground.laid()
