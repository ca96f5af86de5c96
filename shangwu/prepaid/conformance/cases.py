"""The cases of the kit as data: what is sent, and what the answer must be.

In rows, `D-1` is the day before today by the platform's clock, `card:1` the token of the kit's first card, `NOW` the
time of sending, `ME` the sender's own code, `CLOSED` a closed day of the sandbox and `QUARTER` the first day
of the last quarter that is over. A step under the key of an earlier one names it in `key_of`.
"""

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
CARD_DAYS, OPERATOR_DAYS = "card-days", "operator-days"
OTHER_OPERATOR = "91310000MA1FL0007C"


@dataclass(frozen=True)
class Step:
    """One message and its expected answer: a receipt with `state` and at least these codes, or a refusal.

    `fault` is what the kit does wrong on purpose: signature, clock or digest. `only_limited` says that the codes are
    expected only where the law limits what a card of the sender's line of business may hold.
    """

    name: str
    zh: str
    en: str
    path: str = CARD_DAYS
    rows: tuple[Row, ...] = ()
    form: str = "ndjson"
    encoding: str = ""
    query: str = ""
    fault: str = ""
    key_of: str = ""
    state: str = "STORED"
    codes: frozenset[str] = frozenset()
    refusal: str = ""
    is_optional: bool = False
    only_limited: bool = False

    @property
    def expected(self) -> str:
        """The answer in one line; what is expected of some lines of business only stands in brackets."""
        codes = " ".join(sorted(self.codes))
        said = f"[{codes}]" if self.only_limited else codes
        return self.refusal or " ".join(filter(None, [self.state, said]))


def card_day(sequence: int, card: int, closing: int, /, **facts: Any) -> Row:
    """Return a row of the day before, without any movement but the given one."""
    row: Row = {
        "operator": "ME",
        "outlet": "KIT01",
        "day": "D-1",
        "sequence": sequence,
        "card": f"card:{card}",
        "kind": "registered",
        "issued_fen": 0,
        "redeemed_fen": 0,
        "refunded_fen": 0,
        "closing_fen": closing,
        "sent_at": "NOW",
    }
    return row | facts


def _refused(code: str) -> dict[str, Any]:
    return {"state": "REFUSED", "codes": frozenset({code})}


def _noted(*codes: str) -> dict[str, Any]:
    return {"codes": frozenset(codes)}


GOOD = (card_day(1, 1, 10_000, issued_fen=10_000), card_day(2, 1, 7_000, redeemed_fen=3_000))

