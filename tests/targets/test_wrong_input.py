"""Wrong files, double clicks and two people at once, through the pages: a clear sentence, nothing by halves."""

import threading
from dataclasses import replace
from functools import partial
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from lxml import html

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.audit.models import Act
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.operations import store_upload
from shangwu.foundation.law.refused import Refused
from shangwu.targets.models import (
    Declaration,
    DeclarationImport,
    Indicator,
    Rating,
    TargetVersion,
)
from shangwu.targets.operations import declarations, imports
from shangwu.targets.rules.content import DeclarationContent
from shangwu.targets.vocabulary import DeclarationStatus, ImportStatus
from tests.foundation.accounts.factories import person, signed_in_client, with_app
from tests.foundation.documents.packages import cell, paragraph, run, table, word_file, zipped
from tests.targets.factories import AT, drafted, row
from tests.targets.forms import demo, printed

UPLOAD = "/office/targets/imports/new/"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = b"%PDF-1.7\n" + bytes(200)
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
EXE = b"MZ" + bytes(400)
BOMB = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": b" " * 60_000_000})
# Entries of a package that is almost a Word file: more of them than anybody writes; a bomb inside a bomb.
PARTS = {f"word/media/{number}.bin": b"" for number in range(2500)}
MANY = word_file(paragraph(run("申报表")), **{name.replace("/", "__"): b"" for name in PARTS})
NESTED = word_file(
    paragraph(run("申报表")), word__embeddings__a_dot_zip=zipped({"x": bytes(10**7)})
)
HUGE = word_file(paragraph(run("申报表")) * 400_000)
DEEP = word_file("<w:p>" * 2000 + "</w:p>" * 2000)
ENCRYPTED = OLD_WORD + "EncryptedPackage".encode("utf-16-le") + bytes(600)
LETTER = word_file(paragraph(run("各处室：请于月底前报送总结。")))
ENTITIES = word_file(paragraph(run("&lol;")), prolog='<!DOCTYPE x [<!ENTITY lol "lollollol">]>')
MACROS = word_file(paragraph(run("申报表")), word__vbaProject_dot_bin=b"macro")


@pytest.fixture
def client_at_work(db):
    """Somebody who may import, with a second factor, signed in."""
    account = person("importer", Role.TARGETS_EDITOR)
    with_app(account)
    return signed_in_client(account)


