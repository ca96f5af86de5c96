"""Each of the 42 declared targets is answered by a wired measure, or waits for a system not yet built.

A target answers to the first of: the measure of its own system under its own name (`hall.complaint_rate` for
`target.hall.complaint_rate`), a survey, the measure that its name and type propose.
"""

from shangwu.config.wiring import MEASURES
from shangwu.foundation import law
from shangwu.targets.rules import grammar
from shangwu.targets.rules.binding import propose_binding
from tests.architecture.project import PACKAGE, SYSTEMS

# Promises whose figure only questions to people can give.
SURVEYED = {
    "hall.recognition": "targets.survey_top_two",
    "hall.satisfaction": "targets.survey_top_two",
    "investment.satisfaction": "targets.survey_top_two",
    "market.awareness": "targets.survey_mean",
    "market.satisfaction": "targets.survey_mean",
}
# Promises that a business system counts; each leaves this list with its measure, and none may join.
WAITING = {
    "filing.handling_time",
    "filing.quality",
    "hall.asset_loss",
    "hall.complaint_handling",
    "hall.complaint_rate",
    "hall.inspection_execution",
    "hall.training_execution",
    "investment.citations",
    "investment.content_safety",
    "investment.crawl_success",
    "investment.data_products",
    "investment.publication_time",
    "investment.third_party_publication",
    "market.districts",
    "market.installed",
    "market.shopping_convenience",
}


def promises():
    """Return the distinct targets by the name of their measure, three rows of one series being one."""
    found = {}
    for key, entry in law.load_file("targets").entries.items():
        if key.startswith("target."):
            found.setdefault(entry.facts.get("series", key.removeprefix("target.")), entry)
    return found


def measure_of(name, entry, wired):
    """Return the key of the wired measure that answers for a promise, or nothing."""
    text, title = entry.facts["declared"], entry.facts["indicator"]
    proposal = propose_binding(grammar.parse(text, name=title, year=2019), name=title, year=2019)
    candidates = (name, SURVEYED.get(name), proposal and proposal.measure)
    return next((key for key in candidates if key in wired), None)


def unanswered(wired):
    """Return the promises that no wired measure answers for."""
    return {name for name, entry in promises().items() if not measure_of(name, entry, wired)}


def with_measures(package):
    """Return the systems that measure; one whose rules or tables alone are there counts nothing yet."""
    return {path.parent.name for path in package.glob("*/measures*")}


def overdue(waiting, built):
    """Return the promises that still wait although their system is there."""
    return {name for name in waiting if name.partition(".")[0] in built}


def test_every_promise_is_measured_or_waits_for_its_system():
    assert len(promises()) == 42
    assert unanswered({measure.key for measure in MEASURES}) == WAITING
    assert {name.partition(".")[0] for name in WAITING} <= SYSTEMS
    assert overdue(WAITING, with_measures(PACKAGE)) == set()


def test_a_measure_that_is_not_wired_and_a_system_without_its_measure_are_caught():
    wired = {measure.key for measure in MEASURES}
    assert "market.satisfaction" in unanswered(wired - {"targets.survey_mean", "targets.rating"})
    assert "hall.complaint_rate" not in unanswered(wired | {"hall.complaint_rate"})
    assert "hall.complaint_rate" in overdue(WAITING, {"hall"})
    assert "targets" in with_measures(PACKAGE)
