"""Official papers through their addresses: who may have them, what they hold, a whole year at once."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import unquote

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.documents import read_document
from shangwu.foundation.web import table_files
from shangwu.targets.models import Declaration, Project
from shangwu.targets.operations import changes, measuring
from shangwu.targets.operations import evaluation as acts
from shangwu.targets.queries.evaluation import content_sha256
from shangwu.targets.queries.history import current_content
from shangwu.targets.queries.paper.bundle import paper_name
from shangwu.targets.rules.form import read_form
from shangwu.targets.rules.form.printing import as_printed
from shangwu.targets.views import papers
from shangwu.targets.vocabulary import ReadingTrigger
from tests.foundation.accounts.factories import appointed, person, signed_in_client, with_app
from tests.targets.factories import approved, drafted, row
from tests.targets.test_evaluation import lines, rated

pytestmark = pytest.mark.django_db
AT = datetime(2020, 1, 10, 2, 0, tzinfo=UTC)
YEAR_END = date(2019, 12, 31)
PUBLIC_KINDS = ("pdf", "docx", "xlsx", "csv", "json")


@pytest.fixture
def declaration(editor, reviewer):
    """An approved declaration whose one row is rated and read."""
    appointed(editor, Role.TARGETS_EDITOR)
    appointed(reviewer, Role.TARGETS_REVIEWER)
    found = approved(
        editor, reviewer, ("窗口管理制度健全性", "健全"), ("第三方数据发布数", "100条")
    )
    rated(found, 1, "健全", editor)
    for number in (1, 2):
        measuring.take_reading(
            indicator=row(found, number).pk,
            on=YEAR_END,
            trigger=ReadingTrigger.BACKFILL,
            by=editor,
            at=AT,
        )
    return found


@pytest.fixture
def draft(declaration, editor, reviewer):
    """A self-evaluation whose weights are signed for."""
    found = acts.draft_evaluation(
        declaration=declaration, kind="SELF", as_of=YEAR_END, by=editor, at=AT
    )
    weights = {
        line.indicator_id: Decimal(value)
        for line, value in zip((lines(found)[number] for number in (1, 2)), (50, 40), strict=True)
    }
    acts.sign_weights(evaluation=found.pk, weights=weights, by=reviewer, at=AT)
    return found


@pytest.fixture
def staff():
    """A browser of somebody of the staff."""
    account = person("clerk", Role.TARGETS_EDITOR)
    with_app(account)
    return signed_in_client(account)


def signed(evaluation, editor):
    return acts.sign_evaluation(evaluation=evaluation.pk, by=editor, at=AT)


def address(name, declaration, *more):
    return reverse(f"targets:{name}", args=[declaration.project.number, declaration.year, *more])


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def page_foot(content):
    return docx.Document(io.BytesIO(content)).sections[0].footer._element.xml


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join(page.extract_text() for page in pages).replace(" ", "")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_form_of_a_declaration_can_be_imported_as_it_stands(declaration, staff, kind):
    answer = staff.get(address("declaration-paper", declaration, kind))
    assert answer["Content-Type"] == papers.TYPES[kind]
    name = unquote(answer["Content-Disposition"])
    assert f"XM00001-窗口服务项目-绩效目标申报表（2019年度）.{kind}" in name
    (found,) = read_form(read_document(answer.content, name=f"申报表.{kind}"))
    stands = as_printed(current_content(declaration)).to_json()
    assert found.content().to_json() == stands | {"framework": found.framework}
    assert staff.get(address("declaration-paper", declaration, kind)).content == answer.content


def test_the_form_prints_as_pdf_and_in_no_other_format(declaration, staff):
    answer = staff.get(address("declaration-paper", declaration, "pdf"))
    assert answer["Content-Disposition"].startswith("inline")
    text = pdf_text(answer.content)
    for part in ("绩效目标申报表", "（2019年）", "窗口管理制度健全性", "单位（盖章）", "第1页"):
        assert part in text
    assert staff.get(address("declaration-paper", declaration, "exe")).status_code == 404
    missing = reverse("targets:declaration-paper", args=["XM09999", 2019, "pdf"])
    assert staff.get(missing).status_code == 404


def test_the_form_shows_the_targets_in_force(declaration, staff, editor, reviewer):
    def targets():
        content = staff.get(address("declaration-paper", declaration, "docx")).content
        (found,) = read_form(read_document(content, name="申报表.docx"))
        return [item.target_raw for item in found.indicators]

    version = changes.propose_target_change(
        indicator=row(declaration, 2).pk,
        raw="≥120条",
        effective_on=date(2019, 7, 1),
        reason="任务增加",
        by=editor,
        at=AT,
    )
    assert targets() == ["健全", "100条"]
    changes.decide_target_change(version=version.pk, approve=True, note="", by=reviewer, at=AT)
    assert targets() == ["健全", "≥120条"]


def test_papers_are_for_the_staff(declaration, draft):
    for name in (
        address("declaration-paper", declaration, "docx"),
        reverse("targets:evaluation-table", args=[draft.pk, "docx"]),
        reverse("targets:evaluation-report", args=[draft.pk, "docx"]),
        reverse("targets:year-papers", args=[2019]),
    ):
        assert Client().get(name).status_code == 302


def test_a_draft_is_marked_and_a_signed_paper_carries_its_fingerprints(draft, staff, editor):
    for name in ("evaluation-table", "evaluation-report"):
        files = {kind: reverse(f"targets:{name}", args=[draft.pk, kind]) for kind in papers.WRITERS}
        assert "未签署" in page_foot(staff.get(files["docx"]).content)
        assert "草稿" in pdf_text(staff.get(files["pdf"]).content)
    for item in lines(draft).values():
        acts.state_cause(
            line=item.pk, cause="其他", detail="未接入", remedy="接入数据", by=editor, at=AT
        )
    signature = signed(draft, editor)
    for name in ("evaluation-table", "evaluation-report"):
        address_of = {
            kind: reverse(f"targets:{name}", args=[draft.pk, kind]) for kind in papers.WRITERS
        }
        content = staff.get(address_of["docx"]).content
        assert signature.content_sha256 in page_foot(content)
        assert "填报员 于 2020-01-10 10:00 签署" in page_foot(content)
        assert "草稿" not in pdf_text(staff.get(address_of["pdf"]).content)
        assert staff.get(address_of["xlsx"]).status_code == 200
        assert staff.get(address_of["xlsx"] + "m").status_code == 404


def test_a_signed_paper_does_not_move_with_the_record(declaration, draft, staff, editor):
    signature = signed(draft, editor)
    assert signature.content["money"] == {
        "declared": "300000.00",
        "adjusted": "300000.00",
        "executed": None,
    }
    file = reverse("targets:evaluation-table", args=[draft.pk, "docx"])
    before = staff.get(file).content
    declaration.budget_year_fen += 100
    declaration.save()
    assert staff.get(file).content == before


def test_the_public_gets_the_published_self_evaluation(declaration, draft, editor, reviewer):
    signature = signed(draft, editor)
    public = Client()
    files = {kind: address("promise-evaluation-export", declaration, kind) for kind in PUBLIC_KINDS}
    assert {public.get(file).status_code for file in files.values()} == {404}
    acts.publish_evaluation(evaluation=draft.pk, by=reviewer, at=AT)
    acts.reopen_evaluation(evaluation=draft.pk, reason="读数更正", by=reviewer, at=AT)
    page = public.get(address("promise-evaluation", declaration)).content.decode()
    for kind in ("pdf", "csv", "json"):
        assert files[kind] in page
    text = pdf_text(public.get(files["pdf"]).content)
    assert signature.evidence_sha256 in text
    assert "某市商务委员会于2020-01-1010:00签署" in text
    assert "草稿" not in text
    assert "填报员" not in text
    for kind in ("docx", "xlsx"):
        assert "填报员".encode() not in public.get(files[kind]).content
    assert public.get(address("promise-evaluation-export", declaration, "txt")).status_code == 404


def test_the_public_can_compute_the_fingerprint_again(declaration, draft, editor, reviewer):
    signature = signed(draft, editor)
    acts.publish_evaluation(evaluation=draft.pk, by=reviewer, at=AT)
    public = Client()
    told = json.loads(public.get(address("promise-evaluation-export", declaration, "json")).content)
    assert content_sha256(told["content"]) == told["content_sha256"] == signature.content_sha256
    answer = public.get(address("promise-evaluation-export", declaration, "csv"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(r["三级指标"], r["状态"], r["分值"], r["得分"]) for r in rows] == [
        ("窗口管理制度健全性", "已达成", "50", "50.00"),
        ("第三方数据发布数", "无数据", "40", ""),
    ]
    assert rows[0]["证据指纹"] == told["content"]["indicators"][0]["evidence_sha256"]


def test_a_year_is_one_archive_with_what_is_signed(declaration, draft, staff, editor, monkeypatch):
    drafted(editor, project="另一/项目：二期*", organisation="某区商务委员会")
    drafted(editor, project="明年的项目", year=2020, starts_on=date(2020, 1, 1),
            ends_on=date(2020, 12, 31))  # fmt: skip
    archive = reverse("targets:year-papers", args=[2019])

    def packed():
        answer = staff.get(archive)
        assert answer["Content-Type"] == "application/zip"
        content = body(answer)
        return content, zipfile.ZipFile(io.BytesIO(content))

    _, found = packed()
    forms = [
        "XM00001-窗口服务项目-绩效目标申报表（2019年度）.docx",
        "XM00002-另一_项目：二期-绩效目标申报表（2019年度）.docx",
    ]
    assert found.namelist() == forms
    signed(draft, editor)
    # Beyond the limit the archive is made on disk; what is sent is the same.
    in_memory, found = packed()
    monkeypatch.setattr(table_files, "IN_MEMORY_BYTES", 1)
    on_disk, _ = packed()
    assert on_disk == in_memory
    assert found.namelist() == [
        forms[0],
        "XM00001-窗口服务项目-项目支出绩效自评表（2019年度）.docx",
        "XM00001-窗口服务项目-项目支出绩效自评报告（2019年度）.docx",
        forms[1],
    ]
    assert found.testzip() is None
    (form,) = read_form(read_document(found.read(forms[1]), name=forms[1]))
    assert form.project.value == "另一/项目：二期*"
    assert archive in staff.get(reverse("targets:evaluations")).content.decode()
    assert staff.get(reverse("targets:year-papers", args=[2031])).status_code == 404


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("../../etc/passwd", "XM1-etc_passwd-表（2019年度）.pdf"),
        ("名\n字\x00", "XM1-名_字-表（2019年度）.pdf"),
        ("长" * 200, f"XM1-{'长' * 60}-表（2019年度）.pdf"),
    ],
)
def test_a_file_name_is_safe_whatever_the_project_is_called(project, name):
    named = Declaration(project=Project(number="XM1", name=project), year=2019)
    assert paper_name(named, "表", "pdf") == name


def test_pages_offer_the_papers(declaration, draft, staff):
    project = staff.get(address("project", declaration)).content.decode()
    desk = staff.get(reverse("targets:evaluation", args=[draft.pk])).content.decode()
    for kind in papers.WRITERS:
        assert address("declaration-paper", declaration, kind) in project
        for name in ("evaluation-table", "evaluation-report"):
            assert reverse(f"targets:{name}", args=[draft.pk, kind]) in desk
