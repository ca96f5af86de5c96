"""What payments say: budget execution, earmarked use, compliance, spending against plan, money in place."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from shangwu.targets.measure import EvidenceRow, Measure, Reading, Scope
from shangwu.targets.models import Declaration
from shangwu.targets.queries import money
from shangwu.targets.queries.money import rows
from shangwu.targets.queries.money.evidence import yuan
from shangwu.targets.queries.money.known import money_facts
from shangwu.targets.rules.binding import (
    BUDGET_EXECUTION,
    EARMARKED_USE,
    FUND_COMPLIANCE,
    FUNDS_IN_PLACE,
    SPENDING_PROGRESS,
)
from shangwu.targets.rules.money.hit import Hit
from shangwu.targets.rules.money.law import money_law
from shangwu.targets.rules.money.rates import Rate, earmarked, in_place, percent, progress
from shangwu.targets.vocabulary import PlanKind

COMPLIANT, NOT_COMPLIANT = "合规", "不合规"


def read_execution(scope: Scope) -> Reading:
    """Return payments over the adjusted budget; the rate may still rise until the period ends.

    Without any payment on record there is no data: an empty ledger does not prove that nothing was paid.
    Unit: yuan over yuan.
    """
    declaration = _declaration(scope)
    if not money_facts(declaration, on=scope.on, known_at=scope.known_at).payments:
        return _unknown(scope, "尚未登记支付记录，不能认定执行率。")
    found = money.execution_amounts([declaration], on=scope.on, known_at=scope.known_at)
    rate = found[declaration.pk]
    below = money_law(scope.on).reason_below.value
    over = scope.on >= scope.window.until - timedelta(days=1)
    note = ""
    if over and rate.value is not None and rate.value < below:
        note = f"年度执行率低于 {percent(Fraction(below))}，须说明原因。"
    return _reading(scope, rate, note=note, may_rise=True)


def execution_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the payments, the declared budget and its adjustments."""
    return money.execution(_declaration(scope), on=scope.on, known_at=scope.known_at).rows


def read_earmarked(scope: Scope) -> Reading:
    """Return spending of approved project, sub-project and use over all spending; none gives no data.

    Unit: yuan over yuan.
    """
    facts = money_facts(_declaration(scope), on=scope.on, known_at=scope.known_at)
    return _reading(scope, earmarked(facts), note="" if facts.standing else "尚无支出，无数据。")


def earmarked_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the payments that stand; those outside the approved use add nothing to the numerator."""
    return rows.earmarked_rows(_declaration(scope), on=scope.on, known_at=scope.known_at)


def read_compliance(scope: Scope) -> Reading:
    """Return 合规 when no hit of the negative list is open, else 不合规; without spending no data.

    Unit: payments that no open hit names over all payments that stand.
    """
    facts = money_facts(_declaration(scope), on=scope.on, known_at=scope.known_at)
    open_hits = _open_hits(scope)
    named = {key for hit in open_hits for key in hit.payments}
    clean = sum(payment.key not in named for payment in facts.standing)
    level = NOT_COMPLIANT if open_hits else COMPLIANT if facts.standing else ""
    listed = "；".join(f"{hit.rule} {hit.sentence}" for hit in open_hits[:5])
    more = f"等 {len(open_hits)} 项" if len(open_hits) > 5 else ""
    return Reading(
        numerator=Decimal(clean),
        denominator=Decimal(len(facts.standing)),
        unit="笔",
        window=scope.window,
        at=scope.known_at,
        level=level,
        note=f"未销号问题：{listed}{more}" if open_hits else "",
    )


def compliance_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return every payment that stands, and every open hit."""
    return rows.compliance_rows(_declaration(scope), on=scope.on, known_at=scope.known_at)


def read_progress(scope: Scope) -> Reading:
    """Return payments over what the plan, or else the elapsed time, expects by the day.

    Unit: yuan over yuan.
    """
    declaration = _declaration(scope)
    facts = money_facts(declaration, on=scope.on, known_at=scope.known_at)
    plan = money.plan_series(declaration, known_at=scope.known_at)
    found = progress(facts, plan)
    rate = Rate(found.executed.numerator_fen, found.expected.numerator_fen)
    return _reading(scope, rate, note=f"应支出数按{found.clock}计算。", may_rise=True)


def progress_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the payments, and the planned amounts due by the day or the share of time that has passed."""
    return rows.progress_rows(_declaration(scope), on=scope.on, known_at=scope.known_at)


def read_in_place(scope: Scope) -> Reading:
    """Return money that arrived over money planned to arrive, or over the adjusted budget.

    Unit: yuan over yuan.
    """
    declaration = _declaration(scope)
    facts = money_facts(declaration, on=scope.on, known_at=scope.known_at)
    plan = money.plan_series(declaration, known_at=scope.known_at, kind=PlanKind.RECEIPT)
    arrived = money.receipts(declaration, on=scope.on, known_at=scope.known_at)
    return _reading(scope, in_place(facts, plan, arrived), may_rise=True)


def in_place_evidence(scope: Scope) -> Iterable[EvidenceRow]:
    """Return the arrivals, and the plan or the budget they are compared with."""
    return rows.in_place_rows(_declaration(scope), on=scope.on, known_at=scope.known_at)


def _declaration(scope: Scope) -> Declaration:
    return Declaration.objects.select_related("project").get(indicators=scope.indicator)


def _open_hits(scope: Scope) -> tuple[Hit, ...]:
    return money.open_hits(_declaration(scope), on=scope.on, known_at=scope.known_at)


def _unknown(scope: Scope, note: str) -> Reading:
    return Reading(None, None, "ratio", scope.window, scope.known_at, note=note)


def _reading(scope: Scope, rate: Rate, *, note: str = "", may_rise: bool = False) -> Reading:
    return Reading(
        numerator=yuan(rate.numerator_fen),
        denominator=yuan(rate.denominator_fen),
        unit="ratio",
        window=scope.window,
        at=scope.known_at,
        note=note,
        may_rise=may_rise,
    )


MEASURES = (
    Measure(
        key=BUDGET_EXECUTION,
        title="预算执行率",
        unit="ratio",
        explanation="累计支付（扣除冲正）除以调整后预算（含经批准的调整和上年结转）。年度结束前未达到的，为未到期。",
        compute=read_execution,
        evidence=execution_evidence,
    ),
    Measure(
        key=EARMARKED_USE,
        title="专款专用率",
        unit="ratio",
        explanation="项目、子项目和用途均与批准一致的支出除以全部支出；没有支出为无数据，不计为百分之百。",
        compute=read_earmarked,
        evidence=earmarked_evidence,
    ),
    Measure(
        key=FUND_COMPLIANCE,
        title="资金使用合规性",
        unit="笔",
        explanation="负面清单没有未销号的问题即为合规；否则为不合规，并列出问题。没有支出为无数据。",
        compute=read_compliance,
        evidence=compliance_evidence,
    ),
    Measure(
        key=SPENDING_PROGRESS,
        title="支出进度",
        unit="ratio",
        explanation="累计支付除以截至当日按支出计划应支付的金额；没有支出计划的，按时间进度。",
        compute=read_progress,
        evidence=progress_evidence,
    ),
    Measure(
        key=FUNDS_IN_PLACE,
        title="资金到位率",
        unit="ratio",
        explanation="已到位资金除以截至当日计划到位的金额；没有到位计划的，除以调整后预算。",
        compute=read_in_place,
        evidence=in_place_evidence,
    ),
)
