"""The check of a sample day: a sound sample passes, each fault is named, keys are read and private ones refused."""

import pytest

from shangwu.foundation.law import Refused
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.rules.keys import fingerprint, read_public_key
from shangwu.prepaid.rules.marks import read_code, shown_code
from shangwu.prepaid.rules.samples import MOST_LINES, Sample, check_sample
from tests.prepaid.applicants import NOW, YESTERDAY, Signer, code, sample

USCC = code()
SIGNER = Signer()


def failed(content, signature=None):
    """Return the names of the checks that a sample fails."""
    handed_in = Sample(
        content=content,
        signature=SIGNER.sign(content) if signature is None else signature,
        public_key=SIGNER.raw,
        operator=USCC,
        outlets=frozenset({"A0001"}),
        sector="catering",
        day=YESTERDAY,
    )
    checks = check_sample(handed_in, received_at=NOW, calendar=load_calendar())
    return {one.name: one.sentence for one in checks if not one.is_passed}


def test_a_sound_sample_passes_every_check():
    assert failed(sample(USCC)) == {}


@pytest.mark.parametrize(
    ("changed", "name", "told"),
    [
        ({"closing_fen": 1}, "rules", "E02"),
        ({"outlet": "B0009"}, "rules", "E12"),
        ({"sequence": 7}, "rules", "E07"),
        ({"redeemed_fen": 0, "closing_fen": 50_000}, "movements", "兑付"),
        ({"holder": "无"}, "fields", "不认识的字段"),
        ({"card": "6225 8800"}, "fields", "卡标识"),
        ({"day": "2019-08-01"}, "fields", "前一日 2019-09-01"),
        ({"operator": code()}, "fields", "不是本经营者"),
        ({"remark": "顾客王小明来电13812345678"}, "personal", "手机号码"),
        ({"record": "notice"}, "fields", "record"),
    ],
)
def test_each_fault_is_named(changed, name, told):
    found = failed(sample(USCC, **changed))
    assert told in found[name]
    assert "13812345678" not in str(found), "what was found is not repeated"


def test_another_signature_and_unreadable_content_are_named():
    assert set(failed(sample(USCC), Signer().sign(sample(USCC)))) == {"signature"}
    assert "signature" in failed(sample(USCC), "不是签名")
    assert "UTF-8" in failed(b"\xff\xfe")["lines"]
    assert "第 1 行" in failed(b"[1, 2]\n{}")["lines"]
    assert "record" in failed(b"{}")["fields"]
    assert str(MOST_LINES) in failed(b"{}\n" * (MOST_LINES + 1))["lines"]


def test_a_public_key_is_read_however_it_is_written():
    written = (SIGNER.pem, SIGNER.base64, SIGNER.raw.hex(), f"  {SIGNER.base64}\n")
    assert {read_public_key(text) for text in written} == {SIGNER.raw}
    assert len(fingerprint(SIGNER.raw).replace(" ", "")) == 16


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END", "KEY-PRIVATE"),
        ('{"kty": "OKP", "d": "nWGx"}', "KEY-PRIVATE"),
        ("", "KEY-FORM"),
        ("c2hvcnQ=", "KEY-FORM"),
        ("公钥", "KEY-FORM"),
        ("-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----", "KEY-FORM"),
    ],
)
def test_what_is_no_public_key_is_refused(text, refusal):
    with pytest.raises(Refused) as raised:
        read_public_key(text)
    assert raised.value.code == refusal


def test_a_code_is_read_however_it_is_typed():
    assert read_code(" o123-4567-89il ") == "0123456789 11".replace(" ", "")[:12]
    assert shown_code("0123456789AB") == "0123-4567-89AB"
