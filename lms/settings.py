"""Every setting of the program: its type, default and meaning. Read from the environment with the prefix LMS_."""

import secrets
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings; ``Settings()`` reads the environment, keyword arguments win over it."""

    model_config = SettingsConfigDict(env_prefix="LMS_", extra="ignore")

    data_dir: Path = Field(Path("data"), description="Folder of the database, keys and queue of this installation.")
    database_url: str = Field("", description="SQLAlchemy address of the database; empty: SQLite in the data folder.")
    base_url: str = Field("http://127.0.0.1:8000", description="Address that people type; printed in every QR.")
    host: str = Field("127.0.0.1", description="Address that `lms run` listens on.")
    port: int = Field(8000, description="Port that `lms run` listens on.")
    secret_key: str = Field("", description="Signs cookies and forms; empty: made at set-up, kept in the data folder.")
    personal_key: str = Field("", description="Encrypts phone numbers and second factors; empty: made at set-up.")
    demo: bool = Field(False, description="Demo people with known passwords; only on a loopback address.")
    testing: bool = Field(False, description="Allows LMS_CLOCK. Never set it on a real installation.")
    clock: str = Field("", description="Tests only: an ISO instant at which the clock starts, or +2h, -1d.")
    trusted_proxies: int = Field(0, description="Proxies in front whose X-Forwarded-For names the visitor's address.")
    max_body_bytes: int = Field(1_000_000, description="Largest request body in bytes; a larger one is answered 413.")
    web_threads: int = Field(4, description="Requests answered at the same time by the one web process.")
    render_seconds: int = Field(30, description="CPU and wall-clock seconds that the rendering of one PDF may take.")
    render_memory_mb: int = Field(1024, description="Address space in MB of the process that renders PDFs.")
    rate_limits: bool = Field(True, description="Limits per address on sign-in, checks and joining. Off only in tests.")

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        if self.clock and not self.testing:
            raise ValueError("LMS_CLOCK is refused unless LMS_TESTING=1")
        if self.demo and not (_is_loopback(self.host) and _is_loopback(urlsplit(self.base_url).hostname or "")):
            raise ValueError("LMS_DEMO is refused on an address that is not loopback")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'jaga.sqlite3'}"

    @property
    def queue(self) -> Path:
        """The file of the job queue."""
        return self.data_dir.resolve() / "queue.sqlite3"

    @property
    def https(self) -> bool:
        """Whether people reach the program through https, which decides on cookie names and flags."""
        return urlsplit(self.base_url).scheme == "https"


def load(**given: object) -> Settings:
    """Read the settings and fill in the two keys from the data folder, making each there the first time."""
    settings = Settings(**given)  # type: ignore[arg-type]  # pydantic judges what is given
    keys = settings.data_dir / "keys"
    if not settings.secret_key:
        settings.secret_key = _kept(keys / "secret.key", lambda: secrets.token_urlsafe(48))
    if not settings.personal_key:
        settings.personal_key = _kept(keys / "personal.key", lambda: Fernet.generate_key().decode())
    return settings


def _kept(file: Path, make: Callable[[], str]) -> str:
    """The text of a key file, written with mode 600 if it is not there; two processes starting at once agree."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with file.open("x") as out:
            file.chmod(0o600)
            out.write(make())
    except FileExistsError:
        pass
    return file.read_text().strip()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