def send(client, content, name="申报表.docx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, WORD)})


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """A data folder of its own, so that every byte left in it is this test's."""
    settings.DATA_DIR = tmp_path


def nothing_kept():
    """Tell that neither row nor byte of an upload is left."""
    on_disk = any(path.is_file() for path in storage.root().rglob("*"))
    return not (on_disk or StoredFile.objects.exists())


def nothing_stored():
    return not (
        not nothing_kept()
        or DeclarationImport.objects.exists()
        or Declaration.objects.exists()
        or Act.objects.filter(act__in=("targets.receive_import", "targets.confirm_import")).exists()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        pytest.param(LETTER, "通知.docx", "申报表", id="a letter"),
        pytest.param(PDF, "申报表.docx", "PDF", id="a PDF called docx"),
        pytest.param(ENCRYPTED, "申报表.docx", "docx", id="a Word file with a password"),
        pytest.param(MANY, "申报表.docx", "", id="thousands of entries"),
        pytest.param(NESTED, "申报表.docx", "申报表", id="a bomb in a bomb"),
        pytest.param(HUGE, "申报表.docx", "", id="huge XML"),
        pytest.param(DEEP, "申报表.docx", "", id="XML nested without end"),
        pytest.param("会议纪要".encode("gbk"), "纪要.txt", "申报表", id="text in GBK"),
        pytest.param(PNG, "申报表.docx", "", id="a picture called docx"),
        pytest.param(EXE, "申报表.docx", "", id="a program called docx"),
        pytest.param(OLD_WORD, "申报表.doc", "docx", id="old or encrypted Word"),
        pytest.param(BOMB, "申报表.docx", "", id="a zip bomb"),
        pytest.param(ENTITIES, "申报表.docx", "", id="entities"),
        pytest.param(MACROS, "申报表.docm", "", id="macros"),
        pytest.param(printed(demo(2))[:2000], "申报表.docx", "", id="a file broken off"),
        pytest.param(b"\0" * 4000, "申报表.txt", "", id="NUL bytes"),
        pytest.param(
            "会议纪要：无申报表。".encode("utf-16"), "纪要.txt", "申报表", id="other text"
        ),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_and_a_code(client_at_work, content, name, words):
    answer = send(client_at_work, content, name)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "没有办成" in page and words in page
    assert answer.context["code"], "a code that support can look up"
    assert len(answer.context["sentence"]) > 8
    assert nothing_stored()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", None])
def test_no_file_or_an_empty_one_is_said_beside_the_field(client_at_work, content):
    answer = client_at_work.post(UPLOAD, {} if content is None else {"file": BytesIO(content)})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert nothing_stored()


@pytest.mark.django_db
def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(client_at_work, settings):
    settings.UPLOAD_REQUEST_BYTES = 100_000
    answer = send(client_at_work, b"x" * 200_000)
    assert answer.status_code == 413
    assert "文件太大，没有上传" in answer.content.decode()
    assert nothing_stored()


@pytest.mark.django_db
def test_markup_in_a_form_is_shown_as_text_everywhere(client_at_work):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    form = demo(2, texts={**demo(2).texts, "overview": evil})
    send(client_at_work, printed(form))
    received = DeclarationImport.objects.get()
    pages = [client_at_work.get(reverse("targets:import-check", args=[received.pk]))]
    declaration = imports.confirm_import(
        declaration_import=received.pk,
        content=DeclarationContent.from_json(received.content["content"]),
        by=received.received_by,
        at=AT,
    )
    number = declaration.project.number
    pages.append(client_at_work.get(reverse("targets:project", args=[number, 2019])))
    for page in pages:
        text = page.content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text and "<img src=x" not in text


@pytest.mark.django_db
def test_a_path_in_the_file_name_leads_nowhere(client_at_work):
    answer = send(client_at_work, printed(demo(2)), name="../../etc/申报表.docx")
    assert answer.status_code == 302
    assert "/" not in StoredFile.objects.get().name


@pytest.mark.django_db
def test_a_form_of_thousands_of_rows_is_refused(client_at_work):
    row = cell(paragraph(run("申报表")))
    assert send(client_at_work, word_file(table(*[row] * 6000))).status_code == 409
    assert nothing_stored()


@pytest.mark.django_db
def test_the_same_file_twice_is_one_import(client_at_work):
    content = printed(demo(2))
    first, second = send(client_at_work, content), send(client_at_work, content)
    assert first.headers["Location"] == second.headers["Location"]
    assert DeclarationImport.objects.count() == StoredFile.objects.count() == 1
    told = client_at_work.get(second.headers["Location"]).content.decode()
    assert "没有重复保存" in told and "测试员importer" in told


@pytest.mark.django_db
def test_a_form_put_aside_by_mistake_is_received_again_beside_its_neighbours(client_at_work):
    both = printed(demo(2), demo(4))
    send(client_at_work, both)
    first, second = DeclarationImport.objects.order_by("position")
    client_at_work.post(reverse("targets:import-discard", args=[second.pk]))
    send(client_at_work, both)
    waiting = DeclarationImport.objects.filter(status=ImportStatus.READ).order_by("position")
    assert [found.position for found in waiting] == [1, 2]
    assert waiting[0] == first and waiting[1] != second
    assert StoredFile.objects.count() == 2


@pytest.mark.django_db
def test_a_declaration_of_two_hundred_rows_fits_in_one_form(client_at_work):
    rows = tuple(replace(demo(2).goals[0], name=f"指标{n}") for n in range(200))
    send(client_at_work, printed(demo(2, goals=rows)))
    address = reverse("targets:import-check", args=[DeclarationImport.objects.get().pk])
    fields = _fields(client_at_work.get(address))
    assert len(fields) > 1000
    assert client_at_work.post(address, {**fields, "confirm": "1"}).status_code == 302
    assert Indicator.objects.count() == 200


@pytest.mark.django_db
@pytest.mark.parametrize("rows", ["abc", "-1", "９", "", "9" * 5000])  # noqa: RUF001
def test_a_forged_number_of_rows_makes_no_row(client_at_work, rows):
    answer = client_at_work.post(
        reverse("targets:declaration-new"), {"add-indicators": "1", "indicators-TOTAL_FORMS": rows}
    )
    assert answer.status_code == 200
    assert not Declaration.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["", "abc", "²", "9" * 40])
def test_a_revision_of_a_page_that_was_never_shown_is_refused(client_at_work, seen):
    draft = drafted(person("author", Role.TARGETS_EDITOR))
    address = reverse("targets:declaration-edit", args=[draft.project.number, draft.year])
    fields = _fields(client_at_work.get(address)) | {"seen": seen, "reason": "改", "save": "1"}
    answer = client_at_work.post(address, fields)
    assert answer.status_code == 409
    assert Declaration.objects.get().revision == draft.revision


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("evidence", "level"),
    [((b"%PDF-1.7\n", EXE), "健全"), ((b"%PDF-1.7\n",), "健全")],
    ids=["a second file of a wrong kind", "an act that is refused"],
)
def test_evidence_of_a_refused_rating_does_not_stay(client_at_work, evidence, level):
    indicator = row(drafted(person("author", Role.TARGETS_EDITOR)))
    files = [SimpleUploadedFile(f"{n}.pdf", content) for n, content in enumerate(evidence)]
    client_at_work.post(
        reverse("targets:rate", args=[indicator.pk]),
        {"level": level, "reason": "有", "rated_on": "2999-01-01", "evidence": files},
    )
    assert not Rating.objects.exists()
    assert nothing_kept()


