"""The published description of records: one JSON Schema each, made from their closed lists of fields."""

from typing import Any

from shangwu.prepaid.rules.batch.fields import FORMS, GREATEST_COUNT, GREATEST_FEN, LONGEST_TEXT
from shangwu.prepaid.rules.batch.records import RECORDS
from shangwu.prepaid.rules.places import BOUNDS

# Codes that no business has; number and secret of the card stand in docs/interface.md.
OPERATOR, INSTITUTION = "91310000MA1FL0007C", "91310000MA1FL00157"
_KINDS: dict[str, dict[str, Any]] = {
    "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
    "division": {"type": "string", "pattern": "^[0-9]{6}$"},
    **{
        kind: {"type": "string"}
        | ({"enum": list(form.values)} if form.values else {"pattern": f"^{form.pattern}$"})
        for kind, form in FORMS.items()
    },
    **{
        kind: {"type": "number", "minimum": least, "maximum": greatest}
        for kind, (least, greatest) in BOUNDS.items()
    },
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "fen": {"type": "integer", "minimum": -GREATEST_FEN, "maximum": GREATEST_FEN},
    "count": {"type": "integer", "minimum": 0, "maximum": GREATEST_COUNT},
    "number": {"type": "integer", "minimum": 1, "maximum": GREATEST_COUNT},
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "quarter_report": {
        "operator": OPERATOR,
        "quarter_start": "2019-07-01",
        "revenue_fen": 80000000,
        "profit_fen": 5000000,
        "spent_fen": 21000000,
        "main_uses": "房租、食材采购",
    },
    "outlet": {
        "operator": OPERATOR,
        "outlet": "A0001",
        "trade_name": "总店",
        "district": "310101",
        "place": "虚构路1号",
        "longitude": 121.479,
        "latitude": 31.224,
        "opened_on": "2015-01-01",
    },
    "notice": {
        "operator": OPERATOR,
        "event": "closing",
        "takes_effect_on": "2019-12-31",
        "told": 120,
        "proof": "0" * 64,
        "text": "本店将于2019年12月31日停业，请持卡到店退款。",
    },
    "contract_template": {
        "operator": OPERATOR,
        "starts_on": "2019-09-01",
        "text": "单用途预付卡章程：余额可以退还。",
    },
    "custody_day": {
        "operator": OPERATOR,
        "day": "2019-09-01",
        "bank": INSTITUTION,
        "balance_fen": 64000000,
    },
    "bond": {
        "operator": OPERATOR,
        "insurer": INSTITUTION,
        "number": "PICC-2019-0001",
        "kind": "performance_insurance",
        "amount_fen": 30000000,
        "starts_on": "2019-09-01",
        "until": "2020-09-01",
    },
    "card_day": {
        "operator": OPERATOR,
        "outlet": "A0001",
        "day": "2019-09-01",
        "sequence": 1,
        "card": "ef4af984eb93da6c0eb8ab7dc72903122e1145e3c31b845494205d3d5734b819",
        "kind": "registered",
        "issued_fen": 100000,
        "redeemed_fen": 0,
        "refunded_fen": 0,
        "closing_fen": 100000,
        "sent_at": "2019-09-02T01:00:00+08:00",
    },
    "operator_day": {
        "operator": OPERATOR,
        "day": "2019-09-01",
        "cards": 1,
        "issued_fen": 100000,
        "redeemed_fen": 0,
        "refunded_fen": 0,
        "balance_fen": 100000,
    },
}


def schema_of(record: str) -> dict[str, Any]:
    """Return the JSON Schema of one row."""
    fields = RECORDS[record]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields if field.is_required],
        "properties": {
            field.name: _KINDS[field.kind] | {"description": f"{field.zh} / {field.en}"}
            for field in fields
        },
    }


def media_of(record: str) -> dict[str, Any]:
    """Return the media types of a small record: one object or a list, or an object on each line."""
    row = schema_of(record)
    return {
        "application/json": {
            "schema": {"anyOf": [row, {"type": "array", "items": row, "minItems": 1}]},
            "example": EXAMPLES[record],
        },
        "application/x-ndjson": {
            "schema": {"type": "string", "contentMediaType": "application/json"}
        },
    }
