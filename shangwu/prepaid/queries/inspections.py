"""The record of an on-site check, as the page and the paper show it."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shangwu.foundation.documents import Official, Picture, small_picture
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import clean_path, is_open
from shangwu.prepaid.models import Inspection, InspectionPhoto
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.rules.papers.supervision import inspection_paper
from shangwu.prepaid.vocabulary import CheckAnswer


def inspection_record(found: Inspection) -> dict[str, Any]:
    """Return facts, items with their answers, conclusion and signatures as plain values."""
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
    }


def printed_record(found: Inspection) -> Official:
    """Return the record as a paper with its photographs, each with item, digest and the time it came in."""
    photos = [
        _printed(number, photo.item, photo.file)
        for number, photo in enumerate(photos_of(found), start=1)
    ]
    return inspection_paper(inspection_record(found), photos=photos, digest=found.digest)


def photos_of(found: Inspection) -> QuerySet[InspectionPhoto]:
    """Return the photographs of a check in the order of the checklist."""
    return found.photos.select_related("file").order_by("item", "pk")


def _printed(number: int, item: str, file: StoredFile) -> Picture:
    content = small_picture(clean_path(file), kind=file.kind) if is_open(file) else b""
    came = timezone.localtime(file.at).strftime("%Y-%m-%d %H:%M")
    half = len(file.sha256) // 2
    digest = f"{file.sha256[:half]}\n{file.sha256[half:]}"
    words = f"照片 {number}（{item}）{file.name}\n{came} 上传，SHA-256\n{digest}"
    return Picture(content, words)


def _word(answer: str) -> str:
    return str(CheckAnswer(answer).label) if answer else "—"


def _blank(day: date) -> list[dict[str, str]]:
    return [
        {"key": item.key, "text": item.text, "article": item.article, "answer": "", "remark": ""}
        for item in governance(day).items.value
    ]
