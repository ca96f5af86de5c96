"""Businesses that sell in advance, made up from a seed: who they are, how large, and how honestly they run."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from city.prepaid.places import DISTRICTS, place_in


@dataclass(frozen=True)
class Trade:
    """A line of business: how many of a hundred, what it is called, what a sale and a visit cost, in fen.

    Lines with a share of nothing come by number only (`rare`).
    """

    share: int
    words: tuple[str, ...]
    top_up: int
    visit: int
    subsector: str = ""


TRADES: Mapping[str, Trade] = {
    "catering": Trade(24, ("餐饮", "茶饮", "咖啡", "烘焙"), 200_00, 38_00, "餐饮服务"),
    "retail": Trade(18, ("商贸", "超市", "生鲜", "书店"), 300_00, 65_00, "零售"),
    "resident_service": Trade(20, ("美容", "洗衣", "汽车服务", "足浴"), 800_00, 120_00, "居民服务"),
    "hotel": Trade(4, ("酒店", "宾馆"), 1000_00, 260_00, "住宿"),
    "education": Trade(12, ("教育", "培训", "艺术学校"), 2800_00, 180_00, "非学科类培训"),
    "sports": Trade(10, ("健身", "游泳", "瑜伽", "球类运动"), 1800_00, 60_00, "健身场馆"),
    "culture": Trade(5, ("影院", "剧场", "文化"), 300_00, 55_00, "演出和影院"),
    "tourism": Trade(4, ("旅行社", "度假"), 1500_00, 420_00, "旅行社"),
    "transport": Trade(3, ("停车", "租车", "交通服务"), 200_00, 18_00, "停车和租车"),
    "mall": Trade(0, ("购物中心", "百货商场"), 1000_00, 160_00, "商场"),
    "youth_sports": Trade(0, ("少儿体育", "青少年足球"), 2400_00, 120_00, "青少年体育培训"),
}
# Numbers of the rare ones, beyond every list of the predecessor.
_RARE = 20_000
# A mall's cards are used in all its shops: it has many, and so a balance above what the law leaves free.
_MALL_CARDS = 360
_FIRST = "安宝长晨春德东丰福光国海和恒宏华汇佳嘉锦景凯康乐丽隆明宁鹏启清庆荣瑞盛顺泰天同万祥鑫兴雅阳怡永裕元悦云泽正志中众卓"
_SECOND = "达德发帆港冠辉吉季健捷君朗来朗林露美能派奇仁森尚升时思特通途威维闻希欣信星旭雅研阳业逸溢英影优友宇源远越运展知智"
_FIGURES = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
VISITS_A_CARD, SALES_A_CARD = 0.06, 0.012
FORMS = (("enterprise", 78), ("franchised_trader", 10), ("lone_trader", 12))


@dataclass(frozen=True)
class Business:
    """One business: amounts in fen, `visits` and `sales` a day on average.

    `manner` is "honest", "late" (sends a day late now and then), "thin" (keeps too little in custody), "hiding"
    (sells cards that it does not report) or "doomed" (belongs to the chain that fails).
    """

    uscc: str
    name: str
    trade_name: str
    brand: str
    sector: str
    subsector: str
    form: str
    district: str
    place: str
    established_on: date
    revenue_fen: int
    cards: int
    visits: float
    sales: float
    manner: str
    seed: int

    @property
    def trade(self) -> Trade:
        """Its line of business."""
        return TRADES[self.sector]

    @property
    def position(self) -> tuple[str, str]:
        """Longitude and latitude of its shop, in degrees; the same whenever the city is made again."""
        return place_in(self.district, seed=self.uscc)


def businesses(count: int, *, seed: int, today: date) -> Iterator[Business]:
    """Yield so many businesses of all sectors and districts; equal seeds give equal businesses.

    The names are drawn from syllables and belong to nobody.
    """
    rng = random.Random(seed)  # noqa: S311 - invented data, no secret
    common = {name: trade.share for name, trade in TRADES.items() if trade.share}
    sectors, shares = list(common), list(common.values())
    seen: set[str] = set()
    for number in range(count):
        # Every sector and district is there however few the businesses are.
        sector = sectors[number] if number < len(sectors) else rng.choices(sectors, shares)[0]
        district = list(DISTRICTS)[number % len(DISTRICTS)]
        yield _business(rng, seen, number, sector=sector, district=district, today=today)


def rare(counts: Mapping[str, int], *, seed: int, today: date) -> Iterator[Business]:
    """Yield so many honest enterprises of each of these lines, in districts after one another."""
    rng = random.Random(f"{seed}/rare")  # noqa: S311 - invented data, no secret
    seen: set[str] = set()
    for number, sector in enumerate(name for name, count in counts.items() for _ in range(count)):
        district = list(DISTRICTS)[number % len(DISTRICTS)]
        one = _business(
            rng,
            seen,
            _RARE + number,
            sector=sector,
            district=district,
            today=today,
            form="enterprise",
        )
        cards = _MALL_CARDS if sector == "mall" else one.cards
        yield replace(
            one,
            manner="honest",
            cards=cards,
            visits=cards * VISITS_A_CARD,
            sales=cards * SALES_A_CARD,
        )


def chain(*, seed: int, today: date) -> list[Business]:
    """Return the chain that will fail: three gyms of one brand in three districts."""
    rng = random.Random(seed)  # noqa: S311 - invented data, no secret
    made: list[Business] = []
    for number, district in enumerate(("310101", "310104", "310115")):
        made.append(
            Business(
                uscc=social_credit_code(district, 990_000 + number),
                name=f"虚构跃动{DISTRICTS[district]}健身有限公司",
                trade_name="跃动健身",
                brand="跃动",
                sector="sports",
                subsector="健身场馆",
                form="enterprise",
                district=district,
                place=f"{DISTRICTS[district]}区虚构路{88 + number}号",
                established_on=today - timedelta(days=900),
                revenue_fen=6_000_000_00,
                cards=260,
                visits=40,
                sales=6,
                manner="doomed",
                seed=rng.randrange(2**32),
            )
        )
    return made


def social_credit_code(district: str, number: int) -> str:
    """Return a well-formed code of a business that does not exist (GB 32100, GB 11714)."""
    organisation = f"MA{number:06d}"
    total = sum(
        int(letter, 36) * weight
        for letter, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    check = "0123456789X0"[(11 - total % 11) % 11] if (11 - total % 11) < 11 else "0"
    body = f"91{district}{organisation}{check}"
    rest = -sum(_FIGURES.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + _FIGURES[rest % 31]


def _business(
    rng: random.Random,
    seen: set[str],
    number: int,
    *,
    sector: str,
    district: str,
    today: date,
    form: str = "",
) -> Business:
    trade = TRADES[sector]
    word = rng.choice(trade.words)
    while (brand := rng.choice(_FIRST) + rng.choice(_SECOND)) + word in seen:
        pass
    seen.add(brand + word)
    size = rng.paretovariate(1.3)
    cards = min(round(8 * size), 400)
    name = f"虚构{brand}{word}有限公司"
    form = form or rng.choices([f for f, _ in FORMS], [share for _, share in FORMS])[0]
    manner = rng.choices(("honest", "late", "thin"), (88, 5, 7))[0]
    return Business(
        uscc=social_credit_code(district, number),
        name=name if form == "enterprise" else f"虚构{brand}{word}店",
        trade_name=f"{brand}{word}",
        brand=brand if rng.random() < 0.4 else "",
        sector=sector,
        subsector=trade.subsector,
        form=form,
        district=district,
        place=f"{DISTRICTS[district]}区虚构路{number + 1}号",
        established_on=today - timedelta(days=rng.randrange(200, 5000)),
        revenue_fen=round(size * 800_000_00 * rng.uniform(0.6, 1.6)),
        cards=cards,
        visits=cards * VISITS_A_CARD,
        sales=cards * SALES_A_CARD,
        manner=manner,
        seed=rng.randrange(2**32),
    )
