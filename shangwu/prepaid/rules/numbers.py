"""Numbers by which people are known: identity, mobile and landline numbers, bank cards, travel documents.

All take text as `screening` makes it plain. What is no sure number of a person is let through: order numbers, codes of
enterprises, dates and card tokens stand beside each other in what shops write.

Source: law/prepaid.toml#pack.SH-REG18-9
"""

import re
from datetime import date
from itertools import groupby

from stdnum import luhn
from stdnum.cn import ric

# What people put between the digits of a number.
_GAP = r"[ \t\-_.·•,，、/|*~()—–]{0,2}"
# A number begins after anything but a letter or digit (tokens are full of both), or after a label.
_START = r"(?:(?<![0-9A-Za-z])|(?<=[Tt][Ee][Ll])|(?<=[Ii][Dd])|(?<=[Vv][Xx]))"
_END = r"(?![0-9A-Za-z])"
_MOBILE = re.compile(rf"{_START}(?:(?:\+|00)?86{_GAP})?(1(?:{_GAP}[0-9]){{10}}){_END}")
_CARRIER = re.compile(r"1(?:3[0-9]|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8[0-9]|9[0-35-9])[0-9]{8}")
# The ways in which people group a mobile number when they use more than one kind of gap.
_GROUPS = frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5)})
_IDENTITY = re.compile(rf"{_START}([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9Xx]){_END}")
_LABELLED_IDENTITY = re.compile(r"(?:身份证|证件)[^0-9]{0,8}[1-9][0-9]{13,16}[0-9Xx]")
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82 83 91".split()
)
_IDENTITY_LENGTH = 18
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2099
# wx13812345678: a chat name that is a mobile number with letters before it.
_CHAT_NAME = re.compile(
    r"(?:微信|威信|薇信|v信|we-?chat|weixin|wxid|wx|vx)[^0-9]{0,24}(1[0-9]{10})(?![0-9])", re.I
)
# 010 and 02x have eight digits, the others seven or eight; the first is never 0.
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-–—])(?P<abroad>(?:\+|00)86[ -]{0,2}\(?0?)?(?(abroad)|\(?0)"
    r"(?:(?:10|2[0-9])(?P<three>[ )）\-–—]{0,3})[1-9][0-9]{3}[ -]?[0-9]{4}"
    r"|[3-9][0-9]{2}(?P<four>[ )）\-–—]{0,3})[1-9][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])"
)
_TELEPHONE = re.compile(r"(?:电话|座机|固话|致电|联系|拨打|tel|phone)[^0-9]{0,6}$", re.I)
# Whose telephone it is, from what stands before it: a shop or an office tells its own, unless somebody says "my".
_OF_A_SHOP = re.compile(
    "店|前台|客服|服务|商家|商户|公司|热线|总机|总部|投诉|咨询|预约|订座|订餐|监督|举报|售后|单位|银行|柜台|物业|校区|中心|馆|"
    "机构|经营者|协会|政府|监管|部门|12345"
)
_OF_A_PERSON = re.compile("我|本人|自己|家里|家中|住宅|会员|顾客|客户|持卡人|联系人|先生|女士|家长")
_BEFORE = 14
_BANK_CARD = re.compile(rf"{_START}([1-9](?:{_GAP}[0-9]){{15,18}}){_END}")
_BANK_WORD = re.compile(
    "(?:银行卡|储蓄卡|借记卡|信用卡|工资卡|[账帐]号|[账帐]户|开户行|打款|转账|汇款|退款?[到至])[^0-9]{0,14}$"
)
_BANK_BEFORE = 24
# Cards of UnionPay; other numbers are believed only after a word of banks.
_UNION, _UNION_LENGTHS = "62", frozenset({16, 19})
_PASSPORT = re.compile(
    r"(?:护照|passport)[^0-9]{0,8}?(?:[a-z]{1,2}[0-9]{7,8}|[0-9]{9})(?![0-9a-z])", re.I
)
_PERMIT = re.compile(
    r"(?:(?<!车辆)(?<!停车)通行证|回乡证|台胞证)[^0-9a-z]{0,8}"
    r"(?:[hmcw][a-z]?[0-9]{7,10}|([0-9]{8})|[0-9]{10})(?![0-9a-z])",
    re.I,
)


def is_identity_number(digits: str) -> bool:
    """Return whether 18 characters are a citizen's identity number: place, birth date and check digit."""
    if digits[:2] not in _PROVINCES or not _is_birth_date(digits[6:14]):
        return False
    return str(ric.calc_check_digit(digits)) == digits[17].upper()


def has_identity(text: str) -> bool:
    """Return whether a text holds a citizen's identity number, or a number that is called one."""
    if _LABELLED_IDENTITY.search(text):
        return True
    return any(
        is_identity_number(re.sub(r"[^0-9Xx]", "", hit.group(1)))
        for hit in _IDENTITY.finditer(text)
    )


def _is_birth_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        return _EARLIEST_YEAR <= date(year, month, day).year <= _LATEST_YEAR
    except ValueError:
        return False


def has_mobile(text: str) -> bool:
    """Return whether a text holds a mobile number, also as part of a chat name."""
    return any(
        _is_mobile(hit.group(1))
        for pattern in (_MOBILE, _CHAT_NAME)
        for hit in pattern.finditer(text)
    )


def _is_mobile(written: str) -> bool:
    if _CARRIER.fullmatch(re.sub(r"[^0-9]", "", written)) is None:
        return False
    runs = [(digits, "".join(run)) for digits, run in groupby(written, str.isdigit)]
    gaps = {run for digits, run in runs if not digits}
    groups = tuple(len(run) for digits, run in runs if digits)
    return len(gaps) <= 1 or groups in _GROUPS


def has_landline(text: str) -> bool:
    """Return whether a text holds a landline number that is not told as a shop's or an office's own."""
    return any(_is_of_a_person(hit, text) for hit in _LANDLINE.finditer(text))


def _is_of_a_person(hit: re.Match[str], text: str) -> bool:
    before = text[max(0, hit.start() - _BEFORE) : hit.start()]
    if _is_birth_date(re.sub(r"[^0-9]", "", hit[0])[-8:]):
        return False  # 010-20190901 is the tenth of that day
    is_written_apart = bool(hit["three"] or hit["four"] or hit["abroad"])
    if not is_written_apart and _TELEPHONE.search(before) is None:
        return False
    return _OF_A_SHOP.search(before) is None or _OF_A_PERSON.search(before) is not None


def has_bank_card(text: str) -> bool:
    """Return whether a text holds the number of a bank card: 16 to 19 digits with their check digit."""
    return any(_is_bank_card(hit, text) for hit in _BANK_CARD.finditer(text))


def _is_bank_card(hit: re.Match[str], text: str) -> bool:
    digits = re.sub(r"[^0-9]", "", hit[1])
    if not luhn.is_valid(digits) or (
        len(digits) == _IDENTITY_LENGTH and is_identity_number(digits)
    ):
        return False
    if _BANK_WORD.search(text[max(0, hit.start() - _BANK_BEFORE) : hit.start()]):
        return True
    groups = [len(run) for run in re.findall(r"[0-9]+", hit[1])]
    is_one = len(groups) == 1 or all(size == 4 for size in groups[:-1])
    return is_one and digits.startswith(_UNION) and len(digits) in _UNION_LENGTHS


def has_travel_document(text: str) -> bool:
    """Return whether a text tells the number of a passport or of a permit of Hong Kong, Macao or Taiwan."""
    return _PASSPORT.search(text) is not None or any(
        # Eight digits may be the day on which a permit was shown.
        hit[1] is None or not _is_birth_date(hit[1])
        for hit in _PERMIT.finditer(text)
    )
