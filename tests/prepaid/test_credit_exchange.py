"""The exchange with the public-credit platform, against the city's own server: once, in order, after every failure."""

import threading
from datetime import timedelta

import httpx
import pytest

from city.credit_platform import WARNINGS, Platform, serve
from city.registry import Companies
from shangwu.foundation.law import Refused
from shangwu.prepaid.gateways import credit as gateway
from shangwu.prepaid.models import CreditMessage
from shangwu.prepaid.operations import exchange
from shangwu.prepaid.operations.credit import precheck
from shangwu.prepaid.queries.credit import subject_of
from shangwu.prepaid.vocabulary import CreditMessageKind, FindingKind, MessageState
from tests.prepaid.factories import operator
from tests.prepaid.governance import NOW, TODAY, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(settings, tmp_path):
    """The city's platform, running on loopback."""
    platform = Platform(public_key=gateway.public_key(), journal=tmp_path / "kept.jsonl")
    server = serve(platform)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.CREDIT_PLATFORM = f"http://127.0.0.1:{server.server_port}"
    yield platform
    server.shutdown()
    thread.join()
    server.server_close()


def told(business, number=1, kind=CreditMessageKind.PENALTY):
    return exchange.tell_platform(business, kind, {"decision_number": f"{number}"}, at=NOW)


def state_of(message):
    message.refresh_from_db()
    return message.state


def test_a_message_arrives_signed_and_leaves_its_receipt(city):
    message = told(operator())
    assert exchange.send_waiting(at=NOW) == 1
    assert state_of(message) == MessageState.SENT
    assert message.receipt["digest"] == message.digest
    assert city.messages[str(message.number)]["content"] == message.content


def test_a_forged_message_is_turned_down(city, settings):
    body = b'{"number": "1", "digest": "x", "day": "2019-09-02", "content": {}}'
    answer = httpx.post(
        settings.CREDIT_PLATFORM + "/messages",
        content=body,
        headers={gateway.SIGNATURE_HEADER: "AAAA"},
    )
    assert (answer.status_code, city.messages) == (401, {})


def test_messages_wait_until_the_key_was_handed_over(city, tmp_path):
    city._key, city._key_file = None, tmp_path / "key"
    message = told(operator())
    assert exchange.send_waiting(at=NOW) == 0
    assert state_of(message) == MessageState.WAITING
    city._key_file.write_text(gateway.public_key(), "ascii")
    assert exchange.send_waiting(at=NOW + timedelta(seconds=60)) == 1
    assert state_of(message) == MessageState.SENT


def test_its_registers_go_with_the_legal_entity_database(city):
    city._registered = Companies(7, 400)
    warned = {
        code: one["warnings"][0]
        for code, one in city._registered._known.items()
        if one["warnings"] and one["warnings"][0] in WARNINGS
    }
    assert warned
    for code, warning in warned.items():
        (record,) = gateway.ask(code).records
        assert record.kind == WARNINGS[warning][0]
        assert record.kind in FindingKind.values


def test_an_outage_is_waited_out_with_growing_pauses(city):
    message = told(operator())
    city.outages = 2
    assert exchange.send_waiting(at=NOW) == 0
    message.refresh_from_db()
    assert (message.state, message.next_at) == (MessageState.WAITING, NOW + timedelta(seconds=60))
    assert exchange.send_waiting(at=NOW + timedelta(seconds=59)) == 0
    message.refresh_from_db()
    assert message.attempts == 1
    assert exchange.send_waiting(at=NOW + timedelta(seconds=60)) == 0
    assert exchange.send_waiting(at=NOW + timedelta(seconds=180)) == 1
    assert state_of(message) == MessageState.SENT


def test_a_lost_receipt_means_sending_again_and_one_effect(city, monkeypatch):
    message = told(operator())
    real = gateway.deliver

    def lose_receipt(**given):
        real(**given)
        raise gateway.PlatformUnavailable("ReadTimeout")

    monkeypatch.setattr(gateway, "deliver", lose_receipt)
    assert exchange.send_waiting(at=NOW) == 0
    monkeypatch.undo()
    assert exchange.send_waiting(at=NOW + timedelta(minutes=2)) == 1
    assert (state_of(message), len(city.messages)) == (MessageState.SENT, 1)


