"""The clauses of the model texts, in our own words, under the item of the law that each answers.

Blanks are filled by the operator. Figures in braces are the law's, filled when a text is made; a clause whose figure
is not in force that day is left out. The English is for reading; the Chinese counts.
"""

from shangwu.prepaid.rules.bilingual import Bilingual

CHARTER: dict[str, tuple[Bilingual, ...]] = {
    "使用范围": (
        Bilingual(
            "本卡由____发行，可以在下列门店使用：____。可以购买的商品和服务：____；不能用于：____。",
            "This card is issued by ____ and is accepted at: ____. It buys: ____; it cannot be used for: ____.",
        ),
        Bilingual(
            "门店增加、减少、搬迁或者商品和服务有变化的，经营者在店堂和网站公布，并不减少持卡人原有的权利。",
            "Changes of shops, goods or services are announced in the shop and online and take no right from holders.",
        ),
    ),
    "预收资金的用途和管理方式": (
        Bilingual(
            "预收资金只用于兑付本卡的商品和服务，以及与此有关的经营支出；不用于房地产、股权、证券投资和借贷。",
            "Prepaid money is used only to provide what the card buys and the business behind it; not for property, equity, "
            "securities or lending.",
        ),
        Bilingual(
            "余额高于风险警示标准的，按规定存入专用存款账户（存管银行：____），或者以履约保证保险等方式冲抵。"
            "发卡、充值、兑付数据逐日报送协同监管服务平台。",
            "Above the risk-warning standard the required part is kept in a special account (bank: ____) or covered by "
            "performance insurance. Sales, top-ups and redemptions are reported daily to the supervision platform.",
        ),
    ),
    "余额查询渠道": (
        Bilingual(
            "持卡人可以在门店、电话____、网址____查询余额和每一笔交易；也可以凭卡号和查询密码在协同监管服务平台查询。",
            "Holders see balance and every entry in the shop, by telephone ____, at ____, and with card number and secret on "
            "the supervision platform.",
        ),
        Bilingual(
            "经营者每次兑付后给出凭条，写明金额和余额。凭条与平台记录不符的，以核实的结果为准，核实期间不减少持卡人的余额。",
            "Each redemption gives a slip with amount and balance. Where slip and record differ the matter is checked, and the "
            "balance is not reduced meanwhile.",
        ),
    ),
    "退款方式": (
        Bilingual(
            "付款之日起{withdrawal_days}日内，持卡人可以请求返还本金；订立合同时已经获得过相同商品或者服务的除外。",
            "Within {withdrawal_days} days of payment the holder may ask for the principal back, unless the same goods or service had been "
            "tried when contracting.",
        ),
        Bilingual(
            "解除合同的，退还已付金额减去已兑付部分。因经营者的原因，按实际优惠价计算已兑付部分；因持卡人的原因，按原价计算，"
            "不足的不再追补。赠送金额按已付和赠送的比例分摊。退款退回原付款账户，期限____日。",
            "When the contract ends, what was paid less what was provided comes back: at the price really paid where it is the "
            "operator's doing, at list price where it is the holder's, and never with a further claim. Gifts are spread in "
            "proportion. Money goes back to the paying account within __ days.",
        ),
        Bilingual(
            "经营者停业、歇业或者迁移影响兑付的，提前{notice_days}日告知；持卡人可以选择继续使用或者退款。",
            "Closing, suspension or moving that affects redemption is announced {notice_days} days before; the holder may go on or be "
            "refunded.",
        ),
    ),
}
CONTRACT: dict[str, tuple[Bilingual, ...]] = {
    "经营地点": (
        Bilingual(
            "提供商品或者服务的地点：____。场所租期至____年__月__日；卡的期限不超过租期。",
            "Place: ____. The lease runs until ____; the card's term does not go beyond it.",
        ),
    ),
    "联系方式": (
        Bilingual(
            "经营者的联系人、电话和地址：____。消费者的联系方式只由经营者保存，用于本合同，不报送平台。",
            "The operator's contact, telephone and address: ____. The consumer's contact stays with the operator, for this "
            "contract only, and is not sent to the platform.",
        ),
    ),
    "数量和质量": (
        Bilingual(
            "商品或者服务的名称、数量、次数、时长和质量标准：____。",
            "Name, quantity, visits, duration and quality: ____.",
        ),
    ),
    "价款": (
        Bilingual(
            "已付金额____元，赠送____元（次）；原价____，折扣____；付款方式____，收款账户为经营者对公账户____。",
            "Paid ____ yuan, given ____; list price ____, discount ____; paid by ____ into the operator's own account ____.",
        ),
    ),
    "履行期限": (
        Bilingual("自____年__月__日至____年__月__日。", "From ____ to ____."),
        Bilingual(
            "记名卡不设有效期；不记名卡有效期不少于{anonymous_months}个月，期满有余额的可以激活或者换卡。",
            "Registered cards do not expire; anonymous ones hold for at least {anonymous_months} months and can then be "
            "renewed with their balance.",
        ),
    ),
    "风险警示": (
        Bilingual(
            "预付有风险：请按需购买，保留合同和凭条，经常在平台查询余额、存管和风险提示。经营者出现重大经营风险时不再收取预付款。",
            "Paying in advance carries risk: buy what you need, keep contract and slips, and look up balance, custody and "
            "notices on the platform. In major operating risk the operator takes no further prepayments.",
        ),
    ),
    "售后服务": (
        Bilingual(
            "商品或者服务不合约定的，经营者负责修理、重作、更换、退货或者补足次数：____。",
            "Where goods or service are not as agreed the operator repairs, repeats, replaces, takes back or adds visits: ____.",
        ),
    ),
    "责任": (
        Bilingual(
            "一方不履行的，赔偿对方的损失。经营者擅自转让债务、改变地点造成明显不便的，消费者可以解除合同，按经营者的原因退款。",
            "Who does not perform pays the other's loss. Where the operator passes on its duty or moves so that use becomes "
            "clearly inconvenient, the consumer may end the contract and is refunded as for the operator's doing.",
        ),
    ),
    "争议解决方式": (
        Bilingual(
            "先行协商；也可以在平台投诉、拨打 12345、请消费者权益保护委员会调解，或者依法申请仲裁、提起诉讼。本合同不排除消费者选择管辖的权利。",
            "First by talking; also by complaint on the platform, by calling 12345, by mediation of the consumer council, by "
            "arbitration or in court. Nothing here limits the consumer's choice of court.",
        ),
    ),
}
ITEMS_IN_ENGLISH: dict[str, str] = {
    "使用范围": "Scope of use",
    "预收资金的用途和管理方式": "Use and management of prepaid money",
    "余额查询渠道": "Where to ask for the balance",
    "退款方式": "Refunds",
    "经营地点": "Place of business",
    "联系方式": "Contact",
    "数量和质量": "Quantity and quality",
    "价款": "Price",
    "履行期限": "Term",
    "风险警示": "Risk warning",
    "售后服务": "After-sales service",
    "责任": "Liability",
    "争议解决方式": "Settlement of disputes",
}
