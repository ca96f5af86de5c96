"""All settings of a deployment, read from the environment only.

Every variable is listed in docs/operations/settings.md; a test holds the list and this file together.
Nothing legal stands here: official numbers live in law/.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shangwu.config.logs import LOGGING as LOGGING
from shangwu.foundation.postgres import recorded_database_url

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("SHANGWU_DATA") or BASE_DIR / "var")
DEMONSTRATION = os.environ.get("SHANGWU_DEMONSTRATION") in {"1", "year"}
# A file with the rehearsed time; a demonstration only, config/rehearsal.py.
REHEARSAL_CLOCK = os.environ.get("SHANGWU_CLOCK", "")
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
        # After a restart of the database the pool hands out no dead connection.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 8, "timeout": 10}},
    }


SECRET_KEY = _secret_key()
DATABASE_URL = os.environ.get("DATABASE_URL") or recorded_database_url(DATA_DIR)
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = os.environ.get("SHANGWU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_FAILURE_VIEW = "shangwu.foundation.web.views.form_expired"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SHANGWU_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    # Before the sign-in library, whose pages they dress.
    "shangwu.foundation.accounts",
    "axes",  # after accounts, which hears of a failed sign-in before axes marks it
    "shangwu.foundation.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "procrastinate.contrib.django",
    "shangwu.foundation.audit",
    "shangwu.foundation.files",
    "shangwu.foundation.documents",
    "shangwu.foundation.oversight",
    "shangwu.targets",
    "shangwu.prepaid",
    "shangwu.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shangwu.prepaid.views.interface.framework.PlainAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shangwu.foundation.web.middleware.headers.PrivacyHeaders",
    "django.contrib.messages.middleware.MessageMiddleware",
    "shangwu.foundation.web.middleware.sessions.SessionExpiry",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "shangwu.foundation.files.intake.UploadGate",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "shangwu.config.urls"
WSGI_APPLICATION = "shangwu.config.wsgi.application"

# Transport. Plain HTTP serves the demonstration on one machine only; everything else is HTTPS.
HTTPS = os.environ.get("SHANGWU_HTTPS", "0" if DEMONSTRATION or DEBUG else "1") == "1"
TRUSTED_PROXIES = int(os.environ.get("SHANGWU_PROXIES") or 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# No inline script or style anywhere. Live events may come from the launcher's second port.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'", *filter(None, [os.environ.get("SHANGWU_LIVE_ADDRESS")])],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Sessions end after idleness and after a working day; foundation/web/middleware/sessions.py.
SESSION_IDLE_SECONDS = 15 * 60
SESSION_ABSOLUTE_SECONDS = 8 * 3600
# Django counts a session's age on the rehearsed clock, which leaps: there only the real one ends sessions.
SESSION_COOKIE_AGE = 400 * 24 * 3600 if REHEARSAL_CLOCK else SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

# Signing in.
AUTH_USER_MODEL = "accounts.Account"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/office/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "shangwu.foundation.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["login", "display_name"]},
    },
]
ACCOUNT_ADAPTER = "shangwu.foundation.accounts.gateways.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "shangwu.foundation.accounts.gateways.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "商务"
# One step to either side: a code typed as its half minute ends counts, as RFC 6238 5.2 recommends.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False

# Five failures lock a login name, whatever the address, for half an hour. An address is slowed down by
# allauth's limits, not locked: a whole office may share one.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_COOLOFF_TIME = 0.5
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "shangwu.foundation.accounts.gateways.login_name"
AXES_CLIENT_IP_CALLABLE = "shangwu.foundation.web.addresses.source_address"
AXES_LOCKOUT_CALLABLE = "shangwu.foundation.accounts.gateways.locked_out"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shangwu.foundation.web.context.shell",
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
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "shangwu.foundation.web.finders.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "shangwu.foundation.web.storage.PublishedStaticFiles"
        )
    },
}

# Rendered public pages are kept apart, so that many of them push out no counter of failed sign-ins.
_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": _MEMORY},
    "pages": {"BACKEND": _MEMORY, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 2000}},
}

# Menus and the cards of the workbench: explicit lists, read by these names only.
NAVIGATION = "shangwu.config.wiring.NAVIGATION"
WORKBENCH = "shangwu.config.wiring.WORKBENCH"

# Periodic jobs stand in one list; the worker reads it with the apps' own tasks.
PROCRASTINATE_IMPORT_PATHS = ["shangwu.config.schedule"]

# The legal-entity database, asked when an operator of prepaid cards registers; empty: there is none.
REGISTRY_ADDRESS = os.environ.get("SHANGWU_REGISTRY", "")

# Where pages find live events: the launcher's second port, or empty behind a proxy with one origin.
# None: no such process runs, and pages do not look for it.
LIVE_ADDRESS = os.environ.get("SHANGWU_LIVE_ADDRESS")

# Where consumers find the platform, asked by itself every minute; empty: there are no data on its service.
OWN_ADDRESS = os.environ.get("SHANGWU_ADDRESS", "")

# The one explicit list that joins every system's measures; targets reads it by this name only.
MEASURES = "shangwu.config.wiring.MEASURES"

# Where the public-credit platform answers; empty: messages wait, and pre-checks say what was not looked up.
CREDIT_PLATFORM = os.environ.get("SHANGWU_CREDIT_PLATFORM", "")

# Uploads. Without a scanner every file stays in quarantine, except in the demonstration, which says so.
CLAMD_ADDRESS = os.environ.get("SHANGWU_CLAMD", "")
UNSCANNED_FILES_ACCEPTED = DEMONSTRATION
FILES_PER_ACCOUNT_AND_DAY = int(os.environ.get("SHANGWU_FILES_PER_DAY") or 500)
UPLOAD_REQUEST_BYTES = 64 * 1024 * 1024
# Machines' deliveries are counted and bounded while they stream; prepaid/views/interface/body.py.
STREAMED_ADDRESSES = ("/api/v1/prepaid/",)
# A declaration has at most 200 rows of five fields and 50 lines of money; it must fit in one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
