"""What a receipt says of a row: number, field, code, reason in both languages; nothing of what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from shangwu.prepaid.rules.batch.codes import ANSWERS, Answer, Effect
from shangwu.prepaid.rules.batch.rows import Finding
from shangwu.prepaid.rules.bilingual import NOTHING, Bilingual

# Beside the twelve codes of the handbook: what keeps a row from being read or taken at all.
FORM, SENDER, OPERATOR = "FORM", "SENDER", "OPERATOR"
OTHER_ANSWERS: Mapping[str, Answer] = {
    FORM: Answer(
        "该行格式有误，未保存。",
        "The row is ill-formed and was not stored.",
        Effect.REJECT,
    ),
    SENDER: Answer(
        "该行不属于报送方，未保存。只能报送本单位的数据。",
        "The row belongs to somebody else and was not stored. Send your own records only.",
        Effect.REJECT,
    ),
    OPERATOR: Answer(
        "平台没有登记这个经营者，未保存。请核对统一社会信用代码。",
        "No operator with this social credit code is registered; not stored.",
        Effect.REJECT,
    ),
}
ALL_ANSWERS: Mapping[str, Answer] = {**ANSWERS, **OTHER_ANSWERS}
INLINE = 100


@dataclass(frozen=True)
class RowError:
    """One code for one row (from 1, in the order of sending), or for the whole batch (0).

    `sequence` is the row's own number where it has one; `detail` holds figures or the rule of a field.
    """

    row: int
    code: str
    field: str = ""
    sequence: int | None = None
    detail: Bilingual = NOTHING

    @property
    def effect(self) -> Effect:
        """What the code does to the row."""
        return ALL_ANSWERS[self.code].effect

    def to_json(self) -> dict[str, int | str | None]:
        """Return what the sender reads."""
        answer = ALL_ANSWERS[self.code]
        zh, en = self.detail
        return {
            "row": self.row,
            "sequence": self.sequence,
            "field": self.field,
            "code": str(self.code),
            "effect": str(answer.effect),
            "zh": f"{answer.zh}（{zh}）" if zh else answer.zh,
            "en": f"{answer.en} ({en})" if en else answer.en,
        }


def of_finding(finding: Finding, *, row: int, field: str = "") -> RowError:
    """Return a finding of the validation as the receipt says it."""
    return RowError(row, finding.code, field, finding.sequence, finding.detail)
