"""绩效自评报告: the same signed content told at length, every figure with its formula and its evidence."""

from collections.abc import Iterator, Sequence

from shangwu.foundation.documents import Official, Text
from shangwu.targets.rules.paper.evaluation import (
    SIGNATURE,
    TITLES,
    Content,
    Signed,
    attainment,
    deviation,
    foot_of,
    indicator_grid,
    mark_of,
    percent,
    points,
    rule_notes,
    rule_text,
    status_label,
    verdict,
    weight_of,
    yuan,
)
from shangwu.targets.vocabulary import EvaluationKind

_NO_OVERVIEW = "签署内容未收录项目概况。"


def evaluation_report(content: Content, signed: Signed | None) -> Official:
    """Return the report: overview, money, goals, line by line, problems, and the table as an annex."""
    return Official(
        title=f"{TITLES[EvaluationKind(content['kind'])]}报告",
        under_title=f"（{content['year']}年度）",
        parts=(
            *_chapter("一、项目概况", _overview(content)),
            *_chapter("二、项目资金", _money(content)),
            *_chapter("三、绩效目标完成情况", _goals(content)),
            *_chapter("四、逐项分析", _lines(content)),
            *_chapter("五、存在问题和改进措施", _problems(content)),
            Text("六、附表：指标完成情况", is_heading=True, starts_page=True),
            indicator_grid(content),
        ),
        signature=SIGNATURE,
        notes=(*_footnotes(content["indicators"]), *rule_notes(content)),
        foot=foot_of(signed),
        mark=mark_of(signed),
    )


def _chapter(heading: str, paragraphs: Iterator[str]) -> tuple[Text, ...]:
    return (Text(heading, is_heading=True), *(Text(text) for text in paragraphs))


def _overview(content: Content) -> Iterator[str]:
    yield (
        f"项目名称：{content['project']}（编号 {content['number']}）。"
        f"申报单位：{content['organisation']}。评价截至 {content['as_of']}。"
    )
    yield content.get("overview") or _NO_OVERVIEW


def _money(content: Content) -> Iterator[str]:
    money, execution = content.get("money") or {}, content["execution"]
    yield (
        f"年初预算数 {yuan(money.get('declared'))}，全年预算数（调整后）{yuan(money.get('adjusted'))}，"
        f"全年执行数 {yuan(money.get('executed'))}，金额单位为元。"
    )
    if execution is None:
        yield "预算执行率没有单独计分。"
        return
    yield (
        f"预算执行率 {percent(execution['rate'])}，满分 {points(execution['weight'])} 分，"
        f"得分 {points(execution['score'])}。"
    )


def _goals(content: Content) -> Iterator[str]:
    if goal := content.get("annual_goal"):
        yield f"年度绩效目标：{goal}"
    total = "" if content["total"] is None else f"总分 {content['total']}，"
    yield f"{attainment(content)}{total}{verdict(content)}。"


def _lines(content: Content) -> Iterator[str]:
    for number, row in enumerate(content["indicators"], start=1):
        actual = row["actual"] or "无数据"
        yield (
            f"{number}. {row['name']}：目标“{row['target']}”，实际“{actual}”，{status_label(row)}；"
            f"{_score(row, is_proposed=content['weights_proposed'])}。〔{number}〕"
        )


def _score(row: Content, *, is_proposed: bool) -> str:
    if row["role"] == "gate":
        return "为门槛指标，不计分"
    if row["role"] == "execution":
        return "在预算执行率中计分，不重复计分"
    weight = weight_of(row, is_proposed=is_proposed)
    return f"分值 {weight}，得分 {points(row['score'])}"


def _problems(content: Content) -> Iterator[str]:
    found = [(row, deviation(row)) for row in content["indicators"]]
    explained = [f"{row['name']}——{text.replace(chr(10), '；')}" for row, text in found if text]
    flags = [flag["message"] for flag in content["flags"]]
    yield from [*explained, *flags] or ["没有需要说明偏差原因的指标。"]


def _footnotes(rows: Sequence[Content]) -> Iterator[str]:
    """Yield for each line how its score was made and what evidence it stands on."""
    for number, row in enumerate(rows, start=1):
        rules = "；".join(rule_text(rule) for rule in row["rules"])
        evidence = "没有读数。"
        if row.get("reading"):
            evidence = (
                f"读数截至 {row['read_on']}，证据 {row['evidence_count']} 行，"
                f"证据指纹 {row['evidence_sha256'] or '无'}。"
            )
        yield "".join(text for text in (f"〔{number}〕", row["why"], rules, evidence) if text)
