"""What the prepaid platform counts for its declaration: whom it serves, and how its service stands."""

from shangwu.prepaid.measures import coverage, service

MEASURES = (*coverage.MEASURES, *service.MEASURES)
