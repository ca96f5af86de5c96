"""The formula of a refund in English: the same figures, the words of the rules one by one.

A test holds that no answer of the rules keeps a Chinese word.
"""

import re

from shangwu.prepaid.rules.consumers.english import article
from shangwu.prepaid.rules.refund.answer import Refund

# Longer phrases first, so that no part of one is taken for another.
_PHRASES = (
    (
        "，不足零的按零计，经营者不得请求补足，应退",
        "; below zero counts as zero, and the operator may not claim the rest: refund",
    ),
    ("（按订约时市场价格）", " (at the market price when the contract was made)"),
    ("合同订立时一年期贷款市场报价利率", "one-year loan prime rate when the contract was made"),
    ("一年期存款基准利率", "one-year benchmark deposit rate"),
    ("监管账户实际利率", "actual rate of the supervised account"),
    (
        "订立合同时已获得过相同商品或者服务，按此条应退",
        "the same goods or service had been tried before: refund under this article",
    ),
    ("已超过期限，按此条应退", "the period is over: refund under this article"),
    ("全部返还本金", "the whole payment back"),
    ("（按原价）", " (at list price)"),
)
_PATTERNS = (
    (r"剩余 (\d+) 日 ÷ 共 (\d+) 日", r"\1 days left ÷ \2 days in all"),
    (r"付款后 (\d+) 日内（(\S+) 止）请求", r"asked within \1 days of payment (until \2)"),
    (r"([\d,]+\.\d\d) 元", r"CNY \1"),
    (r"(\d+) 日", r"\1 days"),
)
_MARKS = str.maketrans({"（": " (", "）": ")", "，": ", ", "－": "-", "。": "."})


def formula(refund: Refund) -> str:
    """Return the formula of a refund in English."""
    text = refund.formula
    for words, english in _PHRASES:
        text = text.replace(words, english)
    for pattern, english in _PATTERNS:
        text = re.sub(pattern, english, text)
    return re.sub(r" {2,}", " ", text.translate(_MARKS)).strip()


def articles(refund: Refund) -> str:
    """Return the articles of a refund in English."""
    return "; ".join(article(citation.text) for citation in refund.citations)
