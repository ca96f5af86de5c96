"""The dossier of a case (案卷), file by file, so that a whole case never stands in memory.

What was frozen goes out in the form whose digest the letters print; files and photographs go out as they came in.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO

from django.utils import timezone

from shangwu.foundation.documents import write_official_pdf
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import clean_path
from shangwu.foundation.web.archives import Archive, safe_name
from shangwu.foundation.web.table_files import writing
from shangwu.prepaid.models import Case, CaseLetter, Inspection, LetterReply
from shangwu.prepaid.queries.governance import agency_name
from shangwu.prepaid.queries.inspections import photos_of, printed_record
from shangwu.prepaid.rules.papers.dossier import SUMS, Listed, index_paper, reply_paper
from shangwu.prepaid.rules.papers.supervision import letter_paper
from shangwu.prepaid.rules.supervision import as_frozen

INDEX = "卷内目录.pdf"
# A file is named by what its content showed; no name that a sender chose decides what opens it.
ENDINGS = {"jpeg": "jpg", "text": "txt"}


@dataclass(frozen=True)
class Piece:
    """One file of a dossier: where it lies in it, what it is, the day of what it holds."""

    name: str
    title: str
    day: date
    content: bytes | Path


@dataclass(frozen=True)
class Dossier:
    """A dossier as written, at its start: how many files it holds and the SHA-256 of its list of digests."""

    file: IO[bytes]
    files: int
    sums: str


def written(case: Case) -> Dossier:
    """Return the dossier of a case as an archive; the same case gives the same bytes. Inside a transaction.

    Raises: Refused PREPAID-DOSSIER-DIGEST for a content that is not what was frozen; as `clean_path` does.
    """
    listed: list[Listed] = []
    with writing() as file, Archive(file) as packed:
        for piece in pieces(case):
            sha256 = packed.add(piece.name, piece.content)
            listed.append(Listed(piece.name, piece.title, piece.day.isoformat(), sha256))
        index = packed.add(INDEX, write_official_pdf(index_paper(_facts(case), listed)))
        lines = [f"{one.sha256}  {one.name}\n" for one in listed]
        sums = "".join([*lines, f"{index}  {INDEX}\n"]).encode()
        packed.add(SUMS, sums)
    return Dossier(file, len(listed) + 2, hashlib.sha256(sums).hexdigest())


def pieces(case: Case) -> Iterator[Piece]:
    """Yield the letters with their answers, the evidence, and the checks with their photographs, in order."""
    letters = case.letters.prefetch_related("replies__files__file").order_by("issued_on", "pk")
    for number, letter in enumerate(letters, start=1):
        yield from _letter(letter, number)
    for number, row in enumerate(
        case.evidence.select_related("file").order_by("taken_at", "pk"), start=1
    ):
        kind, day = row.get_kind_display(), _day(row.taken_at)
        name = f"证据/{number:03d}-{kind}"
        content = as_frozen(row.content, row.digest, what=f"第 {number} 件证据（{kind}）")
        yield Piece(f"{name}.json", f"证据 {number}：{row.sentence}", day, content)
        if row.file:
            yield _upload(name, row.file, f"证据 {number} 的材料", day)
    for check in case.inspections.exclude(submitted_at=None).order_by("number"):
        yield from _check(check)


def _letter(letter: CaseLetter, number: int) -> Iterator[Piece]:
    kind = letter.get_kind_display()
    name, title = f"文书/{number:02d}-{kind}-{letter.number}", f"{kind} {letter.number}"
    frozen = as_frozen(letter.content, letter.content_sha256, what=title)
    paper = letter_paper(letter.content, digest=letter.content_sha256)
    yield Piece(f"{name}.pdf", title, letter.issued_on, write_official_pdf(paper))
    yield Piece(f"{name}.json", f"{title}（固定的内容）", letter.issued_on, frozen)
    replies = sorted(letter.replies.all(), key=lambda one: one.pk)
    for place, reply in enumerate(replies, start=1):
        yield from _reply(letter, reply, f"答复/{number:02d}-{place:02d}")


def _reply(letter: CaseLetter, reply: LetterReply, name: str) -> Iterator[Piece]:
    title = f"当事人对{letter.number}的答复"
    day = reply.received_on or _day(reply.replied_at)
    sent = [one.file for one in sorted(reply.files.all(), key=lambda one: one.pk)]
    paper = reply_paper(
        letter=letter.number,
        operator=str(letter.content["operator"]["name"]),
        at=_came(reply),
        text=reply.text,
        files=[(file.name, file.sha256) for file in sent],
    )
    yield Piece(f"{name}.pdf", title, day, write_official_pdf(paper))
    for place, file in enumerate(sent, start=1):
        yield _upload(f"{name}-附件{place}", file, f"{title}的附件", day)


def _came(reply: LetterReply) -> str:
    """When the answer came; on paper, who handed it in, and that an officer entered it."""
    if reply.received_on is None:
        return timezone.localtime(reply.replied_at).isoformat(" ", "minutes")[:16]
    return f"{reply.received_on} 收到书面答复（{reply.get_handed_in_by_display()}提交，经办人代为登记）"


def _check(check: Inspection) -> Iterator[Piece]:
    name, day = f"检查/{check.number}", check.checked_on or check.planned_on
    paper = write_official_pdf(printed_record(check))
    yield Piece(f"{name}.pdf", f"现场检查记录 {check.number}", day, paper)
    for place, photo in enumerate(photos_of(check), start=1):
        title = f"{check.number} 的照片（{photo.item}）"
        yield _upload(f"{name}-照片{place:02d}", photo.file, title, day)


def _upload(name: str, file: StoredFile, title: str, day: date) -> Piece:
    """Return an upload as it came in, under a name that opens it as what it is."""
    stem = safe_name(file.name.rpartition(".")[0] or file.name)
    ending = ENDINGS.get(file.kind, file.kind)
    return Piece(f"{name}-{stem}.{ending}", f"{title}：{file.name}", day, clean_path(file))


def _facts(case: Case) -> list[tuple[str, str]]:
    return [
        ("案件", case.number),
        ("当事人", f"{case.operator.name}，统一社会信用代码 {case.operator.uscc}"),
        ("案由", case.summary),
        ("监管部门", agency_name(case.agency, case.district, on=case.opened_on)),
        ("处罚机关", agency_name(case.penalty_body, case.district, on=case.opened_on)),
    ]


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
