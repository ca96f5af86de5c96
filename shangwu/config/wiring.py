"""The one list that joins the systems to the targets: every measure the platform can compute."""

from shangwu.targets import measures as targets

MEASURES = (*targets.MEASURES,)
