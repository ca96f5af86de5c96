"""The way of a business to linkage: registered, applied for by its owner, tested, connected, marked.

Every step is found by what the pages offer.
"""

import secrets
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import httpx

from city.browser import Browser, PageError
from city.prepaid.sending import Key
from city.stage import Stage

LINKAGE, CHIEF = "demo-linkage", "demo-chief"
TILL, OWN = "PUBLIC_BASE", "OWN"
KIT = "/prepaid/interface/conformance.zip"
# The smallest file that is a PDF: what matters here is that a paper was handed in.
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# What the owner's system needs before the office may connect it: the owner's browser, the platform's number.
Prepare = Callable[[Browser, str], None]


def join(
    stage: Stage,
    *,
    uscc: str,
    facts: Mapping[str, str],
    login: str,
    system: str,
    revenue: str,
    prepare: Prepare | None = None,
) -> str:
    """Go the whole way from registration to the mark, and return the owner's own password.

    `revenue` is last year's, in yuan.
    """
    clerk, chief = stage.person(LINKAGE), stage.person(CHIEF)
    clerk.open(f"/office/prepaid/linkage/new/?uscc={uscc}")
    clerk.submit(fields=facts, action="/linkage/new/")
    dossier = clerk.path
    clerk.submit(fields={"login": login, "display_name": "店主（演示）"}, action="/account/")
    password = clerk.find("//*[@id='password']")[0].text_content() or ""
    with Browser(stage.address) as owner:
        own = _sign_in(owner, login, password.strip())
        _apply(owner, system, revenue)
        clerk.open(dossier).submit(
            fields={"text": "材料齐全。"}, action="/recommend/", button="recommend"
        )
        chief.open(dossier).submit(fields={"text": "同意。"}, action="/decide/", button="approve")
        if prepare is not None:
            prepare(owner, dossier.strip("/").rpartition("/")[2])
    clerk.open(dossier).submit(fields={}, action="/connect/")
    chief.open(dossier).submit(fields={}, action=f"{dossier}mark/")
    return own


def pass_the_kit(owner: Browser, number: str, *, address: str, seed: int) -> Key:
    """Register the keys of a system of one's own, pass the published kit, and return the key to report with."""
    sandbox, real = (Key.made(f"{number}-{use}1", seed=seed) for use in "SP")
    for key, use in ((sandbox, "sandbox"), (real, "production")):
        owner.open("/shop/linkage/").submit(
            fields={"text": key.public, "use": use}, action="/shop/keys/add/"
        )
    with tempfile.TemporaryDirectory() as folder:
        kit = httpx.get(f"{address}{KIT}", timeout=60).raise_for_status().content
        zipfile.ZipFile(BytesIO(kit)).extractall(folder)
        pem = Path(folder) / "key.pem"
        pem.touch(mode=0o600)
        pem.write_bytes(sandbox.pem)
        given = ("--address", address, "--key-id", sandbox.key_id, "--key", str(pem))
        done = subprocess.run(  # noqa: S603 - the kit as the platform publishes it
            [sys.executable, "-m", "conformance", *given],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise PageError(f"the conformance kit did not pass:\n{done.stdout}{done.stderr}")
    return real


def _sign_in(owner: Browser, login: str, password: str) -> str:
    """Sign in with the one-time password, choose an own one and return it."""
    own = secrets.token_urlsafe(12)
    owner.sign_in(login=login, password=password)
    owner.open("/account/password/change/").submit(
        fields={"oldpassword": password, "password1": own, "password2": own},
        action="/account/password/change/",
    )
    return own


def _apply(owner: Browser, system: str, revenue: str) -> None:
    owner.open("/shop/application/").submit(fields={"system": system}, action="/business/")
    for kind in ("CHARTER", "CONTRACT"):
        owner.open("/shop/application/").submit(
            fields={"kind": kind},
            action="/documents/",
            files=[("file", (f"{kind}.pdf", PAPER, "application/pdf"))],
        )
    owner.open("/shop/application/").submit(
        fields={"revenue_fen": revenue},
        action="/revenue/",
        files=[("statement", ("上年报表.pdf", PAPER, "application/pdf"))],
    )
    owner.open("/shop/application/").submit(fields={}, action="/submit/")
    if "正在审核" not in owner.text:
        raise PageError(f"the application was not taken: {owner.text[:300]}")
