"""The clamd client keeps the same contract with the fake and, where one is installed, with a real one."""

import io
import os
import socket

import pytest

from shangwu.foundation.files.gateways import ClamdScanner, ScannerUnavailable
from tests.fakes.clamd import EICAR, FakeClamd

REAL_CLAMD = os.environ.get("SHANGWU_TEST_CLAMD", "unix:/run/clamav/clamd.ctl")


class ScannerContract:
    """What every scanner does, whoever it is."""

    def test_clean_content(self, scanner):
        verdict = scanner.scan(io.BytesIO("申报表".encode()))
        assert (verdict.is_clean, verdict.finding) == (True, "")
        assert "ClamAV" in verdict.scanner

    def test_empty_content(self, scanner):
        assert scanner.scan(io.BytesIO()).is_clean

    def test_eicar_is_found_and_named(self, scanner):
        verdict = scanner.scan(io.BytesIO(EICAR))
        assert not verdict.is_clean
        assert "eicar" in verdict.finding.lower()

    def test_content_of_many_chunks(self, scanner):
        assert scanner.scan(io.BytesIO(b"0123456789" * 50_000)).is_clean


class TestFakeClamd(ScannerContract):
    """The fake."""

    @pytest.fixture
    def scanner(self):
        with FakeClamd() as clamd:
            yield ClamdScanner(clamd.address)

    def test_content_beyond_the_scanners_limit_has_no_verdict(self, scanner):
        with pytest.raises(ScannerUnavailable):
            scanner.scan(io.BytesIO(bytes(26 * 1024 * 1024)))


class TestRealClamd(ScannerContract):
    """A daemon on this machine."""

    @pytest.fixture
    def scanner(self):
        path = REAL_CLAMD.removeprefix("unix:")
        if REAL_CLAMD.startswith("unix:") and not os.path.exists(path):
            pytest.skip("no clamd is installed here")
        return ClamdScanner(REAL_CLAMD)


def test_nobody_listening():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ScannerUnavailable, match="clamd at"):
        ClamdScanner(f"127.0.0.1:{port}").scan(io.BytesIO(b"x"))


def test_no_socket_file(tmp_path):
    with pytest.raises(ScannerUnavailable):
        ClamdScanner(f"unix:{tmp_path}/none.ctl").scan(io.BytesIO(b"x"))
