"""A small shop on the public-base system, connected the whole way from registration to the mark."""

import json
from pathlib import Path

from city.prepaid.businesses import social_credit_code
from city.prepaid.joining import TILL, join
from city.stage import Stage

LOGIN, NAME = "demo-shop", "虚构小巷面馆"
USCC = social_credit_code("310101", 960_001)
FACTS = {
    "name": NAME,
    "trade_name": "小巷面馆",
    "sector": "catering",
    "subsector": "餐饮服务",
    "form": "enterprise",
    "district": "310101",
    "place": "黄浦区虚构里弄6号",
    "established_on": "2016-04-18",
}


class Shop:
    """The shop's owner and the people who connect it."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.folder = stage, folder

    def join(self) -> None:
        """Connect the shop, and keep its owner's password for the visitors."""
        password = join(
            self.stage,
            uscc=USCC,
            facts=FACTS,
            login=LOGIN,
            system=TILL,
            revenue="480000",
        )
        kept = self.folder / "demonstration-shop.json"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps({LOGIN: password}), "utf-8")
