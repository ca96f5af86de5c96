"""The made-up city of prepaid cards speaks the platform's language, and adds up."""

import threading
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from lxml import html

from city.prepaid import reports
from city.prepaid.__main__ import Progress
from city.prepaid.businesses import TRADES, businesses, chain
from city.prepaid.office import Office
from city.prepaid.places import BOXES, DISTRICTS
from city.prepaid.public import QUESTIONS
from city.prepaid.reports import Message, Reports
from city.prepaid.sending import Key
from city.prepaid.wallet import Wallet
from city.prepaid.world import Story, World, read_story
from shangwu.foundation import codes
from shangwu.foundation.workdays import load_calendar
from shangwu.prepaid.rules.batch.records import defects
from shangwu.prepaid.rules.batch.rows import CardDay, Known, OperatorDay
from shangwu.prepaid.rules.batch.validation import validate
from shangwu.prepaid.rules.intake import read_intake
from shangwu.prepaid.rules.requirement.requirement import requirement
from shangwu.prepaid.rules.standing import Facts
from shangwu.prepaid.rules.tokens import card_token

BEGINS = date(2026, 11, 2)


@pytest.fixture(scope="module")
def world():
    story = read_story()
    return World(
        Story(**(vars(story) | {"businesses": 40, "later": {"4": 6, "8": 10}})), begins=BEGINS
    )


def test_every_sector_and_district_is_there_and_every_code_is_sound(world):
    made = [member.business for member in world.members]
    assert {one.sector for one in made} == set(TRADES)
    assert {one.district for one in made} == set(DISTRICTS)
    assert all(codes.check("uscc", one.uscc, on=BEGINS).ok for one in made)
    assert len({one.uscc for one in made}) == len(made) == 51


def test_every_shop_lies_in_the_box_of_its_district_and_its_position_is_taken_over(world):
    taken = {row.uscc: row for row in read_intake(world.intake(), on=BEGINS)}
    places = set()
    for member in world.members:
        one = member.business
        if member.joins:
            continue
        longitude, latitude = (float(text) for text in one.position)
        east, north, reach = BOXES[one.district]
        assert abs(longitude - east) <= reach
        assert abs(latitude - north) <= reach
        assert (taken[one.uscc].longitude, taken[one.uscc].latitude) == one.position
        places.add(one.position)
    assert len(places) == len(taken)
    assert BOXES.keys() == DISTRICTS.keys()


def test_malls_owe_all_of_a_balance_above_the_standard_and_secure_it(world):
    malls = [one for one in world.members if one.business.sector == "mall"]
    assert len(malls) == world.story.rare["mall"]
    for one in malls:
        one.wallet.first_day(BEGINS, sent_at="2026-11-02T09:00:00+08:00")
    told = {
        row["operator"]: row["balance_fen"]
        for rows in world.custody(BEGINS, drained=False).values()
        for row in rows
    }
    for one in malls:
        balance = one.wallet.reported
        facts = Facts(
            sector=one.business.sector,
            balance=balance,
            prior_revenue=one.business.revenue_fen,
            established_on=one.business.established_on,
        )
        required = requirement(facts.position, on=BEGINS).amount
        assert balance > 20_000_000
        assert required == balance <= told[one.business.uscc]


def test_equal_seeds_give_equal_cities():
    first, second = (list(businesses(20, seed=7, today=BEGINS)) for _ in range(2))
    assert first == second
    assert first != list(businesses(20, seed=8, today=BEGINS))
    assert Key.made("M-1", seed=7).public == Key.made("M-1", seed=7).public


def test_the_list_of_the_predecessor_can_be_taken_over(world):
    taken = []
    for number, count in ((0, 35), (4, 6), (8, 10)):
        on = BEGINS + timedelta(days=number)
        rows = read_intake(world.intake(number), on=on)
        assert {row.connected_on for row in rows} == {on.isoformat()}
        assert len(rows) == count
        taken += [row.uscc for row in rows]
    assert taken == [member.business.uscc for member in world.members]


def test_the_story_tells_things_in_their_order():
    story = read_story()
    for told, order in (
        (
            story.chain,
            ("drains_on", "complaints_on", "silent_on", "warned_on", "proposed_on", "signed_on"),
        ),
        (story.hiding, ("warned_on", "handed_over_on", "penalised_on")),
    ):
        days = [told[name] for name in order]
        assert days == sorted(days)


