"""Comparing a form with itself: money, dates, and figures that its texts and its table both name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from shangwu.targets.rules.content import PreviousAmount
from shangwu.targets.rules.form import words
from shangwu.targets.rules.form.facts import Check, ReadIndicator, ReadSubProject, Value
from shangwu.targets.rules.form.rows import DATE_IN_NAME

_FIGURE = re.compile(
    r"\d+(?:\.\d+)?(?:%|‰|个?(?:工作日|[家个项区次人件份条篇期万元天日]))|[百千万]分之[一二三四五六七八九十百\d.]+"
)
_QUARTER = re.compile(r"(?:第([一二三四])季度|([1-4])季度)")
_COUNT = re.compile(r"(\d+)([家个项区次人件份条])")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_MONTH = re.compile(r"(\d{1,2})月")
_CLAUSE = re.compile(r"[。；;\n]")
_NUMBERING = re.compile(r"^\s*\d{1,2}[、.]\s*")


def money_checks(
    *,
    budget_total: Value[int | None],
    budget_year: Value[int | None],
    previous_budget: Value[PreviousAmount],
    previous_executed: Value[PreviousAmount],
    subprojects: Sequence[ReadSubProject],
) -> Iterator[Check]:
    """Yield the comparisons of the amounts that could be read."""
    amounts = [line.amount.value for line in subprojects]
    year, total = budget_year.value, budget_total.value
    known = [amount for amount in amounts if amount is not None]
    if subprojects and year is not None and len(known) == len(amounts):
        yield _check(
            "MONEY-SUM",
            sum(known) == year,
            f"子项目预算合计 {_yuan(sum(known))} 元，项目当年预算 {_yuan(year)} 元",
            (budget_year.cell, *(line.amount.cell for line in subprojects)),
        )
    if year is not None and total is not None:
        yield _check(
            "MONEY-YEAR",
            year <= total,
            f"项目当年预算 {_yuan(year)} 元，项目总预算 {_yuan(total)} 元",
            (budget_year.cell, budget_total.cell),
            rule="当年预算不应超过总预算",
        )
    before, spent = previous_budget.value, previous_executed.value
    cells = (previous_executed.cell, previous_budget.cell)
    if before.kind != spent.kind:
        yield Check("MONEY-PREVIOUS", False, "上年预算额与上年执行数一个有金额、一个没有。", cells)
    elif before.fen is not None and spent.fen is not None:
        yield _check(
            "MONEY-PREVIOUS",
            spent.fen <= before.fen,
            f"上年执行数 {_yuan(spent.fen)} 元，上年预算额 {_yuan(before.fen)} 元",
            cells,
            rule="执行数不应超过预算额",
        )


def date_checks(
    *, year: Value[int | None], starts_on: Value[date | None], ends_on: Value[date | None]
) -> Iterator[Check]:
    """Yield whether the dates are in order and inside the year of the form."""
    if starts_on.value is not None and ends_on.value is not None:
        yield _check(
            "DATE-ORDER",
            starts_on.value <= ends_on.value,
            f"开始时间 {starts_on.value}，结束时间 {ends_on.value}",
            (starts_on.cell, ends_on.cell),
        )
    for name, found in (("开始时间", starts_on), ("结束时间", ends_on)):
        if found.value is not None and year.value is not None:
            yield _check(
                "DATE-YEAR",
                found.value.year == year.value,
                f"{name} {found.value}，申报年度 {year.value}",
                (found.cell,),
            )


def plan_checks(
    plan: Value[str], rows: Sequence[ReadIndicator], series: Sequence[Sequence[int]]
) -> Iterator[Check]:
    """Yield whether the quarters of the plan add up to the milestones of the table."""
    for numbers in series:
        due = {month: (count, row) for month, count, row in _milestones(rows, numbers)}
        unit = _COUNT.search(words.squeezed(rows[numbers[-1] - 1].target_raw))
        stages = list(_stages(plan.value, unit[2])) if unit else []
        if not due or not stages:
            continue
        final = max(count for count, _ in due.values())
        reached = Decimal(0)
        for quarter, count_said, cumulative, percent in stages:
            reached = count_said if cumulative else reached + count_said
            month = quarter * 3
            if month in due and count_said:
                count, row = due[month]
                yield _check(
                    "PLAN-MILESTONE",
                    reached == count,
                    f"实施计划到第{quarter}季度末累计 {reached}，第{row.row}行的目标是 {count}",
                    (plan.cell, row.target_cell),
                )
            if percent is not None and final:
                yield _check(
                    "PLAN-PERCENT",
                    reached / final * 100 == percent,
                    f"实施计划第{quarter}季度写明完成 {percent}%，累计 {reached} 占 {final} 的 "
                    f"{(reached / final * 100).normalize():f}%",
                    (plan.cell,),
                )


def goal_checks(texts: Mapping[str, Value[str]], rows: Sequence[ReadIndicator]) -> Iterator[Check]:
    """Yield whether the texts promise the same figure as the row whose indicator they name."""
    for name in ("annual_goal", "overall_goal", "plan"):
        for clause in _CLAUSE.split(texts[name].value):
            plain = _NUMBERING.sub("", words.squeezed(clause))
            row = _row_named_in(plain, rows)
            if row is None:
                continue
            said = set(_FIGURE.findall(plain.replace(words.squeezed(row.name), "")))
            promised = set(_FIGURE.findall(words.squeezed(row.target_raw)))
            if said and promised:
                yield _check(
                    "GOAL-FIGURE",
                    promised <= said,
                    f"{words.TITLES[name]}写“{plain}”，第{row.row}行“{row.name}”的目标值是“{row.target_raw}”",
                    (texts[name].cell, row.target_cell),
                )


def total_checks(
    texts: Mapping[str, Value[str]],
    rows: Sequence[ReadIndicator],
    series: Sequence[Sequence[int]],
) -> Iterator[Check]:
    """Yield whether the goals name the last milestone of each series."""
    for numbers in series:
        last = next(row for row in rows if row.row == numbers[-1])
        target = _COUNT.search(words.squeezed(last.target_raw))
        if target is None:
            continue
        for name in ("annual_goal", "overall_goal"):
            counts = [
                count
                for count, unit in _COUNT.findall(words.squeezed(texts[name].value))
                if unit == target[2]
            ]
            if counts:
                yield _check(
                    "GOAL-TOTAL",
                    target[1] in counts,
                    f"{words.TITLES[name]}写 {'、'.join(counts)} {target[2]}，"
                    f"第{last.row}行的目标值是“{last.target_raw}”",
                    (texts[name].cell, last.target_cell),
                )


def _check(code: str, holds: bool, facts: str, cells: Sequence[str], *, rule: str = "") -> Check:
    """Return the check; `rule` says what ought to hold, and is worth saying only when it does not."""
    verdict = "相符" if holds else f"不相符，{rule and f'{rule}，'}请核对"
    return Check(code, holds, f"{facts}：{verdict}。", tuple(cells))


def _stages(plan: str, unit: str) -> Iterator[tuple[int, Decimal, bool, Decimal | None]]:
    """Yield (quarter, count promised, whether 累计, percent reached) of the plan's clauses."""
    for clause in _CLAUSE.split(plan):
        plain = words.squeezed(clause)
        quarter = _QUARTER.search(plain)
        if quarter is None:
            continue
        number = "一二三四".index(quarter[1]) + 1 if quarter[1] else int(quarter[2])
        counted = re.search(rf"(\d+){unit}", plain[quarter.end() :])
        percent = _PERCENT.search(plain)
        yield (
            number,
            Decimal(counted[1]) if counted else Decimal(0),
            bool(counted) and "累计" in plain,
            Decimal(percent[1]) if percent else None,
        )


def _milestones(
    rows: Sequence[ReadIndicator], numbers: Sequence[int]
) -> Iterator[tuple[int, Decimal, ReadIndicator]]:
    for row in rows:
        if row.row not in numbers:
            continue
        stated = DATE_IN_NAME.search(words.squeezed(row.name))
        month = _MONTH.search(stated[0]) if stated else None
        count = re.search(r"\d+", words.squeezed(row.target_raw))
        if stated and count:
            yield int(month[1]) if month else 12, Decimal(count[0]), row


def _row_named_in(clause: str, rows: Sequence[ReadIndicator]) -> ReadIndicator | None:
    named = [row for row in rows if row.name and words.squeezed(row.name) in clause]
    return max(named, key=lambda row: len(row.name), default=None)


def _yuan(fen: int) -> str:
    text = f"{Decimal(fen) / 100:,.2f}"
    return text.removesuffix(".00")
