"""Settings of the test run: the deployment's own, with the few differences that tests need."""

import atexit
import shutil
import tempfile
from pathlib import Path

from shangwu.config.settings import *  # noqa: F403 - a settings overlay is the one place for this

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Keys, uploads and the rest of a data folder, away from the one a developer runs.
DATA_DIR = Path(tempfile.mkdtemp(prefix="shangwu-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

# Tests that are not about scanning need no scanner; tests/foundation/files turns this off.
UNSCANNED_FILES_ACCEPTED = True

# Pages of tests are served from the sources, without publishing static files first.
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# The test client and the browser of the journeys speak plain HTTP to loopback.
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_NAME = "session"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