def test_the_story_has_thousands_of_operators_who_join_in_waves():
    story = read_story()
    assert story.businesses >= 2000
    assert 0 < sum(story.later.values()) < story.businesses
    assert [int(day) for day in story.later] == sorted(int(day) for day in story.later)
    # Whoever joins last still reports for days before the play has caught up.
    assert max(int(day) for day in story.later) < story.chain["signed_on"] + 1


def test_nobody_reports_or_is_reported_on_before_being_taken_over(world):
    late = [member for member in world.members if member.joins]
    assert not {id(one) for one in late} & {id(one) for one in world.reporting(4)}
    assert len(world.reporting(5)) == 35 + 6
    told = [
        row["operator"]
        for rows in world.custody(BEGINS + timedelta(days=4), drained=False).values()
        for row in rows
    ]
    assert len(told) == 35 + 6
    bonds = {
        row["operator"]: row["starts_on"]
        for number in (0, 4, 8)
        for _, rows in world.bonds(number)
        for row in rows
    }
    assert set(bonds.values()) <= {
        (BEGINS + timedelta(days=number)).isoformat() for number in (0, 4, 8)
    }
    assert {one.business.uscc for one in world.chain} <= set(bonds)


def card_day(row):
    return CardDay(
        operator=row["operator"],
        outlet=row["outlet"],
        day=date.fromisoformat(row["day"]),
        sequence=row["sequence"],
        card=row["card"],
        issued=row["issued_fen"],
        redeemed=row["redeemed_fen"],
        refunded=row["refunded_fen"],
        closing=row["closing_fen"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        kind=row["kind"],
    )


def hiding():
    """A business that sells beside its books."""
    return World(read_story(), begins=BEGINS).hiding[0].business


@pytest.mark.parametrize("made", [lambda: chain(seed=1, today=BEGINS)[0], hiding])
def test_three_weeks_of_rows_pass_the_platforms_own_rules_without_a_finding(made):
    business = made()
    wallet, balances = Wallet(business), {}
    for number in range(21):
        day = BEGINS + timedelta(days=number)
        sent_at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC).isoformat()
        rows = (
            wallet.first_day(day, sent_at=sent_at)
            if not number
            else wallet.day(day, sent_at=sent_at)
        )
        typed = [
            row | {"day": day, "sent_at": datetime.fromisoformat(row["sent_at"])} for row in rows
        ]
        assert [defects("card_day", row, on=day) for row in typed] == [[]] * len(rows)
        total = wallet.total(day, rows)
        found = validate(
            [card_day(row) for row in rows],
            total=OperatorDay(
                total["cards"],
                total["issued_fen"],
                total["redeemed_fen"],
                total["refunded_fen"],
                total["balance_fen"],
            ),
            known=Known(balances, frozenset({"A0001"})),
            received_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(days=1),
            sector=business.sector,
            calendar=load_calendar(),
        )
        assert found.findings == ()
        balances |= {row["card"]: row["closing_fen"] for row in rows}
    # What the platform knows is what was reported, and only who hides has told it less than the slips say.
    slips = {wallet.token(card): card.balance for card in wallet.cards}
    assert sum(balances.values()) == wallet.reported
    assert all(slips[token] >= balance for token, balance in balances.items())
    unknown = [card for card in wallet.short if wallet.token(card) not in balances]
    less = [card for card in wallet.short if wallet.token(card) in balances]
    is_hiding = business.manner == "hiding"
    assert (bool(unknown), bool(less)) == (is_hiding, is_hiding)


def test_the_citys_own_tokens_are_those_of_the_published_method(world):
    wallet = world.members[5].wallet
    wallet.first_day(BEGINS, sent_at="2026-11-02T09:00:00+08:00")
    card = wallet.cards[0]
    assert wallet.token(card) == card_token(
        operator=wallet.business.uscc, number=card.number, secret=card.secret
    )


