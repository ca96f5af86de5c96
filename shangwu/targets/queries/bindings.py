"""Rows that a measure of ours can answer although nothing, or only a person's rating, is bound to them."""

from dataclasses import dataclass

from shangwu.foundation import law
from shangwu.targets.measure import registry
from shangwu.targets.models import Declaration, Indicator
from shangwu.targets.rules.binding import RATING, BindingProposal, propose_money_binding


@dataclass(frozen=True)
class BindingOffer:
    """A row with the measure of payments that could answer for it."""

    indicator: Indicator
    proposal: BindingProposal
    now: str

    @property
    def title(self) -> str:
        """The measure in words."""
        return registry()[self.proposal.measure].title


def propose_system_binding(name: str) -> BindingProposal | None:
    """Return the measure of a business system that the law data name for an indicator, if it is wired.

    Source: law/targets.toml#target.prepaid
    """
    plain = "".join(name.split())
    found = {
        key.removeprefix("target.")
        for key, entry in law.load_file("targets").entries.items()
        if key.startswith("target.") and "".join(entry.facts["indicator"].split()) == plain
    } & registry().keys()
    if len(found) != 1:
        return None
    return BindingProposal(found.pop(), "由平台按业务系统的记录计算，不由人评定。")


def binding_offers(declaration: Declaration) -> list[BindingOffer]:
    """Return the rows that were stored before payments could answer for them, with what is proposed."""
    found = []
    rows = declaration.indicators.filter(withdrawn_at=None).prefetch_related("bindings")
    for row in rows.order_by("row"):
        proposal = propose_money_binding(row.name, year=declaration.year)
        standing = next((one.measure for one in row.bindings.all() if one.ended_at is None), "")
        if proposal is not None and standing in {"", RATING}:
            found.append(BindingOffer(row, proposal, "具名评定" if standing else "未绑定"))
    return found