def test_who_is_killed_between_sending_and_noting_it_sends_again(city, monkeypatch):
    message = told(operator())

    class Killed(BaseException):
        """The process ends here."""

    real = gateway.deliver

    def die(**given):
        real(**given)
        raise Killed

    monkeypatch.setattr(gateway, "deliver", die)
    with pytest.raises(Killed):
        exchange.send_waiting(at=NOW)
    monkeypatch.undo()
    assert (state_of(message), message.attempts) == (MessageState.WAITING, 0)
    assert exchange.send_waiting(at=NOW) == 1
    assert len(city.messages) == 1


def test_a_refusal_waits_for_a_person_and_holds_back_what_follows(city):
    business, other = operator(), operator()
    first, second, elsewhere = told(business, 1), told(business, 2), told(other)
    city.refuses = True
    exchange.send_waiting(at=NOW)
    city.refuses = False
    assert state_of(first) == MessageState.DEAD
    assert "归集标准" in first.problem
    exchange.send_waiting(at=NOW)
    assert state_of(second) == MessageState.WAITING
    by = reviewer()
    exchange.replay_message(message=first.pk, by=by, at=NOW)
    exchange.replay_message(message=elsewhere.pk, by=by, at=NOW)
    assert exchange.send_waiting(at=NOW) == 3
    with pytest.raises(Refused) as raised:
        exchange.replay_message(message=first.pk, by=by, at=NOW)
    assert raised.value.code == "PREPAID-CREDIT-MESSAGE"


def test_after_so_many_attempts_it_is_given_up(city):
    message = told(operator())
    city.outages = 100
    at = NOW
    for _ in range(8):
        exchange.send_waiting(at=at)
        at += timedelta(hours=2)
    assert (state_of(message), message.attempts) == (MessageState.DEAD, 8)


def test_the_daily_comparison_sends_again_what_the_other_side_lost(city):
    messages = [told(operator(), n) for n in range(3)]
    exchange.send_waiting(at=NOW)
    assert exchange.reconcile(TODAY, at=NOW).differences == []
    del city.messages[str(messages[0].number)]
    city.messages[str(messages[1].number)]["digest"] = "0" * 64
    city.messages["stranger"] = {"number": "stranger", "digest": "1", "day": TODAY.isoformat()}
    found = exchange.reconcile(TODAY, at=NOW + timedelta(hours=1))
    assert (found.ours, found.theirs, len(found.differences)) == (3, 3, 3)
    assert state_of(messages[0]) == MessageState.WAITING
    assert exchange.send_waiting(at=NOW + timedelta(hours=1)) == 1
    assert str(messages[0].number) in city.messages


def test_what_was_received_is_there_after_a_restart(city, tmp_path):
    message = told(operator())
    exchange.send_waiting(at=NOW)
    again = Platform(journal=tmp_path / "kept.jsonl")
    assert list(again.messages) == [str(message.number)]


def test_a_pre_check_asks_the_city(city):
    business = operator()
    city.records[business.uscc] = [
        {
            "kind": "JUDGMENT_DEFAULTER",
            "sentence": "2019-05-06 被列为失信被执行人。",
            "source": "某区人民法院",
        }
    ]
    found = precheck(subject=subject_of(business), occasion="登记", by=None, at=NOW)
    levels = {row["kind"]: row["level"] for row in found.findings}
    assert levels["JUDGMENT_DEFAULTER"] == "SERIOUS"
    assert levels["ABNORMAL_LIST"] == "CLEAR"


def test_nothing_is_lost_while_no_platform_is_wired(settings):
    settings.CREDIT_PLATFORM = ""
    told(operator())
    assert not gateway.is_wired()
    assert CreditMessage.objects.get().state == MessageState.WAITING
