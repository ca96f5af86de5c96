"""The twelve answers of the interface, in both languages, and what each does to the row.

A breach of law is kept and noted, since hiding it would hide a debt to consumers; what cannot be true, or may
not be kept, is rejected; what makes the day incomplete holds the batch open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shangwu.prepaid.vocabulary import BatchCode


class Effect(StrEnum):
    """What a finding does: the row is refused, the batch stays open, or it is only noted."""

    REJECT = "reject"
    HOLD = "hold"
    NOTE = "note"


@dataclass(frozen=True)
class Answer:
    """What a code says, its effect, and the field that it is mostly about."""

    zh: str
    en: str
    effect: Effect
    field: str = ""


ANSWERS: Mapping[str, Answer] = {
    BatchCode.E01: Answer(
        "同一编号已有不同内容的记录，未保存。更正请报冲正记录，不要改动原记录。",
        "The key already exists with different content; nothing was stored. Send a reversing entry.",
        Effect.REJECT,
        "sequence",
    ),
    BatchCode.E02: Answer(
        "余额不等于上一余额加发行减兑付减退款，未保存。请核对金额。",
        "The balance is not the previous one plus issued minus redeemed minus refunded; not stored.",
        Effect.REJECT,
        "closing_fen",
    ),
    BatchCode.E03: Answer(
        "余额超过一张卡的限额，已保存并记为违规。",
        "The balance exceeds what a card may hold; stored and noted as a breach.",
        Effect.NOTE,
        "closing_fen",
    ),
    BatchCode.E04: Answer(
        "平台没有这张卡的发行记录，未保存。请先报送发行。",
        "No issue of this card is known; not stored. Report its issue first.",
        Effect.REJECT,
        "card",
    ),
    BatchCode.E05: Answer(
        "报送时间或者业务日期晚于平台收到的时间，未保存。请校准时钟。",
        "The time of sending or the day lies after the time of receipt; not stored. Set your clock.",
        Effect.REJECT,
        "sent_at",
    ),
    BatchCode.E06: Answer(
        "该行含有个人信息，未保存。平台不收集消费者个人信息，请删去后重新报送。",
        "The row contains personal data and was not stored. Remove it and send the row again.",
        Effect.REJECT,
        "remark",
    ),
    BatchCode.E07: Answer(
        "序号不连续，本批待补。请补报缺少的记录。",
        "The sequence has a gap; the batch stays open. Send the missing rows.",
        Effect.HOLD,
        "sequence",
    ),
    BatchCode.E08: Answer(
        "逐卡合计与日汇总不符，本批待核。请核对后更正。",
        "The rows do not add up to the operator's day; the batch stays open.",
        Effect.HOLD,
    ),
    BatchCode.E09: Answer(
        "超过规定的报送时间，已保存并记为逾期。",
        "Received after the time allowed; stored and noted as late.",
        Effect.NOTE,
        "day",
    ),
    BatchCode.E10: Answer(
        "该日已经关账，未保存。更正请在当前日期报冲正记录。",
        "The day is closed; not stored. Send a reversing entry on an open day.",
        Effect.REJECT,
        "day",
    ),
    BatchCode.E11: Answer(
        "金额或者余额为负，未保存。请核对。",
        "An amount or the balance is negative; not stored.",
        Effect.REJECT,
        "closing_fen",
    ),
    BatchCode.E12: Answer(
        "平台没有登记这个门店，未保存。请先登记门店。",
        "The outlet is not registered; not stored. Register it first.",
        Effect.REJECT,
        "outlet",
    ),
}
