"""The deployment's settings with one more address: the bare view that pages are measured against."""

from shangwu.config.settings import *  # noqa: F403 - a settings overlay is the one place for this

ROOT_URLCONF = "benchmarks.site.serving"
