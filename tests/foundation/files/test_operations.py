"""An upload is stored once, by content, in quarantine until it is clean; everything else is refused."""

import io
import os
import stat
import threading
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from shangwu.foundation.accounts.models import Account
from shangwu.foundation.audit.models import Act
from shangwu.foundation.files import storage
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.operations import (
    scan_waiting_files,
    store_upload,
    sweep_left_overs,
)
from shangwu.foundation.files.queries import open_clean
from shangwu.foundation.files.vocabulary import FileState
from shangwu.foundation.law.refused import Refused
from tests.fakes.clamd import EICAR, FakeClamd

AT = datetime(2019, 7, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TEXT = "项目名称：预付卡管理\n".encode()
MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    """A data folder of its own, and no leave to accept unscanned files."""
    settings.DATA_DIR = tmp_path
    settings.UNSCANNED_FILES_ACCEPTED = False
    return tmp_path


@pytest.fixture
def clerk():
    return Account.objects.create(
        login=f"clerk-{uuid4().hex[:8]}", display_name="经办", created_at=AT
    )


@pytest.fixture
def clamd(settings):
    with FakeClamd() as running:
        settings.CLAMD_ADDRESS = running.address
        yield running


def upload(by, content=TEXT, **changed):
    given = {
        "stream": io.BytesIO(content),
        "name": "申报表.txt",
        "by": by,
        "at": AT,
        "allow": {"text", "docx"},
        "max_bytes": MEGABYTE,
    }
    return store_upload(**{**given, **changed})


def left_on_disk():
    return [path for path in storage.root().rglob("*") if path.is_file()]


def test_clean_file_is_kept_by_content_and_opens(clerk, clamd):
    file = upload(clerk)
    assert (file.state, file.kind, file.size) == (FileState.CLEAN, "text", len(TEXT))
    assert (file.scanned_at, "ClamAV" in file.scanner) == (AT, True)
    path = storage.content_path(file.sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left_on_disk() == [path]
    with open_clean(file) as stream:
        assert stream.read() == TEXT
    acts = Act.objects.filter(subject=f"file:{file.pk}").order_by("pk")
    assert [act.act for act in acts] == ["files.store_upload", "files.scan_file"]


def test_same_content_twice_is_two_files_and_one_copy(clerk, clamd):
    one, two = upload(clerk), upload(clerk, name="另一份.txt")
    assert one.pk != two.pk
    assert one.sha256 == two.sha256
    assert len(left_on_disk()) == 1


def test_without_a_scanner_it_stays_in_quarantine(clerk):
    file = upload(clerk)
    assert file.state == FileState.QUARANTINED
    with pytest.raises(Refused) as refused, open_clean(file):
        pass
    assert refused.value.code == "file_not_clean"


def test_scanner_down_then_up(clerk, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    file = upload(clerk)
    assert file.state == FileState.QUARANTINED
    assert scan_waiting_files(at=AT) == 0
    with FakeClamd() as running:
        settings.CLAMD_ADDRESS = running.address
        assert scan_waiting_files(at=AT) == 1
    file.refresh_from_db()
    assert file.state == FileState.CLEAN
    assert file.finding == ""


def test_demonstration_accepts_and_says_so(clerk, settings):
    settings.UNSCANNED_FILES_ACCEPTED = True
    file = upload(clerk)
    assert (file.state, file.get_state_display()) == (FileState.NOT_SCANNED, "未作病毒检查")
    with open_clean(file) as stream:
        assert stream.read() == TEXT
    settings.UNSCANNED_FILES_ACCEPTED = False
    with pytest.raises(Refused), open_clean(file):
        pass


def test_malware_is_refused_deleted_and_remembered(clerk, clamd):
    with pytest.raises(Refused) as refused:
        upload(clerk, EICAR)
    assert refused.value.code == "file_infected"
    assert "恶意代码" in refused.value.sentence
    file = StoredFile.objects.get()
    assert (file.state, "Eicar" in file.finding) == (FileState.INFECTED, True)
    assert left_on_disk() == []
    with pytest.raises(Refused), open_clean(file):
        pass


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"x" * (MEGABYTE + 1), "file_too_large"),
        (b"%PDF-1.7", "file_kind"),
        (b"\x7fELF" + bytes(99), "file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind"),
    ],
)
def test_refused_and_nothing_stays(clerk, clamd, content, code):
    with pytest.raises(Refused) as refused:
        upload(clerk, content, name="申报表.docx")
    assert refused.value.code == code
    assert not StoredFile.objects.exists()
    assert left_on_disk() == []


