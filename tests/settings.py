"""Settings of the test run: the deployment's own, with the few differences that tests need."""

from shangwu.config.settings import *  # noqa: F403 - a settings overlay is the one place for this

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
