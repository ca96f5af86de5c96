"""`shangwu import_declaration FILE`: what a declaration form says, and what is doubtful about it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shangwu.foundation.documents import read_document
from shangwu.foundation.law.refused import Refused
from shangwu.targets.rules.form import ReadDeclaration, Value, read_form


class Command(BaseCommand):
    """读取一份绩效目标申报表，逐项列出读到的内容和存疑之处。"""

    help = "读取绩效目标申报表（docx、xlsx、html、txt），逐项列出读到的内容和存疑之处。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, metavar="FILE", help="申报表文件")
        parser.add_argument("--dry-run", action="store_true", help="只读取和核对，不保存")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the forms of the file, or refuse it with one sentence and exit status 1."""
        file: Path = options["file"]
        try:
            forms = read_form(read_document(file, name=file.name))
        except Refused as refused:
            raise CommandError(f"{refused.sentence}（{refused.code}）") from refused
        except FileNotFoundError as error:
            raise CommandError(f"找不到文件“{file}”，请核对路径。") from error
        except OSError as error:
            raise CommandError(
                f"打不开文件“{file}”，请核对它是不是文件、有没有读取权限。"
            ) from error
        if options["format"] == "json":
            found = [as_json(form) for form in forms]
            shown = found[0] if len(found) == 1 else found
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1))
            return
        for form in forms:
            self.stdout.write("\n".join(as_lines(form)) + "\n")
        if not options["dry_run"]:
            self.stdout.write("没有保存。请登录工作台，在“绩效目标 — 导入申报表”上传文件并确认。")


def as_json(form: ReadDeclaration) -> dict[str, Any]:
    """Return the shape that design.md settles for machines. Amounts in fen, dates ISO."""
    previous = {"budget": form.previous_budget.value, "executed": form.previous_executed.value}
    return {
        "title": form.title.value,
        "project": form.project.value,
        "year": form.year.value,
        "organisation": form.organisation.value,
        "starts_on": form.starts_on.value.isoformat() if form.starts_on.value else None,
        "starts_precision": form.starts_on.style,
        "ends_on": form.ends_on.value.isoformat() if form.ends_on.value else None,
        "ends_precision": form.ends_on.style,
        "layout": form.layout,
        "framework": form.framework,
        "types": list(form.ticked("types")),
        "uses": list(form.ticked("uses")),
        "budget_total_fen": form.budget_total.value,
        "budget_year_fen": form.budget_year.value,
        "previous_budget_fen": previous["budget"].fen,
        "previous_budget_kind": previous["budget"].kind,
        "previous_executed_fen": previous["executed"].fen,
        "previous_executed_kind": previous["executed"].kind,
        **{name: value.value for name, value in form.texts.items()},
        "subprojects": [
            {"name": line.name, "amount_fen": line.amount.value} for line in form.subprojects
        ],
        "indicators": [
            {
                "row": row.row,
                "level1": row.level1,
                "level1_printed": row.level1_printed,
                "level2": row.level2,
                "name": row.name,
                "target_raw": row.target_raw,
                "target": typed_target(row.target_raw, name=row.name, year=form.year.value),
                "cell": row.cell,
            }
            for row in form.indicators
        ],
        "series": [list(rows) for rows in form.series],
        "doubts": [{"cell": d.cell, "code": d.code, "why": d.why} for d in form.doubts],
        "checks": [
            {"code": c.code, "holds": c.holds, "sentence": c.sentence, "cells": list(c.cells)}
            for c in form.checks
        ],
        "unread": [{"cell": text.cell, "raw": text.raw} for text in form.unread],
    }


def typed_target(text: str, *, name: str, year: int | None) -> dict[str, Any]:
    """Return the typed target in the shape that `shangwu parse_target` prints."""
    # Here and not above: the words of the grammar are law data, which text output does not need.
    from shangwu.targets.rules.grammar import parse

    found: dict[str, Any] = parse(text, name=name, year=year).to_json()
    return found


def as_lines(form: ReadDeclaration) -> list[str]:
    """Return the form for a person at a terminal, each value with the cell it came from."""
    lines = [f"{form.title.value}（{form.year.value} 年）"]
    fields: tuple[tuple[str, Value[Any], str], ...] = (
        ("申报单位名称", form.organisation, form.organisation.value),
        ("项目名称", form.project, form.project.value),
        ("开始时间", form.starts_on, f"{form.starts_on.value}（原文 {form.starts_on.raw}）"),
        ("结束时间", form.ends_on, f"{form.ends_on.value}（原文 {form.ends_on.raw}）"),
        ("项目总预算", form.budget_total, _yuan(form.budget_total.value)),
        ("项目当年预算", form.budget_year, _yuan(form.budget_year.value)),
        ("上年预算额", form.previous_budget, _previous(form.previous_budget.value)),
        ("上年执行数", form.previous_executed, _previous(form.previous_executed.value)),
    )
    lines += [f"  {name}：{shown}　[{value.cell}]" for name, value, shown in fields]
    lines.append(f"  项目类型：{'、'.join(form.ticked('types')) or '（未勾选）'}")
    lines.append(f"  资金用途：{'、'.join(form.ticked('uses')) or '（未勾选）'}")
    lines += [f"  子项目：{line.name} {_yuan(line.amount.value)}" for line in form.subprojects]
    lines.append(f"  分解目标 {len(form.indicators)} 项：")
    lines += [
        f"    {row.row:>2} {row.level1}·{row.level2 or '－'}　{row.name}　{row.target_raw}"
        f"　[{row.cell}]"
        for row in form.indicators
    ]
    lines += [f"  存疑 [{doubt.cell or '全表'}] {doubt.why}" for doubt in form.doubts]
    lines += [f"  核对 {check.sentence}" for check in form.checks if check.holds]
    lines += [f"  未归入栏目 [{text.cell}] {text.raw}" for text in form.unread]
    return lines


def _yuan(fen: int | None) -> str:
    return "（读不出）" if fen is None else f"{fen // 100:,}.{fen % 100:02d} 元"


def _previous(amount: Any) -> str:
    if amount.kind == "AMOUNT":
        return _yuan(amount.fen)
    return "无（不适用）" if amount.kind == "NOT_APPLICABLE" else "未填写"
