"""What came of the year, as the public reads it: every indicator, every self-evaluation, and how much was recorded."""

import json
from collections import Counter
from typing import Any

from city import monitoring
from city.browser import Browser, PageError
from city.stage import EDITOR, PAYER, Stage
from city.story import YEAR, projects

EXPECTED = 44
# The business system of this project is played: each of its promises must have been counted.
COUNTED = "上海市单用途预付卡信息管理系统(2019升级改造)"
NO_DATA = "无数据"


def tell(visitor: Browser, stage: Stage) -> bool:
    """Print the year; return whether every indicator is explained and every self-evaluation public."""
    places = [stage.place(project, YEAR) for project in projects()]
    rows, lacking = [], []
    for place in places:
        export = f"/targets/{place.number}/{YEAR}/export.json"
        for target in _json(visitor, export)["targets"]:
            rows.append(target)
            print(_line(target))
            if not target["状态"] or target["说明"] in {"", "尚无读数。"}:
                lacking.append(f"{place.project}：{target['绩效指标']}没有状态或说明")
            if place.project == COUNTED and target["状态"] == NO_DATA:
                lacking.append(f"{place.project}：{target['绩效指标']}没有数据")
    states = Counter(target["状态"] for target in rows)
    print("，".join(f"{state} {count} 项" for state, count in states.most_common()))
    if len(rows) != EXPECTED:
        lacking.append(f"应有 {EXPECTED} 项指标，公开页上有 {len(rows)} 项")
    for place in places:
        try:
            found = _json(visitor, f"/targets/{place.number}/{YEAR}/evaluation/export.json")[
                "content"
            ]
        except PageError:
            lacking.append(f"{place.project}没有公开的单位自评")
            continue
        provisional = (
            f"（暂定：{found['lowest']} 至 {found['highest']}）" if found["provisional"] else ""
        )
        print(f"{place.project}：{found['total']} 分，{found['grade'] or '等次未定'}{provisional}")
    print(_amounts(stage))
    for sentence in lacking:
        print(f"缺：{sentence}")
    return not lacking


def _line(target: dict[str, Any]) -> str:
    return " | ".join(target[name] for name in ("绩效指标", "指标目标值", "状态", "实绩", "说明"))


def _amounts(stage: Stage) -> str:
    """Count payments, answers and issues on the pages of the office."""
    payer = stage.person(PAYER)
    payments = 0
    for project in projects():
        payer.open(f"{stage.place(project, YEAR).path}money/payments/")
        payments += len(payer.links("/office/targets/money/payments/"))
    editor = stage.person(EDITOR).open("/office/targets/surveys/")
    answers = sum(int(cell.text_content()) for cell in editor.find("//td[@data-label='答卷']"))
    issues = monitoring.issue_count(stage, YEAR)
    return f"支付 {payments} 笔，答卷 {answers} 份，登记问题 {issues} 个"


def _json(visitor: Browser, path: str) -> Any:
    visitor.open(path)
    assert visitor.response is not None
    return json.loads(visitor.response.text)
