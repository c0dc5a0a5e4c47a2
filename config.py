"""Settings by environment: the only reader of os.environ. Secrets never reach a log or a page."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
HOUR_SECONDS = 3600
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class ConfigError(Exception):
    """A setting is missing or makes no sense; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the application may be told from outside.

    mode: ``demo`` (prints its accounts, asks for no second factor) or ``production``.
    second_factor: ``staff`` (whoever has a staff role signs in with one) or ``none``; production allows no ``none``.
    trusted_proxies: how many proxies in front set X-Forwarded-For; 0 believes no such header.
    storage_url: a folder for attachments.
    metrics_token: whoever brings it reads ``/metrics`` from anywhere; without one only this machine does.
    shares_metrics: the processes of this machine add up their counts in ``metrics_folder``.
    clamd_url: ``tcp://host:port`` or ``unix:///path`` of an antivirus; empty scans nothing.
    mail_url: ``smtp://user:password@host:port`` or a folder.
    """

    mode: str = "demo"
    instance: Path = ROOT / "instance"
    database_url: str = ""
    mail_url: str = ""
    storage_url: str = ""
    clamd_url: str = ""
    metrics_token: str = field(default="", repr=False)
    shares_metrics: bool = False
    secret_key: str = field(default="", repr=False)
    seal_key: str = field(default="", repr=False)
    base_url: str = "http://127.0.0.1:8000"
    taxonomy_file: Path = ROOT / "marketplace" / "taxonomy" / "data" / "jiading.json"
    trusted_proxies: int = 0
    second_factor: str = ""
    testing: bool = False

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def staff_needs_factor(self) -> bool:
        return (self.second_factor or ("none" if self.is_demo else "staff")) == "staff"

    @property
    def database(self) -> str:
        """The address SQLAlchemy connects to; PostgreSQL always through psycopg 3."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'jiebang.sqlite'}"
        scheme, separator, rest = self.database_url.partition("://")
        return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else self.database_url

    @property
    def search_folder(self) -> Path:
        return self.instance / "search"

    @property
    def mail_folder(self) -> Path:
        return Path(self.mail_url) if self.mail_url else self.instance / "mail"

    @property
    def metrics_folder(self) -> Path:
        return self.instance / "metrics"

    @property
    def files_folder(self) -> Path:
        return Path(self.storage_url) if self.storage_url else self.instance / "files"

    def flask_settings(self) -> dict[str, Any]:
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database,
            # An error's text goes to the log, addresses do not; SQLite's statistics are read when a connection opens.
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_recycle": HOUR_SECONDS},
            "TESTING": self.testing,
            "SESSION_COOKIE_NAME": "jiebang",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.base_url.startswith("https://"),
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 2000,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "marketplace" / "translations"),
            "JIEBANG": self,
        }


def from_environment() -> Config:
    """Read the settings; production refuses to start without its keys and its address."""
    env = os.environ
    instance = Path(env.get("INSTANCE_PATH", ROOT / "instance"))
    mode = env.get("MODE", "demo")
    if mode not in ("demo", "production"):
        raise ConfigError(f"MODE is demo or production, not {mode!r}")
    if mode == "production":
        missing = [name for name in ("SECRET_KEY", "SEAL_KEY", "BASE_URL") if not env.get(name)]
        if missing:
            raise ConfigError(f"production needs {', '.join(missing)} in the environment")
    second_factor = env.get("SECOND_FACTOR", "")
    if second_factor not in (("", "staff", "none") if mode == "demo" else ("", "staff")):
        raise ConfigError(f"SECOND_FACTOR is staff, or none in the demo, not {second_factor!r}")
    clamd_url, storage_url = env.get("CLAMD_URL", ""), env.get("STORAGE_URL", "")
    if clamd_url and not clamd_url.startswith(("tcp://", "unix://")):
        raise ConfigError("CLAMD_URL is tcp://host:port or unix:///path")
    if "://" in storage_url:
        raise ConfigError("STORAGE_URL is a folder")
    defaults = Config()
    return Config(
        mode=mode,
        instance=instance,
        database_url=env.get("DATABASE_URL", ""),
        mail_url=env.get("MAIL_URL", ""),
        storage_url=storage_url,
        clamd_url=clamd_url,
        metrics_token=env.get("METRICS_TOKEN", ""),
        secret_key=env.get("SECRET_KEY") or _kept_key(instance, "secret_key"),
        seal_key=env.get("SEAL_KEY") or _kept_key(instance, "seal_key"),
        base_url=env.get("BASE_URL", defaults.base_url).rstrip("/"),
        taxonomy_file=Path(env.get("TAXONOMY_FILE", defaults.taxonomy_file)),
        trusted_proxies=int(env.get("TRUSTED_PROXIES", "0")),
        second_factor=second_factor,
    )


def share_metrics(config: Config) -> Config:
    """Count beside the other processes: prometheus-client reads where from the environment, when it is imported."""
    os.environ[METRICS_FOLDER] = str(config.metrics_folder)
    return replace(config, shares_metrics=True)


def _kept_key(instance: Path, name: str) -> str:
    """A key made on the first run and kept in the instance folder; empty where nothing was set up yet."""
    path = instance / name
    return path.read_text(encoding="ascii").strip() if path.exists() else ""
