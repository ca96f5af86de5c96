"""The record of an on-site check, as the page and the paper show it."""

from datetime import date
from typing import Any

from shangwu.prepaid.models import Inspection
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.vocabulary import CheckAnswer


def inspection_record(found: Inspection) -> dict[str, Any]:
    """Return facts, items with their answers, conclusion, signatures and photographs as plain values."""
    day = found.checked_on or found.planned_on
    items = found.answers or _blank(day)
    where = f"{found.latitude}，{found.longitude}" if found.latitude is not None else "没有记录"
    outlet = found.outlet
    return {
        "number": found.number,
        "facts": [
            ("被检查单位", f"{found.operator.name}（{found.operator.uscc}）"),
            ("检查地点", outlet.place if outlet else found.operator.place),
            ("检查事由", found.reason),
            ("检查日期", str(found.checked_on or f"计划 {found.planned_on}")),
            ("定位", where),
        ],
        "items": items,
        "items_shown": [{**item, "word": _word(item["answer"])} for item in items],
        "conclusion": found.conclusion,
        "first": found.first_signature,
        "second": found.second_signature,
        "photos": [
            f"照片 {photo.item}：{photo.file.name}，SHA-256 {photo.file.sha256}"
            for photo in found.photos.select_related("file").order_by("item", "pk")
        ],
    }


def _word(answer: str) -> str:
    return str(CheckAnswer(answer).label) if answer else "—"


def _blank(day: date) -> list[dict[str, str]]:
    return [
        {"key": item.key, "text": item.text, "article": item.article, "answer": "", "remark": ""}
        for item in governance(day).items.value
    ]
