"""The pages that belong to no business: who sees what, and what a click changes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from shangwu.foundation.accounts.roles import Role
from shangwu.foundation.web import manual, navigation
from shangwu.foundation.web.models import Notification
from shangwu.foundation.web.notifications import mark_read, notify, unread_count
from tests.foundation.accounts.factories import AT, person, signed_in_client, with_app

pytestmark = pytest.mark.django_db


def test_every_menu_line_leads_somewhere():
    for line in navigation.entries():
        assert reverse(line.address).startswith("/")


def test_menu_marks_the_section_in_use():
    someone = person("li.si", Role.TARGETS_EDITOR)
    lines = navigation.links(user=someone, path="/office/notifications/9/open/", place="office")
    assert [line.label for line in lines if line.current] == ["通知"]
    assert "账号与岗位" not in [line.label for line in lines]


@pytest.mark.smoke
def test_portal_and_manual_are_open_to_everybody():
    visitor = Client()
    assert "把承诺写清楚" in visitor.get("/").text
    for page in manual.pages():
        answer = visitor.get(reverse("web:manual-page", args=[page.slug]))
        assert answer.status_code == 200
        assert f"<h1>{page.title}</h1>" in answer.text.replace("\n", "")
    assert visitor.get("/manual/none/").status_code == 404


def test_pages_carry_no_inline_script_or_style():
    worker = person("li.si", Role.TARGETS_EDITOR)
    with_app(worker)
    client = signed_in_client(worker)
    for path in ("/", "/office/", "/office/notifications/", "/office/manual/components/"):
        html = client.get(path).text
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick=" not in html
        assert html.count("<h1") == 1


def test_notifications_belong_to_their_reader():
    worker, stranger = person("li.si"), person("wang.wu")
    mine = notify(account=worker, sentence="请审核申报表", link="/manual/", at=AT)
    client = signed_in_client(stranger)
    assert "请审核申报表" not in client.get("/office/notifications/").text
    assert client.post(reverse("web:notification-open", args=[mine.pk])).status_code == 404
    assert unread_count(worker) == 1

    client = signed_in_client(worker)
    assert "请审核申报表" in client.get("/office/notifications/bell/").text
    answer = client.post(reverse("web:notification-open", args=[mine.pk]))
    assert answer.headers["Location"] == "/manual/"
    assert unread_count(worker) == 0


def test_reading_twice_keeps_the_first_moment():
    worker = person("li.si")
    notify(account=worker, sentence="一", link="", at=AT)
    assert mark_read(account=worker, at=AT) == 1
    assert mark_read(account=worker, at=AT + timedelta(hours=1)) == 0
    assert Notification.objects.get().read_at == AT


@pytest.mark.parametrize("link", ["//example.org/", "https://example.org/", "javascript:1"])
def test_links_never_lead_outside(link):
    with pytest.raises(IntegrityError), transaction.atomic():
        notify(account=person("li.si"), sentence="一", link=link, at=AT)


def test_unknown_address_is_answered_in_chinese():
    answer = Client().get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text
