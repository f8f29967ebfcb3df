"""Writes a new migration file from the difference between the database's newest revision and the models."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet

from lms import paths, schema
from lms.app import create_app
from lms.settings import Settings


def main(message: str) -> None:
    """Migrate a scratch database to the newest revision, compare it with the models, write versions/<rev>.py."""
    with tempfile.TemporaryDirectory() as folder:
        key = Fernet.generate_key().decode()
        settings = Settings(data_dir=Path(folder), secret_key="scratch", personal_key=key)  # noqa: S106 - scratch
        with create_app(settings).app_context():
            schema.upgrade()
            config = Config()
            config.set_main_option("script_location", str(paths.MIGRATIONS))
            command.revision(config, message=message, autogenerate=True)


if __name__ == "__main__":
    main(sys.argv[1])
