"""The state of the database's schema: which migration it is at, which one the program wants, and going there."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lms import paths
from lms.db import db


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    return config


def wanted() -> str | None:
    """The newest migration that the program carries."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current() -> str | None:
    """The migration that the database is at; None for an empty database."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(revision: str = "head") -> None:
    """Bring the database to a revision; each migration is a transaction of its own."""
    command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Take the database back to a revision ("base": empty)."""
    command.downgrade(_config(), revision)
