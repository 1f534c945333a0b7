"""Settings read from the environment, each with a safe default; `docs/operate.md` lists every one of them."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lianqiao.engine.errors import refuse

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SMS_BODY = '{"number": "{number}", "text": "{text}", "reference": "{reference}"}'


@dataclass(frozen=True)
class SignIn:
    """How people are let in, and how long they stay.

    `tries` wrong passwords lock an account at an address for `lock_minutes`. A session ends after
    `session_hours`, or `idle_minutes` without a request. `second_factor` is whose duty demands one: "",
    `officers` or `everyone`. `registration`: whether people may make themselves an account. `oidc_claim` is
    the claim of the identity provider that names an account here; `oidc_new_accounts` lets strangers in it
    knows, without any duty or firm.
    """

    tries: int
    lock_minutes: int
    session_hours: int
    idle_minutes: int
    second_factor: str
    registration: bool
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_claim: str
    oidc_name: str
    oidc_new_accounts: bool


@dataclass(frozen=True)
class Environment:
    """What the office running the zone can set, read once at start.

    `home` holds all that must be backed up besides the database: attachments and the secret key. `demo` turns
    on personas; `serve` refuses it on any but a loopback address. `proxy` is the address of the reverse proxy
    whose word on a visitor's address is believed. `metrics_token` opens `/metrics` and the reasons of
    `/health/ready` to whoever is not on this machine. `webhook_allow` are networks webhooks may reach besides
    the open internet; `api_rate` is how many requests a minute each token may make. `clamd` is where files
    received are scanned, "" nowhere; `upload_quota_mb` is what one person may send before it is filed.
    """

    home: Path
    database_url: str
    district: Path
    demo: bool
    allowed_hosts: tuple[str, ...]
    origins: tuple[str, ...]
    secure_cookies: bool
    email_url: str
    email_from: str
    site_address: str
    secret_given: str
    proxy: str
    metrics_token: str
    log_format: str
    pdf_font: str
    webhook_allow: tuple[Network, ...]
    api_rate: int
    sign_in: SignIn
    sms: dict[str, str]
    clamd: str
    upload_quota_mb: int

    @property
    def secret_key(self) -> str:
        """The key that signs sessions; made when first asked for and kept in the home folder, mode 600."""
        return self.secret_given or _kept_secret(self.home / "secret_key")

    def make_home(self) -> None:
        """Make the home folder with the secret key in it, where they are not there yet."""
        self.home.mkdir(parents=True, exist_ok=True)
        _ = self.secret_key


def read_environment(variables: dict[str, str] | None = None) -> Environment:
    """Read the environment; nothing is written, not even where there is no home yet."""
    env = dict(os.environ) if variables is None else variables
    home = Path(env.get("LIANQIAO_HOME", "var")).resolve()
    hosts = tuple(h.strip() for h in env.get("LIANQIAO_HOSTS", "").split(",") if h.strip())
    return Environment(
        home=home,
        database_url=env.get("DATABASE_URL", f"sqlite:///{home / 'lianqiao.sqlite3'}"),
        district=Path(env.get("LIANQIAO_DISTRICT", str(default_district()))).resolve(),
        demo=env.get("LIANQIAO_DEMO", "") == "1",
        allowed_hosts=hosts or ("127.0.0.1", "localhost", "[::1]"),
        origins=tuple(o.strip() for o in env.get("LIANQIAO_ORIGINS", "").split(",") if o.strip()),
        secure_cookies=env.get("LIANQIAO_HTTPS", "") == "1",
        email_url=env.get("EMAIL_URL", ""),
        email_from=env.get("EMAIL_FROM", "lianqiao@localhost"),
        site_address=env.get("SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/"),
        secret_given=env.get("SECRET_KEY", ""),
        proxy=env.get("LIANQIAO_PROXY", ""),
        metrics_token=env.get("METRICS_TOKEN", ""),
        log_format=_log_format(env.get("LOG_FORMAT", "plain")),
        pdf_font=env.get("LIANQIAO_PDF_FONT", ""),
        webhook_allow=_networks(env.get("WEBHOOK_ALLOW", "")),
        api_rate=_rate(env.get("API_RATE", "600")),
        sign_in=_sign_in(env),
        sms={
            "provider": env.get("SMS_PROVIDER", ""),
            "url": env.get("SMS_URL", ""),
            "authorization": env.get("SMS_AUTHORIZATION", ""),
            "body": env.get("SMS_BODY", SMS_BODY),
            "ok": env.get("SMS_OK", ""),
            "signature": env.get("SMS_SIGNATURE", "【链桥】"),
        },
        clamd=_clamd(env.get("CLAMD", "")),
        upload_quota_mb=_megabytes("UPLOAD_QUOTA_MB", env.get("UPLOAD_QUOTA_MB", "10240")),
    )


def _sign_in(env: dict[str, str]) -> SignIn:
    return SignIn(
        tries=_whole("SIGN_IN_TRIES", env.get("SIGN_IN_TRIES", "5")),
        lock_minutes=_whole("SIGN_IN_LOCK_MINUTES", env.get("SIGN_IN_LOCK_MINUTES", "15")),
        session_hours=_whole("SESSION_HOURS", env.get("SESSION_HOURS", "12")),
        idle_minutes=_whole("SESSION_IDLE_MINUTES", env.get("SESSION_IDLE_MINUTES", "60")),
        second_factor=_second_factor(env.get("SECOND_FACTOR", "")),
        registration=env.get("REGISTRATION", "1") == "1",
        oidc_issuer=env.get("OIDC_ISSUER", "").rstrip("/"),
        oidc_client_id=env.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=env.get("OIDC_CLIENT_SECRET", ""),
        oidc_claim=env.get("OIDC_CLAIM", "sub"),
        oidc_name=env.get("OIDC_NAME", ""),
        oidc_new_accounts=env.get("OIDC_NEW_ACCOUNTS", "") == "1",
    )


def _whole(name: str, text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise refuse("setting-number", f"{name} is no number of 1 to 100000: {text}", hint="such as 15")
    return int(text)


def _second_factor(text: str) -> str:
    if text not in ("", "officers", "everyone"):
        raise refuse(
            "second-factor-whose",
            f"SECOND_FACTOR does not know “{text}”",
            hint="use officers or everyone, or leave it out",
        )
    return text


def default_district() -> Path:
    """Return the folder of the Ganjiang pack, which ships beside the package."""
    return Path(__file__).resolve().parents[2] / "districts" / "ganjiang"


def _log_format(name: str) -> str:
    if name not in ("json", "plain"):
        raise refuse("log-format", f"LOG_FORMAT does not know “{name}”", hint="use json or plain")
    return name


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise refuse(
            "webhook-allow",
            f"WEBHOOK_ALLOW cannot be read: {error}",
            hint="name networks, such as 10.20.0.0/16, separated by commas",
        ) from None


def _rate(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise refuse("api-rate", f"API_RATE is no number of requests: {text}", hint="such as 600, a minute")
    return int(text)


def _megabytes(name: str, text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise refuse("size-setting", f"{name} is no number of megabytes: {text}", hint="such as 10240")
    return int(text)


def _clamd(address: str) -> str:
    parts = urlsplit(address)
    try:
        known = (parts.scheme == "unix" and parts.path) or (
            parts.scheme == "tcp" and parts.hostname and parts.port
        )
    except ValueError:
        known = None
    if address and not known:
        raise refuse(
            "clamd-address",
            f"CLAMD does not read as an address: {address}",
            hint="tcp://127.0.0.1:3310 or unix:/run/clamav/clamd.ctl",
        )
    return address


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL: two processes starting together must agree on one key
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _kept_secret(path)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def mail_settings(url: str) -> dict[str, Any]:
    """Return Django's mail settings for `smtp://user:password@host:port`, `smtp+tls://` or `smtp+ssl://`.

    Without an address nothing is sent and notices stay in the inbox of the site.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtp+ssl") or not parts.hostname:
        raise refuse(
            "email-url",
            f"EMAIL_URL does not read as smtp://user:password@host:port: {parts.scheme}://…",
            hint="use smtp, smtp+tls or smtp+ssl",
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
        "EMAIL_TIMEOUT": 20,
    }
