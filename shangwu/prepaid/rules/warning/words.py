"""Words of changes and complaints, told by what they contain; what a word that nobody knows means is learned from who bears it."""

from collections import deque
from collections.abc import Iterable

from shangwu.prepaid.rules.warning.feeds import Flags, Floats, Whole

CLOSING_SIGNS = (
    *("clos", "wind", "ceas", "liquidat", "deregist", "shut", "suspen", "terminat", "dissol"),
    *("exit", "notice", "停业", "歇业", "注销", "清算", "关闭", "终止", "结业", "停止", "暂停"),
    *("闭店", "撤店", "退出"),
)
PERSON_SIGNS = (
    *("repres", "legal", "principal", "owner", "director", "sharehold", "法定代表", "法人"),
    *("负责人", "股东", "股权", "投资人"),
)
# One shop of several closes: that is no notice of the whole, unless it says so.
OUTLET_SIGNS = ("outlet", "branch", "门店", "分支", "分店", "分公司", "网点")
NOTICE_SIGNS = ("notice", "announc", "公告", "告示", "通告")
PLACE_SIGNS = ("addr", "reloc", "move", "premis", "住所", "地址", "迁")
GRAVE_SIGNS = (
    *("refund", "clos", "contact", "unreach", "answer", "lock", "cut", "balance", "vanish", "gone"),
    *("fraud", "refus", "abscond", "missing", "退", "失联", "关门", "停业", "跑路", "余额", "缩水"),
    *("歇业", "闭店", "联系不上", "关闭", "欺诈", "倒闭", "人去楼空", "卷款", "搬走", "拒"),
    *("shut", "disappear", "money"),
)
CLOSING, PERSON, PLACE, OTHER = "closing", "person", "place", "other"
MEANINGS = (PERSON, PLACE, OTHER, CLOSING)
# A strange word means closing when of those who bore it for so long, so many no longer sell.
BORNE_WEEKS, FEWEST, NO_LONGER_SELL = 5, 8, 0.7
SELLS_STILL = 0.05
REMEMBERED = 200


def meaning(word: str) -> str:
    """Return what a change is about: closing, person, place or other."""
    plain = word.lower()
    outlet = any(sign in plain for sign in OUTLET_SIGNS)
    if outlet and not any(sign in plain for sign in NOTICE_SIGNS):
        return OTHER
    for name, signs in ((CLOSING, CLOSING_SIGNS), (PERSON, PERSON_SIGNS), (PLACE, PLACE_SIGNS)):
        if any(sign in plain for sign in signs):
            return name
    return OTHER


def grave(word: str) -> bool:
    """Return whether a complaint is about money kept, a door shut or a card that is not known."""
    plain = word.lower()
    return any(sign in plain for sign in GRAVE_SIGNS)


class Dictionary:
    """What the words of one world mean, as far as it is known this week."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.bearers: dict[str, deque[tuple[int, int]]] = {}

    def add(self, week: int, words: Iterable[str], who: Whole) -> None:
        """Take in one week's words and who bears them."""
        for word, place in zip(words, who.tolist(), strict=True):
            if self.of.setdefault(word, meaning(word)) == OTHER:
                borne = self.bearers.setdefault(word, deque(maxlen=REMEMBERED))
                borne.append((week, place))

    def learn(self, week: int, sells: Floats, here: Flags) -> list[tuple[int, int]]:
        """Return week and place of those whose word is now found to have announced a closing.

        `sells` is what each sells now in shares of what it used to; NaN where that is not known.
        """
        found: list[tuple[int, int]] = []
        for word in sorted(self.bearers):
            old = [place for when, place in self.bearers[word] if when <= week - BORNE_WEEKS]
            known = [place for place in old if not here[place] or sells[place] == sells[place]]
            gone = [place for place in known if not here[place] or sells[place] < SELLS_STILL]
            if len(known) >= FEWEST and len(gone) >= NO_LONGER_SELL * len(known):
                self.of[word] = CLOSING
                found += self.bearers.pop(word)
        return found