def test_old_word_file_gets_advice(clerk, clamd):
    with pytest.raises(Refused, match="请在 Word 中另存为"):
        upload(clerk, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


class Endless(io.RawIOBase):
    """A sender who never stops."""

    def __init__(self):
        self.sent = 0

    def read(self, size=-1):
        self.sent += size
        return b"x" * size


def test_endless_upload_stops_at_the_limit(clerk, clamd):
    sender = Endless()
    with pytest.raises(Refused) as refused:
        upload(clerk, stream=sender)
    assert refused.value.code == "file_too_large"
    assert sender.sent <= MEGABYTE + storage.CHUNK_BYTES
    assert left_on_disk() == []


def test_sender_who_breaks_off_leaves_nothing(clerk, clamd):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        upload(clerk, stream=Broken())
    assert left_on_disk() == []


def test_full_disk_is_refused_before_writing(clerk, clamd, monkeypatch):
    monkeypatch.setattr(storage, "FREE_BYTES_KEPT", 1 << 62)
    with pytest.raises(Refused) as refused:
        upload(clerk)
    assert refused.value.code == "disk_full"


def test_count_per_day(clerk, clamd, settings):
    settings.FILES_PER_ACCOUNT_AND_DAY = 2
    upload(clerk)
    upload(clerk)
    with pytest.raises(Refused) as refused:
        upload(clerk)
    assert refused.value.code == "too_many_files"
    assert upload(clerk, at=AT + timedelta(days=1)).state == FileState.CLEAN


@pytest.mark.django_db(transaction=True)
def test_count_holds_when_several_arrive_at_once(clerk, clamd, settings):
    settings.FILES_PER_ACCOUNT_AND_DAY = 3
    codes = []

    def send():
        try:
            upload(clerk)
            codes.append("ok")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["ok"] * 3 + ["too_many_files"] * 3


def test_sweep_takes_only_what_crashes_left(clerk, clamd):
    kept = upload(clerk)
    cut_off = storage.incoming() / "cut-off.part"
    cut_off.write_bytes(b"half")
    orphan = storage.content_path("ab" + "0" * 62)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"no row")
    fresh = storage.incoming() / "fresh.part"
    fresh.write_bytes(b"still arriving")
    long_ago = (AT - timedelta(days=2)).timestamp()
    for path in (cut_off, orphan, storage.content_path(kept.sha256)):
        os.utime(path, (long_ago, long_ago))
    os.utime(fresh, (AT.timestamp(), AT.timestamp()))
    assert sweep_left_overs(at=AT) == 2
    assert sorted(left_on_disk()) == sorted([fresh, storage.content_path(kept.sha256)])
    assert sweep_left_overs(at=AT) == 0


def test_lost_bytes_are_said(clerk, clamd):
    file = upload(clerk)
    storage.content_path(file.sha256).write_bytes(b"")
    with pytest.raises(Refused) as refused, open_clean(file):
        pass
    assert refused.value.code == "file_lost"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/申报表.docx", "申报表.docx"),
        ("C:\\Users\\x\\表 .docx", "表 .docx"),
        ("a\u202etxt.exe\x00\n.docx", "atxt.exe.docx"),
        ("", "未命名文件"),
        ("...", "未命名文件"),
        ("长" * 300 + ".docx", "长" * 115 + ".docx"),
    ],
)
def test_name_is_for_showing_only(clerk, clamd, sent, shown):
    assert upload(clerk, name=sent).name == shown
