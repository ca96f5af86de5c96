"""Papers that belong to the dossier of a case (案卷): its index, and what the operator answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from shangwu.foundation.documents import Official, Text
from shangwu.foundation.documents.official import Rows, centred, label, value
from shangwu.prepaid.rules.papers.supervision import WIDTHS, whole_digest

SUMS = "SHA256SUMS"
HOW_TO_CHECK = (
    f"{SUMS} 列出案卷中每个文件的 SHA-256，可以用 sha256sum -c {SUMS} 核对。",
    "文书和证据的 JSON 文件，SHA-256 就是文书上印的内容指纹；材料和照片是原件，没有改动。",
)


@dataclass(frozen=True)
class Listed:
    """A file of a dossier as its index names it; `day` is the day of what it holds, empty where it has none."""

    name: str
    title: str
    day: str
    sha256: str


def index_paper(facts: Sequence[tuple[str, str]], files: Sequence[Listed]) -> Official:
    """Return the index of a dossier (卷内目录)."""
    about = Rows()
    for name, text in facts:
        about.add(label(0, name, columns=2), value(2, text, columns=2))
    rows = Rows()
    rows.add(*(label(n, text) for n, text in enumerate(("序号", "日期", "文件", "SHA-256"))))
    for number, one in enumerate(files, start=1):
        rows.add(
            centred(0, str(number)),
            centred(1, one.day),
            value(2, f"{one.title}\n{one.name}"),
            value(3, whole_digest(one.sha256)),
        )
    return Official(
        title="卷内目录",
        parts=(about.grid(WIDTHS), Text("文件", is_heading=True), rows.grid(WIDTHS, heads=1)),
        notes=HOW_TO_CHECK,
    )


def reply_paper(
    *, letter: str, operator: str, at: str, text: str, files: Sequence[tuple[str, str]]
) -> Official:
    """Return what an operator answered to a letter; `files` are names and digests of what came with it."""
    facts = Rows()
    for name, said in (("答复的文书", letter), ("当事人", operator), ("答复时间", at)):
        facts.add(label(0, name, columns=2), value(2, said, columns=2))
    sent = [Text("附件", is_heading=True)] if files else []
    sent += [Text(f"{name}，SHA-256 {sha256}") for name, sha256 in files]
    return Official(
        title="当事人答复",
        under_title=f"对{letter}",
        parts=(facts.grid(WIDTHS), Text("答复内容", is_heading=True), Text(text), *sent),
    )
