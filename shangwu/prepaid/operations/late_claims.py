"""Claims decided after a plan was signed: each receives the share that the plan keeps for its card, and no more."""

from django.db.models import Exists, OuterRef

from shangwu.foundation.money import Fen
from shangwu.prepaid.models import Collapse, RefundLine
from shangwu.prepaid.queries.refund_plans import decided_claims
from shangwu.prepaid.rules.waterfall import BOND, CUSTODY, capped


def attach_claims(collapse: Collapse) -> Fen:
    """Give decided claims the lines that signed plans reserve for their cards, and return what they receive.

    Call it inside the act that decides, with the collapse locked. A line that is worth more than the claim was
    admitted for gives the rest back to its source; no other line changes. A card that no plan knows has no line:
    what is owed to it waits for a further plan. Unit: fen out.
    """
    claims = decided_claims(collapse)
    of_card = claims.filter(operator=OuterRef("operator"), card=OuterRef("card"))
    lines = list(
        RefundLine.objects.select_for_update(of=("self",))
        .select_related("plan")
        .filter(
            Exists(of_card),
            plan__collapse=collapse,
            plan__signed_at__isnull=False,
            claim__isnull=True,
        )
        .order_by("plan__version")
    )
    found = {
        (claim.operator_id, bytes(claim.card)): claim
        for claim in claims.filter(card__in={bytes(line.card) for line in lines})
    }
    open_sums = {card: claim.entitled_fen for card, claim in found.items()}
    for line in lines:
        card = (line.operator_id, bytes(line.card))
        share = {CUSTODY: line.custody_fen, BOND: line.bond_fen}
        paid = capped(share, open_sums[card], order=line.plan.order)
        line.claim, line.custody_fen, line.bond_fen = found[card], paid[CUSTODY], paid[BOND]
        open_sums[card] -= line.received_fen
    RefundLine.objects.bulk_update(lines, ["claim", "custody_fen", "bond_fen"], batch_size=1000)
    return sum(line.received_fen for line in lines)
