"""The quarterly report of a till: typed by a person, sent through the same door as everybody's."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.law import Refused
from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Batch, QuarterReport
from shangwu.prepaid.operations.batches import own_delivery
from shangwu.prepaid.operations.reports import receive_quarter_report
from shangwu.prepaid.operations.steps import locked_operator
from shangwu.prepaid.operations.till.acting import record
from shangwu.prepaid.operations.till.gates import require_till
from shangwu.prepaid.rules.batch.records import RECORDS
from shangwu.prepaid.vocabulary import BatchState, RecordKind

_NAMES = {field.name: field.zh for field in RECORDS[RecordKind.QUARTER_REPORT]}


@dataclass(frozen=True)
class QuarterFigures:
    """What a quarter came to, in fen; a loss is a profit below zero."""

    quarter_start: date
    revenue_fen: Fen
    profit_fen: Fen
    spent_fen: Fen
    main_uses: str


def report_quarter(
    *, operator: int, figures: QuarterFigures, key: str, by: Account, at: datetime
) -> QuarterReport:
    """Report a quarter for a shop with a till; the same figures of one page count once, others are a correction.

    Source: law/prepaid.toml#pack.SH-REG18-12-2
    Raises: Refused TILL-NONE, or QUARTER-REFUSED with what the interface says of each field.
    """
    content = json.dumps(asdict(figures), sort_keys=True, default=str)
    sent_as = f"quarter-{key}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    with transaction.atomic():
        found = locked_operator(operator)
        require_till(found)
        is_new = not Batch.objects.filter(operator=found, key=sent_as).exists()
        row = {"operator": found.uscc, **asdict(figures)}
        batch = receive_quarter_report(own_delivery(operator=found, key=sent_as, rows=[row], at=at))
        if batch.state == BatchState.REFUSED:
            # Nothing of it is kept, so that the page's key is free for what is put right.
            raise Refused(_said(batch.receipt["errors"]), code="QUARTER-REFUSED")
        made = QuarterReport.objects.get(operator=found, batch_id=batch.pk)
        if is_new:
            record(
                "prepaid.report_quarter",
                found,
                by,
                at,
                quarter=figures.quarter_start,
                batch=batch.pk,
                spent_fen=figures.spent_fen,
            )
    return made


def _said(errors: list[dict[str, str]]) -> str:
    return "".join(
        f"{_NAMES[one['field']]}：{one['zh']}" if one["field"] in _NAMES else one["zh"]
        for one in errors
    )
