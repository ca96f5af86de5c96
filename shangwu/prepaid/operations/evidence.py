"""Evidence of a case, frozen as it is taken: the words, the rows of ledger and standing, the digest of each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from shangwu.foundation import audit
from shangwu.foundation.accounts.models import Account
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law import Refused
from shangwu.prepaid.models import (
    Case,
    CaseEvidence,
    CustodyStanding,
    Inspection,
    LetterReply,
    Observation,
    OperatorDay,
)
from shangwu.prepaid.rules.supervision import digest, require_impersonal
from shangwu.prepaid.vocabulary import CaseState, EvidenceKind, ObservationKind, ObservationState

LONGEST_SENTENCE = 500
MOST_NAMED = 5


def add_evidence(
    *, case: int, sentence: str, files: Sequence[StoredFile], by: Account, at: datetime
) -> list[CaseEvidence]:
    """Freeze a statement, or files with what they prove.

    Raises: Refused PREPAID-CASE-EVIDENCE without words or with a file that is not open, PREPAID-PERSONAL, -CLOSED.
    """
    text = sentence.strip()
    if not text:
        raise Refused("请写明证明什么。", code="PREPAID-CASE-EVIDENCE")
    require_impersonal(text)
    if not all(is_open(file) for file in files):
        raise Refused(
            "有附件未通过安全检查，请稍后再试或者重新上传。", code="PREPAID-CASE-EVIDENCE"
        )
    with transaction.atomic():
        found = Case.objects.select_for_update().get(pk=case)
        if found.state == CaseState.CLOSED:
            raise Refused("案件已经结案，不能再补充证据。", code="PREPAID-CASE-CLOSED")
        if not files:
            content: Mapping[str, Any] = {"text": text, "by": by.display_name, "at": _moment(at)}
            return [_take(found, EvidenceKind.STATEMENT, text, content, by=by, at=at)]
        return [
            _take(
                found,
                EvidenceKind.FILE,
                text,
                {"name": file.name, "sha256": file.sha256, "size": file.size},
                by=by,
                at=at,
                file=file,
            )
            for file in files
        ]


def take_observation(case: Case, seen: Observation, *, by: Account, at: datetime) -> None:
    """Freeze an anomaly with the ledger's day and the standing that it rests on; call it inside the act.

    Raises: Refused PREPAID-CASE-OBSERVATION for one of another operator, or that is in a case already.
    """
    if seen.operator_id != case.operator_id:
        raise Refused("所选异常不属于这个经营者。", code="PREPAID-CASE-OBSERVATION")
    if seen.state != ObservationState.OPEN:
        label = ObservationState(seen.state).label
        raise Refused(
            f"{seen.day} 的“{seen.get_kind_display()}”{label}，没有重复立案。",
            code="PREPAID-CASE-OBSERVATION",
        )
    content = {
        "observation": seen.pk,
        "kind": seen.kind,
        "day": seen.day.isoformat(),
        "subject": seen.subject,
        "expected_fen": seen.expected_fen,
        "found_fen": seen.found_fen,
        "at_stake_fen": seen.at_stake_fen,
        "facts": seen.facts,
        "seen_at": _moment(seen.seen_at),
        "reports": _reports(seen),
    }
    sentence, told = seen.sentence, [one["number"] for one in content["reports"]]
    if len(told) > 1:
        sentence += f"这张卡共收到 {len(told)} 次反映：{'、'.join(told[:MOST_NAMED])}"
        sentence += "等。" if len(told) > MOST_NAMED else "。"
    kind = EvidenceKind.OBSERVATION
    _take(case, kind, sentence, content, by=by, at=at, observation=seen)
    _take_ledger_day(case, seen, by=by, at=at)
    if seen.kind in {ObservationKind.UNDER_SECURED, ObservationKind.CUSTODY_DROP}:
        _take_standing(case, seen, by=by, at=at)
    seen.state = ObservationState.IN_CASE
    seen.save(update_fields=["state"])


def take_inspection(case: Case, done: Inspection, *, by: Account, at: datetime) -> None:
    """Freeze the record of an on-site check; call it inside the act."""
    content = {
        "inspection": done.number,
        "checked_on": done.checked_on and done.checked_on.isoformat(),
        "answers": done.answers,
        "conclusion": done.conclusion,
        "record": done.digest,
    }
    sentence = f"{done.checked_on} 现场检查（{done.number}）：{done.conclusion}"
    _take(case, EvidenceKind.INSPECTION, sentence, content, by=by, at=at)


def take_reply(
    case: Case, reply: LetterReply, files: Sequence[StoredFile], *, at: datetime
) -> None:
    """Freeze what the operator answered; call it inside the act."""
    content = {
        "letter": reply.letter.number,
        "text": reply.text,
        "at": _moment(reply.replied_at),
        "files": [{"name": file.name, "sha256": file.sha256} for file in files],
    }
    if reply.received_on is not None:
        handed_in_by = reply.get_handed_in_by_display()
        content |= {"received_on": reply.received_on.isoformat(), "handed_in_by": handed_in_by}
    paper = "书面" if reply.received_on else ""
    sentence = f"对{reply.letter.number}的{paper}答复：{reply.text}"
    _take(case, EvidenceKind.REPLY, sentence, content, by=reply.replied_by, at=at)


def _reports(seen: Observation) -> list[dict[str, Any]]:
    """Return what consumers reported of an observation, each piece with what slip and ledger said. Unit: fen."""
    return [
        {
            "number": one.number,
            "day": one.day.isoformat() if one.day else "",
            "stated_fen": one.amount_fen,
            "found_fen": one.found_fen,
            "received_at": _moment(one.received_at),
        }
        for one in seen.consumer_requests.order_by("received_at", "pk")
    ]


def _take_ledger_day(case: Case, seen: Observation, *, by: Account, at: datetime) -> None:
    day = OperatorDay.objects.filter(operator=case.operator_id, day=seen.day).first()
    if day is None:
        return
    root = bytes(day.root).hex() if day.root else ""
    content = {
        "day": day.day.isoformat(),
        "state": day.state,
        "rows": day.rows,
        "issued_fen": day.issued_fen,
        "redeemed_fen": day.redeemed_fen,
        "refunded_fen": day.refunded_fen,
        "balance_fen": day.balance_fen,
        "stated": day.stated,
        "is_late": day.is_late,
        "root": root or None,
    }
    closed = f"，日摘要 {root[:16]}…" if root else "，尚未关账"
    sentence = f"{day.day} 的经营者日账：{day.rows} 行{closed}"
    _take(case, EvidenceKind.LEDGER_DAY, sentence, content, by=by, at=at)


def _take_standing(case: Case, seen: Observation, *, by: Account, at: datetime) -> None:
    standing = (
        CustodyStanding.objects.filter(
            operator=case.operator_id, day__lte=seen.day, known_at__lte=at
        )
        .order_by("-day", "-known_at")
        .first()
    )
    if standing is None:
        return
    content = {
        "day": standing.day.isoformat(),
        "known_at": _moment(standing.known_at),
        "balance_fen": standing.balance_fen,
        "required_fen": standing.required_fen,
        "counted_fen": standing.counted_fen,
        "custody_fen": standing.custody_fen,
        "shortfall_fen": standing.shortfall_fen,
        "basis": standing.basis,
        "sentences": standing.sentences,
    }
    said = "".join(str(one) for one in standing.sentences or ())
    sentence = f"{standing.day} 的存管核算：{said or standing.basis}"
    _take(case, EvidenceKind.STANDING, sentence, content, by=by, at=at)


def _take(
    case: Case,
    kind: EvidenceKind,
    sentence: str,
    content: Mapping[str, Any],
    *,
    by: Account,
    at: datetime,
    observation: Observation | None = None,
    file: StoredFile | None = None,
) -> CaseEvidence:
    """Store the evidence once: equal content in one case is one piece."""
    shown = (
        sentence if len(sentence) <= LONGEST_SENTENCE else sentence[: LONGEST_SENTENCE - 1] + "…"
    )
    frozen = {"kind": kind.value, "sentence": shown, **content}
    found, is_new = CaseEvidence.objects.get_or_create(
        case=case,
        digest=digest(frozen),
        defaults={
            "kind": kind,
            "sentence": shown,
            "content": frozen,
            "observation": observation,
            "file": file,
            "taken_by": by,
            "taken_at": at,
        },
    )
    if is_new:
        audit.record(
            act="prepaid.take_evidence",
            by=by.actor,
            at=at,
            subject=f"case:{case.number}",
            after={"kind": kind, "digest": found.digest},
        )
    return found


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
