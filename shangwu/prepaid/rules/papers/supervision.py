"""Papers of supervision in the official layout: the letters of a case, and the record of an on-site check."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shangwu.foundation.documents import Grid, Official, Picture, Text
from shangwu.foundation.documents.official import Rows, centred, label, value
from shangwu.prepaid.vocabulary import CheckAnswer, LetterKind

DRAFT = "草稿"
ARTICLE_22 = "《上海市单用途预付消费卡管理规定》第二十二条"
ARTICLE_23 = "《上海市单用途预付消费卡管理规定》第二十三条"
WIDTHS = (2, 4, 15, 9)
SHOWN_DIGEST = 16


def letter_paper(content: Mapping[str, Any], *, digest: str = "") -> Official:
    """Return a letter as the official paper; one without a number is marked as a draft."""
    kind = LetterKind(content["kind"])
    addressee = content["to"] if kind == LetterKind.HAND_OVER else content["operator"]["name"]
    return Official(
        title=f"{content['agency']}\n{kind.label}",
        under_title=content["number"] or "（文号待签发）",
        before=() if kind == LetterKind.INTERVIEW else (f"{addressee}：",),
        parts=tuple(_PARTS[kind](content)),
        signature=("", f"{content['agency']}\n（印章）\n{day_in_words(content['issued_on'])}"),
        notes=tuple(_notes(content)),
        foot=f"案件 {content['case']}　内容指纹 {digest}" if digest else "",
        mark="" if content["number"] else DRAFT,
    )


def inspection_paper(
    record: Mapping[str, Any], *, photos: Sequence[Picture] = (), digest: str = ""
) -> Official:
    """Return the record of an on-site check; before it is submitted it is the empty form to take along."""
    rows = Rows()
    rows.add(*(label(n, text) for n, text in enumerate(("项目", "条款", "检查内容", "结果和说明"))))
    for item in record["items"]:
        rows.add(
            centred(0, item["key"]),
            centred(1, item["article"]),
            value(2, item["text"]),
            value(3, _result(item)),
        )
    facts = Rows()
    for name, text in record["facts"]:
        facts.add(label(0, name, columns=2), value(2, text, columns=2))
    return Official(
        title="单用途预付卡现场检查记录",
        under_title=record["number"],
        parts=(
            facts.grid(WIDTHS),
            Text("逐项检查", is_heading=True),
            rows.grid(WIDTHS, heads=1),
            Text("检查意见", is_heading=True),
            Text(record["conclusion"] or "　"),
        ),
        signature=(
            f"检查人员：{record['first'] or '__________'}",
            f"检查人员：{record['second'] or '__________'}",
            "当事人：__________",
        ),
        notes=(f"依据：{ARTICLE_23}。检查人员不得少于二人。",),
        pictures=tuple(photos),
        foot=f"记录指纹 {digest}" if digest else "",
        mark="" if digest else "空白表",
    )


def _warning(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    yield Text(
        f"经非现场监管发现，你单位（{_who(content)}）存在以下情况：{ended(content['summary'])}"
    )
    yield Text(ended(content["text"]))
    yield Text(
        f"根据{ARTICLE_22}，现予警示，请于 {day_in_words(content['rectify_by'])}前改正，并书面报告改正情况。"
    )
    yield Text("逾期不改正或者拒不改正的，将依法移送执法机关处理。")
    yield from _evidence(content, "所依据的记录")


def _interview(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    rows = Rows()
    for name, text in (
        ("被约谈单位", _who(content)),
        ("时间、地点", f"{day_in_words(content['met_on'])}，{content['place'] or '——'}"),
        ("约谈事由", content["summary"]),
        ("告知的事实和要求", content["said"] or content["text"]),
        ("当事人意见", content["answer"] or "　"),
        ("改正期限", day_in_words(content["rectify_by"])),
    ):
        rows.add(label(0, name, columns=2), value(2, text, columns=2))
    yield rows.grid(WIDTHS)
    yield from _evidence(content, "出示的记录")


def _rectification(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    yield Text(f"你单位（{_who(content)}）存在以下情况：{ended(content['summary'])}")
    yield Text(ended(content["text"]))
    yield Text(
        f"经约谈，根据{ARTICLE_22}，责令你单位于 {day_in_words(content['rectify_by'])}前改正，"
        "并在期限内书面报告改正情况和证明材料。"
    )
    yield Text("逾期不改正或者拒不改正的，将依法移送执法机关处理。")
    yield from _evidence(content, "所依据的记录")


def _hand_over(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    yield Text(
        f"{_who(content)}涉嫌{content['breach'] or '违反单用途预付卡管理规定'}："
        f"{ended(content['summary'])}"
    )
    yield Text(ended(content["text"]))
    if content["missed_since"]:
        yield Text(
            f"改正期限为 {day_in_words(content['rectify_by'])}，自 {day_in_words(content['missed_since'])}起逾期未改正。"
        )
    yield Text(f"根据{ARTICLE_22}，现将本案连同证据移送你单位依法处理。{content['route']}")
    if content["fines"]:
        yield Text("可以适用的罚则", is_heading=True)
        yield from (Text(ended(fine)) for fine in content["fines"])
    if content["letters"]:
        yield Text("已经发出的文书", is_heading=True)
        rows = Rows()
        rows.add(
            label(0, "序号"), label(1, "种类"), label(2, "文号、签发和送达"), label(3, "内容指纹")
        )
        for number, one in enumerate(content["letters"], start=1):
            told = f"{one['number']}，{one['issued_on']} 签发，送达：{one['delivered']}"
            rows.add(
                centred(0, str(number)),
                centred(1, one["kind"]),
                value(2, told),
                value(3, _short(one["digest"])),
            )
        yield rows.grid(WIDTHS, heads=1)
    yield from _evidence(content, "证据清单", whole=True)


def _stop_sales(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    yield Text(f"经核查，你单位（{_who(content)}）存在以下情况：{ended(content['summary'])}")
    yield Text(ended(content["text"]))
    yield Text(
        f"以上情况表明你单位出现重大经营风险。根据{content['basis']}，你单位应当自"
        f" {day_in_words(content['issued_on'])}起停止收取预付款，包括售卡、充值和续费。"
    )
    yield Text("已经售出的卡应当继续兑付；消费者要求退款的，应当依法办理。")
    yield Text(
        "平台同时向消费者显示“已停止发卡”。风险消除后，可以提交证明材料，由本机关核实后恢复。"
    )
    yield from _evidence(content, "所依据的记录")


def _resume_sales(content: Mapping[str, Any]) -> Iterator[Text | Grid]:
    yield Text(f"经核查，你单位（{_who(content)}）：{ended(content['text'])}")
    yield Text(
        f"此前依据{content['basis']}要求你单位停止收取预付款的情形已经消除，"
        f"自 {day_in_words(content['issued_on'])}起可以恢复收取预付款。"
    )
    yield from _evidence(content, "所依据的记录")


_PARTS = {
    LetterKind.STOP_SALES: _stop_sales,
    LetterKind.RESUME_SALES: _resume_sales,
    LetterKind.WARNING: _warning,
    LetterKind.INTERVIEW: _interview,
    LetterKind.RECTIFICATION: _rectification,
    LetterKind.HAND_OVER: _hand_over,
}


def _evidence(
    content: Mapping[str, Any], heading: str, *, whole: bool = False
) -> Iterator[Text | Grid]:
    """Yield the list of evidence; a packet gives whole digests, so that its receiver can compare them."""
    rows: Sequence[Mapping[str, str]] = content["evidence"]
    if not rows:
        return
    yield Text(heading, is_heading=True)
    grid = Rows()
    grid.add(label(0, "序号"), label(1, "种类"), label(2, "证明事项"), label(3, "内容指纹"))
    for number, row in enumerate(rows, start=1):
        grid.add(
            centred(0, str(number)),
            centred(1, row["kind"]),
            value(2, row["sentence"]),
            value(3, whole_digest(row["digest"]) if whole else _short(row["digest"])),
        )
    yield grid.grid(WIDTHS, heads=1)


def _notes(content: Mapping[str, Any]) -> Iterator[str]:
    if content.get("rectify_sentence"):
        yield content["rectify_sentence"]
    if content["kind"] in {
        *(LetterKind.WARNING, LetterKind.RECTIFICATION),
        LetterKind.STOP_SALES,
    }:
        yield "可以在平台“监管文书”中查看本文书并答复、上传证明材料；也可以书面答复。"
    if content["kind"] == LetterKind.HAND_OVER:
        yield "随函移送案卷：证据文件的 SHA-256 就是证据清单中的内容指纹，可以逐件核对。"
    signed = f"　签发：{content['signed_by']}" if content["signed_by"] else ""
    yield f"承办：{content['drafted_by']}{signed}"


def _who(content: Mapping[str, Any]) -> str:
    operator = content["operator"]
    return f"{operator['name']}，统一社会信用代码 {operator['uscc']}"


def _result(item: Mapping[str, str]) -> str:
    answer = item.get("answer", "")
    if not answer:
        return "□符合　□不符合　□不适用"
    remark = f"：{item['remark']}" if item.get("remark") else ""
    return f"{CheckAnswer(answer).label}{remark}"


def day_in_words(text: str) -> str:
    """Return an ISO day as official papers write it."""
    year, month, day = text.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def ended(text: str) -> str:
    """Return the text with the mark that ends a sentence."""
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def whole_digest(digest: str) -> str:
    """Return a digest as it fits into a narrow column, whole."""
    return "\n".join(
        digest[start : start + SHOWN_DIGEST] for start in range(0, len(digest), SHOWN_DIGEST)
    )


def _short(digest: str) -> str:
    return f"{digest[:SHOWN_DIGEST]}…"
