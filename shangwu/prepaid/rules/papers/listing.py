"""The papers of the list of seriously dishonest operators: the prior notice, and the decision."""

from collections.abc import Mapping

from shangwu.foundation.documents import Official, Text
from shangwu.prepaid.rules.papers.supervision import DRAFT, day_in_words, ended
from shangwu.prepaid.vocabulary import ListingState


def listing_paper(content: Mapping[str, str]) -> Official:
    """Return the prior notice of a proposed entry, or the decision about it once there is one."""
    decided = bool(content["decision"])
    who = f"{content['name']}，统一社会信用代码 {content['uscc']}"
    parts = [Text(f"你单位（{who}）：{ended(content['reasons'])}")]
    if not decided:
        parts.append(
            Text(
                f"以上情况属于“{content['ground']}”（{content['citation']}），拟列入严重失信名单。"
            )
        )
        if marked := _marked(content):
            parts.append(Text(f"列入的，在信用记录中一并标明：{marked}。"))
        until = (
            f"可以在 {day_in_words(content['statement_until'])}前提出。"
            if content["statement_until"]
            else ""
        )
        parts.append(Text(f"{content['statement']}{until}"))
    else:
        if content["said"]:
            parts.append(Text(f"当事人陈述、申辩：{ended(content['said'])}"))
            parts.append(Text(f"答复：{ended(content['answer'])}"))
        is_listed = content["state"] != ListingState.DECLINED
        word = "列入" if is_listed else "不予列入"
        parts.append(Text(f"经审查：{ended(content['decision'])}"))
        parts.append(Text(f"依据{content['citation']}，决定{word}严重失信名单。"))
        if is_listed and (marked := _marked(content)):
            parts.append(
                Text(f"在信用记录中一并标明：{marked}；公示时只公布法定代表人或者负责人的姓名。")
            )
        if is_listed:
            parts.append(Text("退出、修复和救济", is_heading=True))
            parts += [Text(row) for row in content["terms"].split("\n") if row]
    title = "严重失信名单决定书" if decided else "拟列入严重失信名单事先告知书"
    return Official(
        title=f"{content['agency']}\n{title}",
        under_title=content["number"],
        before=(f"{content['name']}：",),
        parts=tuple(parts),
        signature=(
            "",
            f"{content['agency']}\n（印章）\n{day_in_words(content['on']) if content['on'] else ''}",
        ),
        notes=(f"承办：{content['by']}",) if content["by"] else (),
        mark="" if content["on"] else DRAFT,
    )


def _marked(content: Mapping[str, str]) -> str:
    """Return whom the entry marks (REG18 Art. 25), each with the position; the party reads it, the public does not."""
    positions = {
        "representative": "法定代表人或者负责人",
        "principal": "主要负责人",
        "responsible": "直接责任人员",
    }
    return "，".join(f"{label}{content[key]}" for key, label in positions.items() if content[key])
