"""The dossier of a case: what the letter's digests name is in it, every file is whole, and who took it is on record."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.audit.models import Act
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.web import table_files
from shangwu.foundation.web.archives import safe_name
from shangwu.prepaid.models import Case
from shangwu.prepaid.operations import inspections as checks
from shangwu.prepaid.rules.governance import governance
from shangwu.prepaid.vocabulary import Agency, CaseAct, CaseState, Sector
from tests.foundation.accounts import factories
from tests.foundation.documents.pictures import png
from tests.prepaid.factories import HUANGPU, operator, shopkeeper
from tests.prepaid.governance import PNG, officer, opened, reviewer, step

DOOR = png(40, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return officer()


@pytest.fixture
def signer():
    return reviewer()


def now():
    return timezone.localtime()


def desk_of(account):
    if not Authenticator.objects.filter(user=account).exists():
        factories.with_app(account)
    return factories.signed_in_client(account)


def address(case):
    return reverse("prepaid:case-dossier", args=[case.number])


def taken(client, case):
    """Return the bytes of the dossier and its files by name."""
    answer = client.get(address(case))
    assert answer["Content-Type"] == "application/zip"
    content = answer.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return content, {name: packed.read(name) for name in packed.namelist()}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def text_of_pdf(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace(" ", "").replace("\n", "")


@pytest.fixture
def case(by, signer):
    """A case with a letter that was answered, a photograph, a check on the spot, handed over."""
    business = operator(sector=Sector.CATERING)
    found = opened(by, business, at=now(), day=now().date() - timedelta(days=3))
    step(found, CaseAct.WARN, by, signer, now(), days=5)
    shop = desk_of(shopkeeper(business))
    shop.post(
        reverse("prepaid:shop-letter", args=[found.letters.get().pk]),
        {
            "text": "正在筹款，下月补足",
            "evidence": [SimpleUploadedFile("../回单 一.txt", "银行回单".encode())],
        },
    )
    desk = desk_of(by)
    photo = SimpleUploadedFile("门面.exe", PNG)
    desk.post(
        reverse("prepaid:case-evidence", args=[found.number]),
        {"sentence": "门店关闭", "evidence": [photo]},
    )
    plan = checks.plan_inspection(
        operator=business.pk,
        outlet=None,
        case=found.pk,
        reason="核实门店",
        planned_on=now().date(),
        first=by,
        second=signer,
        by=by,
        at=now(),
    )
    answers = {f"{item.key}_answer": "COMPLIES" for item in governance(now().date()).items.value}
    desk.post(
        reverse("prepaid:inspection", args=[plan.number]),
        answers
        | {
            "checked_on": now().date().isoformat(),
            "conclusion": "门店已关闭",
            "first_signature": by.display_name,
            "second_signature": signer.display_name,
            "C08_photos": [SimpleUploadedFile("门口.png", DOOR)],
        },
    )
    return step(found, CaseAct.HAND_OVER, by, signer, now(), refused=True)


class TestDossier:
    def test_every_digest_of_the_letter_is_that_of_a_file(self, case, by):
        _, files = taken(desk_of(by), case)
        digests = {sha256(content): name for name, content in files.items()}
        letter = case.letters.get(kind="HAND_OVER")
        named = [*letter.content["evidence"], *letter.content["letters"]]
        assert len(named) == case.evidence.count() + 1
        assert {one["digest"] for one in named} <= digests.keys()
        for row in case.evidence.all():
            assert json.loads(files[digests[row.digest]]) == row.content
        paper = next(name for name in files if "案件移送函" in name and name.endswith(".pdf"))
        printed = text_of_pdf(files[paper])
        assert all(one["digest"] in printed for one in letter.content["evidence"])
        assert "随函移送案卷" in printed

    def test_it_holds_files_answers_and_photographs_as_they_came(self, case, by):
        _, files = taken(desk_of(by), case)
        row = case.evidence.get(kind="FILE")
        place = list(case.evidence.order_by("taken_at", "pk")).index(row) + 1
        assert files[f"证据/{place:03d}-材料-门面.png"] == PNG
        assert "正在筹款，下月补足" in text_of_pdf(files["答复/01-01.pdf"])
        (sent,) = [name for name in files if name.startswith("答复/01-01-附件1")]
        assert sent.endswith(".txt") and ".." not in sent
        assert files[sent].decode() == "银行回单"
        check = case.inspections.get().number
        assert files[f"检查/{check}-照片01-门口.png"] == DOOR
        assert f"检查/{check}.pdf" in files

    def test_index_and_sums_name_every_file(self, case, by):
        _, files = taken(desk_of(by), case)
        lines = files["SHA256SUMS"].decode().splitlines()
        listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
        assert listed == {n: sha256(c) for n, c in files.items() if n != "SHA256SUMS"}
        index = text_of_pdf(files["卷内目录.pdf"])
        for name, digest in listed.items():
            assert name == "卷内目录.pdf" or (digest in index and name.replace(" ", "") in index)

    def test_nothing_changed_gives_the_same_bytes_in_memory_and_on_disk(
        self, case, by, signer, monkeypatch
    ):
        first, _ = taken(desk_of(by), case)
        monkeypatch.setattr(table_files, "IN_MEMORY_BYTES", 1)
        assert taken(desk_of(signer), case)[0] == first

    def test_every_download_is_on_record(self, case, by):
        _, files = taken(desk_of(by), case)
        (act,) = Act.objects.filter(act="prepaid.take_dossier")
        assert (act.subject, act.actor_number) == (f"case:{case.number}", str(by.number))
        assert act.after == {"files": len(files), "sums": sha256(files["SHA256SUMS"])}

    def test_only_who_may_see_the_case_gets_it(self, case, by):
        sports = officer("ti.yu", agency=Agency.SPORTS, district=HUANGPU)
        assert desk_of(sports).get(address(case)).status_code == 404
        assert desk_of(Account.objects.get(login="dian.zhu")).get(address(case)).status_code == 403
        assert not Act.objects.filter(act="prepaid.take_dossier").exists()
        page = desk_of(by).get(reverse("prepaid:case", args=[case.number])).content.decode()
        assert address(case) in page

    def test_evidence_that_is_not_what_was_frozen_stops_it(self, case, by):
        row = case.evidence.first()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE prepaid_caseevidence DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE prepaid_caseevidence SET content = content || '{\"at_stake_fen\": 1}' WHERE id = %s",
                [row.pk],
            )
            cursor.execute("ALTER TABLE prepaid_caseevidence ENABLE TRIGGER USER")
        answer = desk_of(by).get(address(case))
        assert answer.status_code == 400
        assert "第 1 件证据（异常记录）的内容与固定时登记的指纹不一致" in answer.content.decode()
        assert not Act.objects.filter(act="prepaid.take_dossier").exists()


def test_a_name_that_leads_elsewhere_stays_one_name():
    assert safe_name("../../etc/回单 一\n") == "etc_回单_一"


class TestPrintedCheck:
    def test_it_shows_the_photograph_with_item_digest_and_time(self, case, by):
        check = case.inspections.get()
        record = desk_of(by).get(reverse("prepaid:inspection-file", args=[check.number, "pdf"]))
        pages = pypdf.PdfReader(io.BytesIO(record.content)).pages
        assert sum(len(page.images) for page in pages) == 1
        printed = text_of_pdf(record.content)
        file = check.photos.get().file
        came = timezone.localtime(file.at).strftime("%Y-%m-%d%H:%M")
        for part in ("照片1（C08）门口.png", f"{came}上传", file.sha256):
            assert part in printed

    def test_a_photograph_that_may_not_be_opened_is_named_and_not_shown(self, case, by):
        check = case.inspections.get()
        StoredFile.objects.filter(pk=check.photos.get().file_id).update(state="QUARANTINED")
        record = desk_of(by).get(reverse("prepaid:inspection-file", args=[check.number, "pdf"]))
        printed = text_of_pdf(record.content)
        assert "不能缩印，见原件" in printed and "门口.png" in printed


class TestReceipt:
    def test_the_receipt_of_the_body_is_recorded_once(self, case, by):
        letter, desk = case.letters.get(kind="HAND_OVER"), desk_of(by)
        page = reverse("prepaid:case", args=[case.number])
        assert "登记接收回执" in desk.get(page).content.decode()
        Case.objects.filter(pk=case.pk).update(state=CaseState.CLOSED)
        assert "登记接收回执" in desk.get(page).content.decode(), "it may come late"
        given = {"mode": "DIRECT", "on": now().date().isoformat()}
        delivery = reverse("prepaid:letter-delivery", args=[letter.pk])
        desk.post(delivery, given)
        letter.refresh_from_db()
        assert letter.delivered_on is None, "no receipt, no delivery"
        desk.post(delivery, given | {"note": "市市场监管局 收字〔2019〕8号"})
        letter.refresh_from_db()
        assert (letter.delivered_on, letter.delivery) == (now().date(), "DIRECT")
        shown = desk.get(page).content.decode()
        assert "收字〔2019〕8号" in shown and "登记接收回执" not in shown

    def test_no_public_notice_hands_a_case_over(self, case, by):
        letter = case.letters.get(kind="HAND_OVER")
        given = {"mode": "PUBLIC", "on": now().date().isoformat(), "note": "收字〔2019〕8号"}
        desk_of(by).post(reverse("prepaid:letter-delivery", args=[letter.pk]), given)
        letter.refresh_from_db()
        assert letter.delivered_on is None
