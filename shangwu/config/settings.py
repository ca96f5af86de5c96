"""All settings of a deployment, read from the environment only.

Every variable is listed in docs/operations/settings.md; a test holds the list and this file together.
Nothing legal stands here: official numbers live in law/.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shangwu.foundation.postgres import recorded_database_url

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("SHANGWU_DATA") or BASE_DIR / "var")
DEMONSTRATION = os.environ.get("SHANGWU_DEMONSTRATION") == "1"
DEBUG = os.environ.get("SHANGWU_DEBUG") == "1"


def _secret_key() -> str:
    """Give the key from the environment, else the one the launcher wrote into the data folder."""
    if key := os.environ.get("SHANGWU_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    # Commands that need no server (parse_target, workdays) run before any data folder exists.
    return path.read_text("ascii").strip() if path.exists() else "no-data-folder-yet-" + "x" * 40


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 8, "timeout": 20}},
    }


SECRET_KEY = _secret_key()
DATABASE_URL = os.environ.get("DATABASE_URL") or recorded_database_url(DATA_DIR)
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = os.environ.get("SHANGWU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SHANGWU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "procrastinate.contrib.django",
    "shangwu.foundation.audit",
    "shangwu.foundation.files",
    "shangwu.foundation.documents",
    "shangwu.foundation.web",
    "shangwu.foundation.accounts",
    "shangwu.targets",
    "shangwu.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shangwu.foundation.files.intake.UploadGate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shangwu.config.urls"
WSGI_APPLICATION = "shangwu.config.wsgi.application"
AUTH_USER_MODEL = "accounts.Account"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"

# Periodic jobs stand in one list; the worker reads it with the apps' own tasks.
PROCRASTINATE_IMPORT_PATHS = ["shangwu.config.schedule"]

# Where pages find live events: the launcher's second port, or empty behind a proxy with one origin.
LIVE_ADDRESS = os.environ.get("SHANGWU_LIVE_ADDRESS", "")

# The one explicit list that joins every system's measures; targets reads it by this name only.
MEASURES = "shangwu.config.wiring.MEASURES"

# Uploads. Without a scanner every file stays in quarantine, except in the demonstration, which says so.
CLAMD_ADDRESS = os.environ.get("SHANGWU_CLAMD", "")
UNSCANNED_FILES_ACCEPTED = DEMONSTRATION
FILES_PER_ACCOUNT_AND_DAY = int(os.environ.get("SHANGWU_FILES_PER_DAY") or 500)
UPLOAD_REQUEST_BYTES = 64 * 1024 * 1024
