"""The plate of a linkage mark, A5 to print: who is linked, since when, and the code that anybody can verify."""

from datetime import date
from pathlib import Path

import segno

from shangwu.foundation.documents import write_pdf
from shangwu.prepaid.models import LinkageMark, Operator
from shangwu.prepaid.rules.marks import shown_code
from shangwu.prepaid.rules.places import districts

TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "typst" / "plate.typ"


def plate(mark: LinkageMark, operator: Operator, *, link: str, on: date) -> bytes:
    """Return the PDF of the plate; `link` is where anybody verifies the mark.

    Raises: MissingFont, Unprintable.
    """
    district = districts(on).get(operator.district, operator.district)
    return write_pdf(
        TEMPLATE,
        {
            "name": operator.name,
            "trade_name": operator.trade_name or operator.brand,
            "facts": [
                ["统一社会信用代码", operator.uscc],
                ["行业、所在区", f"{operator.get_sector_display()}　{district}"],
                ["完成对接", f"{operator.connected_on}"],
                ["核发", f"{mark.issued_on}"],
            ],
            "code": shown_code(mark.code),
            "link": link,
            "qr": segno.make(link, error="q").svg_inline(border=0),
        },
    )
