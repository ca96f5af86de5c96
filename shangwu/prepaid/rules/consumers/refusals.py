"""What a refusal on a public page says in English, by its code; a test holds that none is missing."""

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.bilingual import Bilingual

ENGLISH: dict[str, str] = {
    "PREPAID-LOOKUP-OFTEN": "Too many look-ups. Please try again in ten minutes; number and secret are printed on your "
    "slip. You may also ask the operator directly.",
    "PREPAID-REQUESTS-MANY": "The most that can be sent from one network in a day has been sent. Please come back "
    "tomorrow or call 12345.",
    "PREPAID-NO-SUCH-OPERATOR": "Please choose the operator; if it is not registered, give its name, line of business and "
    "district.",
    "PREPAID-NO-DIFFERENCE": "The balance that you entered is the one on record: there is no difference. Please compare "
    "amount and date with your slip.",
    "PREPAID-PERSONAL-DATA": "The text seems to contain personal data. Please remove them and send again.",
    "PREPAID-CLAIM-AMOUNT": "The amount must be above zero, and not above a million yuan. Please compare with your slip.",
    "PREPAID-CLAIM-CLOSED": "Please choose one of the operators that the notice names.",
    "PREPAID-CLAIM-SECRET": "Please give the card number and the sixteen letters and digits printed on your slip.",
    "PREPAID-CLAIM-TWICE": "This card has been claimed already. Please follow it with the number and code you were given; "
    "if the amount was wrong, a person checks it before the claim is decided.",
    "PREPAID-COLLAPSE-STATE": "The settlement of this notice does not take claims now.",
    "PREPAID-NO-PROOF": "There is no entry of this card yet that could be proved.",
    "PREPAID-TICKET": "This form is too old. Please open it again; what you sent before is kept.",
    "PREPAID-REFUND-LAW": "No such rule was in force on that day, so nothing can be computed for it. The interpretation "
    "holds from 2025-05-01.",
    "PREPAID-REFUND-AMOUNT": "An amount cannot be below zero. Please check.",
    "PREPAID-REFUND-DISCOUNT": "The discount must be above 0 and at most 1 (0.8 for 20 % off).",
    "PREPAID-REFUND-USED": "At the discount more was used than was paid and given. Please check the figures.",
    "PREPAID-REFUND-TERM": "The term must have at least one day: its end comes after its beginning.",
    "PREPAID-REFUND-DATES": "The days do not follow each other. Please check which came first.",
    "PREPAID-RATE": "The yearly rate must lie between 0 and 100 %.",
    "PREPAID-ROUTE": "No table of competences in force that day names this line of business. Please check it.",
    "PREPAID-ROUTE-DISTRICT": "This is no district that day. Please choose one from the list.",
}


def sentence(refused: Refused) -> Bilingual:
    """Return why an act was refused, in both languages, with its code."""
    english = ENGLISH.get(refused.code, "This could not be done.")
    return Bilingual(f"{refused.sentence}〔{refused.code}〕", f"{english} [{refused.code}]")