@pytest.mark.django_db
@pytest.mark.smoke
def test_a_second_click_on_confirm_says_what_happened(client_at_work):
    send(client_at_work, printed(demo(2)))
    received = DeclarationImport.objects.get()
    address = reverse("targets:import-check", args=[received.pk])
    fields = _fields(client_at_work.get(address))
    assert client_at_work.post(address, {**fields, "confirm": "1"}).status_code == 302
    again = client_at_work.post(address, {**fields, "confirm": "1"})
    assert again.status_code == 409
    assert again.context["code"] in {"IMPORT-DECIDED", "DECLARATION-EXISTS"}
    assert Declaration.objects.count() == 1


@pytest.mark.django_db
def test_another_form_of_the_same_project_and_year_is_refused_whole(client_at_work):
    for overview in ("第一份", "第二份"):
        send(client_at_work, printed(demo(2, texts={**demo(2).texts, "overview": overview})))
    first, second = DeclarationImport.objects.order_by("pk")
    for number, expected in ((first.pk, 302), (second.pk, 409)):
        address = reverse("targets:import-check", args=[number])
        fields = _fields(client_at_work.get(address))
        assert client_at_work.post(address, {**fields, "confirm": "1"}).status_code == expected
    assert Declaration.objects.count() == 1
    assert DeclarationImport.objects.get(pk=second.pk).status == ImportStatus.READ


def _fields(page):
    """Return what a browser would send back of the sheet, unchanged."""

    tree = html.fromstring(page.content.decode())
    here = page.request["PATH_INFO"]
    form = next(f for f in tree.forms if "year" in f.fields and (f.action or here) == here)
    # A browser sends empty fields too, which `form_values` leaves out.
    empty = form.xpath('.//input[@type="text" or @type="hidden"][not(@value)]/@name')
    fields = {name: [""] for name in empty}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def at_once(*acts):
    """Run the acts at the same moment, each on its own connection; return outcomes in order."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def attempt(place, act):
        try:
            gate.wait(10)
            found[place] = act()
        except Refused as refused:
            found[place] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def two(transactional_db):
    """Two colleagues with the same task."""
    return person("first", Role.TARGETS_EDITOR), person("second", Role.TARGETS_EDITOR)


def received_by(account, form=None):
    """Return the imports of a form that the account sent."""
    upload = SimpleUploadedFile("申报表.docx", form or printed(demo(4)), WORD)
    stored = store_upload(
        stream=upload,
        name=upload.name,
        by=account,
        at=AT,
        allow=frozenset({"docx"}),
        max_bytes=10**7,
    )
    return imports.receive_import(file=stored, by=account, at=AT)


def test_two_people_who_confirm_at_once_make_one_declaration(two):
    (found,) = received_by(two[0])
    content = DeclarationContent.from_json(found.content["content"])
    outcomes = at_once(
        *(
            partial(
                imports.confirm_import, declaration_import=found.pk, content=content, by=by, at=AT
            )
            for by in two
        )
    )
    assert sorted(isinstance(outcome, Declaration) for outcome in outcomes) == [False, True]
    assert "IMPORT-DECIDED" in outcomes
    assert Declaration.objects.count() == 1
    assert Indicator.objects.count() == TargetVersion.objects.count() == 8
    assert Act.objects.filter(act="targets.confirm_import").count() == 1


def test_two_people_who_send_the_same_file_at_once_receive_one_import(two):
    outcomes = at_once(*(partial(received_by, by) for by in two))
    assert {one.pk for outcome in outcomes for one in outcome} == {
        DeclarationImport.objects.get().pk
    }
    assert StoredFile.objects.count() == 1


def test_two_reviewers_who_decide_at_once_decide_once(two):
    editor = person("editor", Role.TARGETS_EDITOR)
    draft = drafted(editor)
    declarations.submit_declaration(declaration=draft.pk, by=editor, at=AT)
    outcomes = at_once(
        *(
            partial(
                declarations.approve_declaration, declaration=draft.pk, note="同意", by=by, at=AT
            )
            for by in two
        )
    )
    assert sorted(isinstance(outcome, Declaration) for outcome in outcomes) == [False, True]
    assert Declaration.objects.get().status == DeclarationStatus.APPROVED
    assert Act.objects.filter(act="targets.approve_declaration").count() == 1
