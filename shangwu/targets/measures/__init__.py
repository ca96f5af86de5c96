"""The measures that need no business system: dates, ratings of named persons, and surveys."""

from shangwu.targets.measures import judgement, survey

MEASURES = (*judgement.MEASURES, *survey.MEASURES)
