"""The played year of prepaid cards serves what the declaration promises, and keeps every period of its days' law."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from city.prepaid import office, year
from city.stage import Diary, Stage
from city.story import judgements
from shangwu.foundation import law
from shangwu.prepaid.rules.batch.records import defects
from shangwu.prepaid.rules.consumers.law import answer_due
from shangwu.prepaid.rules.deadlines import notice_by
from shangwu.prepaid.rules.routing import MUST_CONNECT
from shangwu.prepaid.rules.service import service_law
from shangwu.prepaid.vocabulary import RequestKind

TOLD = year.read_told()
DAYS = [TOLD["begins"] + timedelta(days=n) for n in range((TOLD["ends"] - TOLD["begins"]).days + 1)]
PROJECT = "上海市单用途预付卡信息管理系统(2019升级改造)"


@pytest.fixture
def played(tmp_path):
    stage = Stage("http://127.0.0.1:1", {}, Diary(tmp_path / "diary.txt"))
    with year.PrepaidYear(stage, night=lambda: None) as found:
        for member in found.world.members:
            member.wallet.first_day(TOLD["begins"], sent_at="2019-07-01T09:00:00+08:00")
        yield found


def nine(day):
    return datetime(day.year, day.month, day.day, year.MORNING, tzinfo=year.SHANGHAI)


def words(played, day):
    return [key.split()[0] for key, _ in played.acts(day)]


def test_what_people_say_in_place_of_records_is_what_the_platform_counts_itself():
    counted = {
        entry.facts["indicator"]
        for key, entry in law.load_file("targets").entries.items()
        if key.startswith("target.prepaid.")
    }
    told = [scene for scene in judgements() if scene["project"] == PROJECT]
    assert {scene["told"]["indicator"] for scene in told} <= counted
    assert all(scene["stands_in"] for scene in told)
    assert not any(scene["stands_in"] for scene in judgements() if scene["project"] != PROJECT)


def test_the_promised_sectors_join_in_the_year_and_the_others_are_taken_over(played):
    promised = service_law(TOLD["begins"]).sectors.value
    assert sorted(TOLD["joins"].values()) == sorted(promised)
    assert all(TOLD["begins"] < date.fromisoformat(on) < TOLD["ends"] for on in TOLD["joins"])
    joining = [key for day in DAYS for key, _ in played.acts(day) if key.startswith("join ")]
    taken = {member.business.sector for member in played.world.members}
    assert len(set(joining)) == len(joining) >= len(promised)
    assert taken == {"catering", "retail", "resident_service", "hotel"}
    assert len(joining) + len(played.world.members) == TOLD["businesses"]
    assert {member.business.form for member in played.world.members} <= MUST_CONNECT


def test_the_platform_is_made_known_by_every_channel_that_the_promise_names():
    named = set(service_law(TOLD["begins"]).publicity.value)
    assert named <= {one["channel"] for one in TOLD["publicity"]}
    assert named <= {channel for _, channel, *_ in office.PUBLICITY}, "in the running year as well"


def test_supervisors_act_and_consumers_read_a_notice_in_the_year(played):
    acted = {day.month for day in DAYS if "answers" in words(played, day)}
    assert acted == {day.month for day in DAYS}, "answers are on record with who gave them"
    assert any("move" in words(played, day) for day in DAYS)


def test_consumers_write_every_month_and_are_answered_within_the_period(played):
    kinds = {
        "complaint": RequestKind.COMPLAINT,
        "question": RequestKind.QUESTION,
        "difference": RequestKind.DIFFERENCE,
    }
    answered = [day for day in DAYS if "answers" in words(played, day)]
    assert len(answered) == 6
    assert all(day.weekday() < 5 for day in answered)
    for day in DAYS:
        for kind in set(words(played, day)) & set(kinds):
            due = answer_due(kinds[kind], received_at=nine(day)).due
            assert any(day < on <= due for on in answered), (day, kind)
    used = Counter((day.month, word) for day in DAYS for word in words(played, day))
    for month in range(7, 13):
        assert all(used[month, word] for word in ("lookup", "answers", "night", *kinds))


def test_a_move_is_announced_as_early_as_the_law_of_the_day_asks():
    move = TOLD["move"]
    due = notice_by(move["takes_effect_on"], on=move["announced_on"], event="closing_notice").due
    assert move["announced_on"] <= due


def test_every_day_is_reported_and_a_late_business_keeps_its_own_back_now_and_then(played):
    late = [one for one in played.world.members if one.business.manner == "late"]
    assert len(late) == 1
    assert any(day.toordinal() % year.LATE_EVERY == 0 for day in DAYS)
    at = datetime(2019, 7, 3, 1, tzinfo=UTC)
    paths = Counter()
    for member in played.world.members:
        for day in (date(2019, 7, 2), date(2019, 7, 3), date(2019, 7, 4)):
            key, path, rows, name = year._report(member, day, at)
            paths[path] += 1
            assert key is member.key
            assert name.endswith(day.isoformat())
            record = "card_day" if path == "card-days" else "operator_day"
            for row in rows:
                typed = row | {"day": day}
                if "sent_at" in row:
                    typed |= {"sent_at": datetime.fromisoformat(row["sent_at"])}
                assert defects(record, typed, on=day) == []
    assert paths["card-days"]
    assert paths["operator-days"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 11, 15), date(2019, 11, 15)),
        (date(2019, 6, 15), date(2019, 6, 17)),
        (date(2019, 9, 15), date(2019, 9, 16)),
    ],
)
def test_the_office_answers_on_a_weekday(day, expected):
    assert year.working_day(day) == expected
