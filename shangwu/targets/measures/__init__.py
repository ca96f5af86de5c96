"""The measures that need no business system: dates, ratings of named persons, payments, and surveys."""

from shangwu.targets.measures import judgement, money, survey

MEASURES = (*judgement.MEASURES, *money.MEASURES, *survey.MEASURES)
