"""Django settings; everything an office may change comes through `environment`."""

from __future__ import annotations

from typing import Any, cast

import dj_database_url
from django.utils.functional import SimpleLazyObject

from lianqiao.engine.errors import refuse
from lianqiao.site.environment import mail_settings, read_environment

ENVIRONMENT = read_environment()

# asked for when it is needed: a command that only looks makes no home with a key in it
SECRET_KEY = cast(str, SimpleLazyObject(lambda: ENVIRONMENT.secret_key))
DEBUG = False
# the machine's own probes call it by a loopback name, whatever the zone's name is
ALLOWED_HOSTS = list(dict.fromkeys((*ENVIRONMENT.allowed_hosts, "127.0.0.1", "localhost", "[::1]")))
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.origins)
ROOT_URLCONF = "lianqiao.site.urls"
WSGI_APPLICATION = "lianqiao.site.wsgi.application"
AUTH_USER_MODEL = "organization.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

INSTALLED_APPS = [
    # where two apps say the same in other words, the first one's words count
    "lianqiao.portal",
    "lianqiao.service",
    "lianqiao.innovation.talent",
    "lianqiao.service.studio",
    "lianqiao.service.benefits",
    "lianqiao.service.policy_studio",
    "lianqiao.service.licences",
    "lianqiao.service.bundles",
    "lianqiao.service.drug",
    "lianqiao.service.assistance",
    "lianqiao.service.duty",
    "lianqiao.service.tasks",
    "lianqiao.bridge",
    "lianqiao.organization",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "lianqiao.site.request_record.record",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lianqiao.site.middleware.SignedInMiddleware",
    "lianqiao.site.middleware.now",
    "lianqiao.site.middleware.policy_headers",
    "lianqiao.site.middleware.session_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lianqiao.site.middleware.methods_told",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianqiao.portal.context.layout",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


WHEN_POSTGRES_IS_AWAY = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


def _database(url: str) -> dict[str, Any]:
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    except ValueError:
        # what cannot be read may hold a password: it is not repeated
        raise refuse(
            "database-url",
            "DATABASE_URL cannot be read",
            hint="write postgres://USER:PASSWORD@HOST:PORT/NAME, signs in the password as %40 and the like, "
            "or sqlite:////path/of/the/file",
        ) from None
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            # a write transaction takes its lock at BEGIN, so two writers queue instead of failing half-way
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                # 16 MB of pages kept by each thread; 40 MB written before an act waits for the disk, not 4
                "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=10000;"
            ),
            # Django's fields read times and truth from SQLite's plain values; the driver need not
            "detect_types": 0,
        }
    elif config["ENGINE"].endswith("postgresql"):
        # a server that vanished without a word must not hold a thread for the minutes TCP would wait
        config["OPTIONS"] = {**WHEN_POSTGRES_IS_AWAY, **config.get("OPTIONS", {})}
    return config


DATABASES = {"default": _database(ENVIRONMENT.database_url)}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lianqiao.site.static_files.ServedFiles"},
}
MEDIA_ROOT = ENVIRONMENT.home / "attachments"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

SESSION_ENGINE = "lianqiao.organization.sessions"
SESSION_COOKIE_AGE = ENVIRONMENT.sign_in.session_hours * 3600
# a closed browser is a closed session
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_cookies
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SITE_ADDRESS = ENVIRONMENT.site_address
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
MAIL_ON = bool(ENVIRONMENT.email_url)
PACK_LOOK_EVERY_S = 1
# how often the database is asked whether a promise was published; None: never
PUBLISHED_LOOK_EVERY_S: float | None = 1
WEBHOOK_ALLOW = ENVIRONMENT.webhook_allow
API_RATE = ENVIRONMENT.api_rate
SIGN_IN = ENVIRONMENT.sign_in
SMS_PROVIDER, SMS_URL, SMS_BODY = (ENVIRONMENT.sms[name] for name in ("provider", "url", "body"))
SMS_AUTHORIZATION, SMS_OK = ENVIRONMENT.sms["authorization"], ENVIRONMENT.sms["ok"]
SMS_SIGNATURE = ENVIRONMENT.sms["signature"]
CLAMD = ENVIRONMENT.clamd
UPLOAD_QUOTA_BYTES = ENVIRONMENT.upload_quota_mb * 1024 * 1024
globals().update(mail_settings(ENVIRONMENT.email_url))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "lianqiao.site.logging_lines.JsonLines"},
        "plain": {"()": "lianqiao.site.logging_lines.PlainLines"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # `site.failures` writes of every failure itself
        "django.request": {"level": "CRITICAL"},
        # whoever knocks under a foreign name gets 400; that is in the log of requests
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Django's own handlers would write a second line, with the path in it
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
