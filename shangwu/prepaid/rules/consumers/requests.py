"""What may be done with a consumer's request, and what its free text may hold."""

from collections.abc import Sequence
from datetime import date

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules import screening
from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.vocabulary import RequestAct, RequestState

# An answer may be supplemented; what is answered may still be handed to whom it concerns.
FLOW: dict[tuple[str, str], str] = {
    (RequestState.RECEIVED, RequestAct.FORWARD): RequestState.RECEIVED,
    (RequestState.RECEIVED, RequestAct.ANSWER): RequestState.ANSWERED,
    (RequestState.ANSWERED, RequestAct.ANSWER): RequestState.ANSWERED,
    (RequestState.ANSWERED, RequestAct.CLOSE): RequestState.CLOSED,
}


def step(state: str, act: str) -> str:
    """Return the state that an act leads to.

    Raises: Refused with code PREPAID-REQUEST-STATE.
    """
    if (state, act) not in FLOW:
        raise Refused(
            f"来件目前“{RequestState(state).label}”，不能{RequestAct(act).label}。请刷新页面核对。",
            code="PREPAID-REQUEST-STATE",
        )
    return FLOW[state, act]


def personal_data_in(text: str) -> Bilingual | None:
    """Return which kinds of personal data a text seems to hold and what to do, None where it holds none.

    Source: law/prepaid.toml#pack.SH-REG18-9
    """
    kinds = screening.find(text)
    if not kinds:
        return None
    told = screening.labels(kinds)
    return Bilingual(
        f"文字里好像有{told.zh}。平台不收集消费者个人信息，"
        "请删去以后再提交；办理不需要您的姓名和联系方式，凭编号和查询码查看答复。",
        f"The text seems to contain {told.en}. The platform collects no personal "
        "data of consumers: please remove it and send again. Neither your name nor your contact is needed; you "
        "follow the answer with number and code.",
    )


def median(days: Sequence[int]) -> str:
    """Return the middle of the numbers, with one half where two are in the middle; empty for none."""
    ordered = sorted(days)
    if not ordered:
        return ""
    twice = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return f"{twice // 2}.5" if twice % 2 else str(twice // 2)


def a_year_before(on: date) -> date:
    """Return the same day of the year before; the last of February for the 29th."""
    try:
        return on.replace(year=on.year - 1)
    except ValueError:
        return on.replace(year=on.year - 1, day=28)
