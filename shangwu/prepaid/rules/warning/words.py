"""Words of registry changes, told by what they contain; a word that nobody knows counts as some change."""

from collections.abc import Iterable

CLOSING = (
    "clos",
    "wind",
    "ceas",
    "liquidat",
    "deregist",
    "停业",
    "歇业",
    "注销",
    "清算",
    "关闭",
    "终止",
)
PERSON = ("repres", "legal", "principal", "owner", "director", "法定代表", "法人", "负责人", "股东")
ELSEWHERE = ("addr", "reloc", "move", "premis", "住所", "地址", "迁")


def meaning(word: str) -> str:
    """Return what a change is about: closing, person, place or other."""
    plain = word.lower()
    for name, signs in (("closing", CLOSING), ("person", PERSON), ("place", ELSEWHERE)):
        if any(sign in plain for sign in signs):
            return name
    return "other"


def meanings(words: Iterable[str]) -> dict[str, str]:
    """Return the meaning of each different word."""
    return {word: meaning(word) for word in set(words)}
