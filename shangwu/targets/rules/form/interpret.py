"""From the walk to the declaration: every field read, checked and doubted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from shangwu.foundation.documents import Note
from shangwu.targets.rules.form import checks, words
from shangwu.targets.rules.form.facts import Check, Doubt, ReadCell, ReadDeclaration, Unread
from shangwu.targets.rules.form.fields import FieldReader
from shangwu.targets.rules.form.lines import Line
from shangwu.targets.rules.form.rows import framework_of, milestone_series, read_rows
from shangwu.targets.rules.form.walker import Walker
from shangwu.targets.vocabulary import FUND_USES, PROJECT_TYPES


def interpret(lines: Sequence[Line], walker: Walker, notes: Iterable[Note]) -> ReadDeclaration:
    """Return the form that the walker went over."""
    reader = FieldReader(walker)
    reader.doubts.extend(Doubt(note.place, note.code, note.why) for note in notes)
    starts_on = reader.day("starts_on", at_end=False)
    year = reader.year(starts_on)
    ends_on = reader.day("ends_on", at_end=True)
    budget_total, budget_year = reader.amount("budget_total"), reader.amount("budget_year")
    previous_budget = reader.previous("previous_budget")
    previous_executed = reader.previous("previous_executed")
    texts = {name: reader.text(name) for name in words.TEXTS}
    subprojects = reader.subprojects()
    indicators, row_doubts = read_rows(walker.rows)
    reader.doubts.extend(row_doubts)
    if not indicators:
        reader.doubt("", "ROWS-NONE", "没有读到分解目标的任何一行指标。")
    series = milestone_series(indicators)
    for numbers in series:
        reader.doubt(
            indicators[numbers[0] - 1].cell,
            "SERIES",
            f"第{'、'.join(map(str, numbers))}行只有期限和数量不同，"
            "按同一个累计里程碑系列读入，请确认。",
        )
    found = (
        *checks.money_checks(
            budget_total=budget_total,
            budget_year=budget_year,
            previous_budget=previous_budget,
            previous_executed=previous_executed,
            subprojects=subprojects,
        ),
        *checks.date_checks(year=year, starts_on=starts_on, ends_on=ends_on),
        *checks.plan_checks(texts["plan"], indicators, series),
        *checks.goal_checks(texts, indicators),
        *checks.total_checks(texts, indicators, series),
    )
    reader.doubts.extend(_doubt_of(check) for check in found if not check.holds)
    declaration = ReadDeclaration(
        title=reader.title(),
        year=year,
        organisation=reader.required("organisation"),
        project=reader.required("project"),
        layout=walker.layout,
        framework=framework_of(indicators),
        types=reader.ticks("types", PROJECT_TYPES),
        uses=reader.ticks("uses", FUND_USES),
        starts_on=starts_on,
        ends_on=ends_on,
        budget_total=budget_total,
        budget_year=budget_year,
        previous_budget=previous_budget,
        previous_executed=previous_executed,
        texts=texts,
        subprojects=subprojects,
        indicators=indicators,
        series=series,
        checks=found,
    )
    cells, unread = account_for(lines, walker, reader.shown)
    return replace(declaration, doubts=tuple(reader.doubts), cells=cells, unread=unread)


def account_for(
    lines: Sequence[Line], walker: Walker, shown: Mapping[int, str]
) -> tuple[tuple[ReadCell, ...], tuple[Unread, ...]]:
    """Return every printed cell of the form, either with its role or as unread: nothing is lost."""
    cells: list[ReadCell] = []
    unread: list[Unread] = []
    for line in lines:
        for spot in line.starting:
            name, role = walker.roles.get(spot.key, ("", ""))
            if not role:
                unread.append(Unread(spot.address, spot.text))
                continue
            title = {"rows": "分解目标"}.get(name) or words.TITLES[name]
            read = shown.get(spot.key, spot.text.strip()) if role == "value" else ""
            cells.append(ReadCell(spot.address, title, spot.text, read, role))
    return tuple(cells), tuple(unread)


def _doubt_of(check: Check) -> Doubt:
    return Doubt(check.cells[0] if check.cells else "", check.code, check.sentence)
