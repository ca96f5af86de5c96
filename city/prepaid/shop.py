"""A small shop on the public-base system: registered, applied, connected, and a card sold at its till."""

import json
import secrets
from pathlib import Path

from city.browser import Browser, PageError
from city.prepaid.businesses import social_credit_code
from city.stage import Stage

LINKAGE, CHIEF = "demo-linkage", "demo-chief"
LOGIN, NAME = "demo-shop", "虚构小巷面馆"
# The smallest file that is a PDF: what matters here is that a paper was handed in.
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
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
    """The shop's owner and the people who connect it; every step is found by what the pages offer."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.folder = stage, folder

    def join(self) -> None:
        """Go the whole way from registration to the mark."""
        uscc = social_credit_code("310101", 960_001)
        clerk, chief = self.stage.person(LINKAGE), self.stage.person(CHIEF)
        clerk.open(f"/office/prepaid/linkage/new/?uscc={uscc}")
        clerk.submit(fields=FACTS, action="/linkage/new/")
        dossier = clerk.path
        clerk.submit(fields={"login": LOGIN, "display_name": "店主（演示）"}, action="/account/")
        password = clerk.find("//*[@id='password']")[0].text_content() or ""
        with Browser(self.stage.address) as owner:
            self._sign_in(owner, password.strip())
            self._apply(owner)
            clerk.open(dossier).submit(
                fields={"text": "材料齐全。"}, action="/recommend/", button="recommend"
            )
            chief.open(dossier).submit(
                fields={"text": "同意。"}, action="/decide/", button="approve"
            )
            clerk.open(dossier).submit(fields={}, action="/connect/")
            chief.open(dossier).submit(fields={}, action=f"{dossier}mark/")

    def _sign_in(self, owner: Browser, password: str) -> None:
        """Sign in with the one-time password and choose an own one, which is kept for the visitors."""
        own = secrets.token_urlsafe(12)
        owner.sign_in(login=LOGIN, password=password)
        owner.open("/account/password/change/").submit(
            fields={"oldpassword": password, "password1": own, "password2": own},
            action="/account/password/change/",
        )
        kept = self.folder / "demonstration-shop.json"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps({LOGIN: own}), "utf-8")

    def _apply(self, owner: Browser) -> None:
        owner.open("/shop/application/").submit(
            fields={"system": "PUBLIC_BASE"}, action="/business/"
        )
        for kind in ("CHARTER", "CONTRACT"):
            owner.open("/shop/application/").submit(
                fields={"kind": kind},
                action="/documents/",
                files=[("file", (f"{kind}.pdf", PAPER, "application/pdf"))],
            )
        owner.open("/shop/application/").submit(
            fields={"revenue_fen": "480000"},
            action="/revenue/",
            files=[("statement", ("上年报表.pdf", PAPER, "application/pdf"))],
        )
        owner.open("/shop/application/").submit(fields={}, action="/submit/")
        if "正在审核" not in owner.text:
            raise PageError(f"the shop's application was not taken: {owner.text[:300]}")
