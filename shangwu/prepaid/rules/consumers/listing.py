"""English of what the list of seriously dishonest operators says by law: grounds, exit, repair and remedy.

Source: law/prepaid.toml#pack.SH-REG18-25
"""

from collections.abc import Iterable, Mapping, Sequence

from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.governance import ListingTerm

# By the names of the grounds in law/prepaid.toml; the periods stand in the article that is cited beside them.
GROUNDS: Mapping[str, str] = {
    "vanished": "Closed or suspended without proper arrangements for redemption and refunds, and out of contact",
    "penalties": "Repeated administrative penalties within the period of the article for breaches of these provisions",
    "crime": "Criminally liable for using prepaid cards to take deposits illegally or for fundraising fraud",
    "harm": "Other acts that seriously harm the property rights of consumers",
}
# By the names of the terms in law/prepaid_governance.toml, their figures filled in from there.
TERMS: Mapping[str, str] = {
    "statement": "The operator may state its case and defend itself within the period; the authority answers before "
    "it decides.",
    "earliest_repair": "After {count} months on the list, an operator that has refunded or properly provided for all "
    "balances and complied with the penalties may apply for credit repair.",
    "exit": "An entry is removed when the basis of the listing is revoked, an objection shows it to be untrue, credit "
    "repair is granted, or the period of publication ends.",
    "remedy": "An objection may be raised at any time; against the decision the operator may apply for administrative "
    "reconsideration or bring an administrative action.",
}


def ground(name: str, label: str) -> Bilingual:
    """Return a ground in both languages; one that has no English yet stays Chinese alone."""
    return Bilingual(label, GROUNDS.get(name, ""))


def terms(texts: Iterable[str], known: Sequence[ListingTerm]) -> list[Bilingual]:
    """Return published terms in both languages; a wording that the law has no more stays Chinese alone.

    Source: law/prepaid_governance.toml#listing.terms
    """
    rows = {row.text: row for row in known}
    return [
        Bilingual(text, TERMS.get(row.name, "").format(count=row.count) if row else "")
        for text in texts
        for row in [rows.get(text)]
    ]