def mornings(world, count):
    """What is sent on the first mornings of a play of that world."""
    with Reports("http://127.0.0.1:1", world, now=lambda: datetime.now(UTC)) as told:
        for number in range(1, count + 1):
            day = BEGINS + timedelta(days=number)
            at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            yield told.write(day - timedelta(days=1), number=number, at=at)


def small_world():
    story = vars(read_story()) | {"businesses": 20, "later": {"2": 3}}
    return World(Story(**story), begins=BEGINS)


def test_a_play_that_goes_on_after_a_kill_sends_the_same_messages():
    first, second = (
        [
            [(one.path, one.name, one.key.public, one.media, one.rows) for one in messages]
            for messages in mornings(small_world(), 8)
        ]
        for _ in range(2)
    )
    assert first == second


def test_everybody_reports_every_day_from_the_day_of_the_taking_over_until_silence():
    world = small_world()
    days = list(mornings(world, 8))
    for number, messages in enumerate(days, start=1):
        names = [message.name for message in messages if message.key.key_id.startswith("M-")]
        held = sum(one.business.manner == "late" for one in world.reporting(number)) * (
            number % reports.LATE_EVERY == 0
        )
        caught_up = sum(one.business.manner == "late" for one in world.reporting(number)) * (
            number % reports.LATE_EVERY == 1 and number > 1
        )
        silent = 3 * (number >= world.story.chain["silent_on"])
        assert len(names) == len(world.reporting(number)) - held + caught_up - silent


class Flaky(BaseHTTPRequestHandler):
    """Hangs up on the first message and takes the second."""

    heard: list[str] = []

    def do_POST(self):
        self.heard.append(self.headers["Idempotency-Key"])
        self.rfile.read(int(self.headers["Content-Length"]))
        if len(self.heard) == 1:
            self.close_connection = True
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"state": "STORED"}')

    def log_message(self, *_):
        pass


def test_a_message_without_a_receipt_is_sent_again_under_its_name(world, monkeypatch):
    monkeypatch.setattr(reports, "PAUSES", (0.01,))
    Flaky.heard = []
    server = HTTPServer(("127.0.0.1", 0), Flaky)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        with Reports(address, world, now=lambda: datetime.now(UTC)) as told:
            told.send([Message("card-days", [{}], Key.made("M-1", seed=1), "cards-1")])
    finally:
        server.shutdown()
        server.server_close()
    assert Flaky.heard == ["cards-1-M-1"] * 2


def test_people_who_wait_are_told_how_long_it_takes(world, capsys, monkeypatch):
    clock = iter((0.0, 35.0))
    ours = SimpleNamespace(monotonic=lambda: next(clock))
    monkeypatch.setattr("city.prepaid.__main__.time", ours)
    nine = datetime(2026, 11, 3, 1, tzinfo=UTC)
    progress = Progress(world, [(number, nine) for number in range(1, 6)])
    progress.tell(1, date(2026, 11, 3))
    # A second for each of 35 operators: three days of 35 and one of 41 are left.
    assert "第1天，共5天" in (told := capsys.readouterr().out)
    assert f"其余约需 {(3 * 35 + 41) / 60:.0f} 分钟" in told


class Desk:
    """A browser of an officer on pages that are given; what is sent off is kept."""

    def __init__(self, pages):
        self.pages, self.sent, self.path = pages, [], ""

    def person(self, login):
        return self

    def open(self, path):
        self.path = path
        return self

    @property
    def text(self):
        return html.fromstring(self.pages[self.path]).text_content()

    def find(self, expression):
        return html.fromstring(self.pages[self.path]).xpath(expression)

    def submit(self, *, fields, action):
        self.sent.append(fields)


def test_a_known_question_is_answered_and_published_once():
    asked, rows = next(iter(QUESTIONS)), "<tr><td>办理中<a href='/{}'></a></td></tr>"
    desk = Desk(
        {
            "/office/prepaid/requests/": "<table>" + "".join(map(rows.format, "123")) + "</table>",
            "/1": f"<p>{asked}</p>",
            "/2": f"<p>{asked}</p>",
            "/3": "<p>不退卡</p>",
        }
    )
    Office(desk, None).answer()
    assert [sent.get("publish") for sent in desk.sent] == ["on", None, None]
    assert desk.sent[0]["text"] == QUESTIONS[asked] != desk.sent[2]["text"]