OUTLET: Row = {
    "operator": "ME",
    "outlet": "KIT01",
    "trade_name": "测试门店",
    "district": "310101",
}
RECORDS = (
    Step(
        "outlet",
        "登记门店",
        "register an outlet",
        path="outlets",
        form="json",
        rows=(OUTLET,),
    ),
    Step(
        "place",
        "登记门店的经纬度",
        "register where an outlet lies",
        path="outlets",
        form="json",
        rows=(OUTLET | {"longitude": 121.479, "latitude": 31.224},),
    ),
    Step(
        "half-place",
        "只报经度，没有纬度",
        "a longitude without a latitude",
        path="outlets",
        form="json",
        rows=(OUTLET | {"longitude": 121.479},),
        **_refused("FORM"),
    ),
    Step(
        "contract",
        "报送章程文本",
        "send a contract text",
        path="contract-templates",
        form="json",
        rows=({"operator": "ME", "starts_on": "D-1", "text": "测试章程：余额可以退还。"},),
    ),
    Step(
        "notice",
        "报送停业告知",
        "send a closing notice",
        path="notices",
        form="json",
        rows=(
            {
                "operator": "ME",
                "event": "closing",
                "takes_effect_on": "D+60",
                "told": 1,
                "proof": "0" * 64,
                "text": "测试公告：本店将停业。",
            },
        ),
    ),
    Step(
        "quarter",
        "报送季度报告",
        "send a quarterly report",
        path="quarter-reports",
        form="json",
        rows=(
            {
                "operator": "ME",
                "quarter_start": "QUARTER",
                "revenue_fen": 100,
                "profit_fen": 1,
                "spent_fen": 10,
                "main_uses": "房租",
            },
        ),
    ),
)
FORMS = (
    Step("good", "合格的一批（NDJSON）", "a good batch (NDJSON)", rows=GOOD),
    Step(
        "again", "原样重发，回执相同", "the same again, identical receipt", rows=GOOD, key_of="good"
    ),
    Step(
        "changed",
        "同一幂等键，内容已改",
        "other content under the same key",
        rows=GOOD[:1],
        key_of="good",
        refusal="E01",
    ),
    Step(
        "gzip",
        "gzip 压缩",
        "gzip",
        rows=(card_day(3, 2, 5_000, issued_fen=5_000),),
        encoding="gzip",
    ),
    Step("csv", "CSV", "CSV", rows=(card_day(4, 3, 5_000, issued_fen=5_000),), form="csv"),
    Step(
        "order",
        "行的先后颠倒",
        "rows out of order",
        rows=(card_day(6, 3, 3_000, redeemed_fen=1_000), card_day(5, 3, 4_000, redeemed_fen=1_000)),
    ),
    Step(
        "partial",
        "部分入账：合格的入账，其余退回",
        "partial: good rows stored, the rest returned",
        query="mode=partial",
        rows=(
            card_day(1, 9, 100, issued_fen=100, day="D-3"),
            card_day(2, 9, 200, issued_fen=100, day="D-3", outlet="KIT99"),
        ),
        state="PARTIAL",
        codes=frozenset({"E12"}),
    ),
    Step(
        "reversal",
        "冲正第 2 号记录",
        "reverse row 2",
        rows=(
            card_day(7, 1, 10_000, redeemed_fen=-3_000, reverses_day="D-1", reverses_sequence=2),
        ),
    ),
)
CODES = (
    Step(
        "e01",
        "E01 同一序号，内容不同",
        "E01 a sequence number with other content",
        rows=(card_day(1, 1, 20_000, issued_fen=20_000),),
        **_refused("E01"),
    ),
    Step(
        "e02",
        "E02 余额不平",
        "E02 balance identity broken",
        rows=(card_day(8, 2, 5_000, redeemed_fen=1_000),),
        **_refused("E02"),
    ),
    Step(
        "e03",
        "E03 超过限额（入账；所在行业有限额的记为违规）",
        "E03 over the limit (stored; noted where the line of business has a limit)",
        rows=(card_day(8, 4, 2_100_000, issued_fen=2_100_000),),
        only_limited=True,
        **_noted("E03"),
    ),
    Step(
        "e04",
        "E04 未知的卡",
        "E04 unknown card",
        rows=(card_day(9, 5, 0, redeemed_fen=100),),
        **_refused("E04"),
    ),
    Step(
        "e05",
        "E05 业务日期在将来",
        "E05 a day in the future",
        rows=(card_day(1, 2, 5_001, issued_fen=1, day="D+1"),),
        **_refused("E05"),
    ),
    Step(
        "e06",
        "E06 备注含手机号码",
        "E06 a mobile number in the remark",
        rows=(card_day(9, 2, 5_001, issued_fen=1, remark="电话13800138000"),),
        **_refused("E06"),
    ),
    Step(
        "e07",
        "E07 序号不连续（入账，待补）",
        "E07 a gap in the sequence (stored, held open)",
        rows=(card_day(11, 2, 5_001, issued_fen=1),),
        **_noted("E07"),
    ),
    Step(
        "e08",
        "E08 与日汇总不符（入账，待核）",
        "E08 rows do not add up to the operator's day",
        path=OPERATOR_DAYS,
        rows=(
            {
                "operator": "ME",
                "day": "D-1",
                "cards": 99,
                "issued_fen": 1,
                "redeemed_fen": 0,
                "refunded_fen": 0,
                "balance_fen": 1,
            },
        ),
        form="json",
        **_noted("E08"),
    ),
    Step(
        "e09",
        "E09 逾期（入账并记为逾期）",
        "E09 late (stored and noted)",
        rows=(card_day(1, 6, 100, issued_fen=100, day="D-10"),),
        **_noted("E09"),
    ),
    Step(
        "e10",
        "E10 改动已关账的日期",
        "E10 a closed day",
        rows=(card_day(1, 7, 100, issued_fen=100, day="CLOSED"),),
        **_refused("E10"),
    ),
    Step(
        "e11",
        "E11 余额为负",
        "E11 negative balance",
        rows=(card_day(9, 2, -1, redeemed_fen=5_002),),
        **_refused("E11"),
    ),
    Step(
        "e12",
        "E12 未知的门店",
        "E12 unknown outlet",
        rows=(card_day(9, 2, 5_002, issued_fen=1, outlet="KIT99"),),
        **_refused("E12"),
    ),
    Step(
        "sender",
        "报送他人的卡",
        "another operator's card",
        rows=(card_day(9, 2, 5_002, issued_fen=1, operator=OTHER_OPERATOR),),
        **_refused("SENDER"),
    ),
    Step(
        "form",
        "未公布的字段",
        "a field that is not published",
        rows=(card_day(9, 2, 5_002, issued_fen=1, spare=1),),
        **_refused("FORM"),
    ),
)
FAULTS = (
    Step(
        "signature",
        "签名错误",
        "a wrong signature",
        rows=GOOD,
        fault="signature",
        refusal="SIGNATURE-WRONG",
    ),
    Step(
        "clock", "时钟偏差", "a clock that is off", rows=GOOD, fault="clock", refusal="CLOCK-SKEW"
    ),
    Step("digest", "摘要不符", "a wrong digest", rows=GOOD, fault="digest", refusal="DIGEST-WRONG"),
)
OPTIONAL = (
    Step(
        "zstd",
        "zstd 压缩",
        "zstd",
        rows=(card_day(9, 8, 5_000, issued_fen=5_000),),
        encoding="zstd",
        is_optional=True,
    ),
    Step(
        "parquet",
        "Parquet",
        "Parquet",
        rows=(card_day(10, 8, 6_000, issued_fen=1_000),),
        form="parquet",
        is_optional=True,
    ),
)
STEPS: tuple[Step, ...] = (*RECORDS, *FORMS, *CODES, *FAULTS, *OPTIONAL)
