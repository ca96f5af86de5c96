"""Personal data in free text: identity numbers, mobile numbers, e-mail addresses, names told by context.

The platform may not collect consumers' personal information, so what is found is never repeated: a finding says
only what kind it is.

Source: law/prepaid.toml#pack.SH-REG18-9
"""

import re
import unicodedata
from datetime import date
from itertools import groupby

from stdnum.cn import ric

KINDS = {
    "id_number": "身份证件号码",
    "mobile": "手机号码",
    "email": "电子邮箱",
    "name": "姓名",
}

_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_HAN_DIGIT_RUN = re.compile(r"[0-9〇零一二三四五六七八九幺]{11,18}")
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
_SHORTEST_NUMBER = 11
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2099
# The name is taken from the start of its run, so that a long run is read once.
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+\s?(?:@|\(at\)|\[at\])\s?(?:[a-z0-9-]+\.)+[a-z]{2,}", re.I
)

_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|轩辕|端木|宇文|长孙|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚"
    "邵万钱严覃武戴莫孔向汤施洪季卞俞倪鲁葛温庞殷章岳柯耿翟牛聂安樊焦左齐庄涂欧易颜梅喻包祝储裴"
    "屠臧于金常游路尚甘华柏简])"
)
_GIVEN = r"[ ·]?[一-鿿](?:[ ]?[一-鿿])?"
_LABEL = (
    "姓名|户名|联系人|持卡人|购卡人|办卡人|代办人|经办人|收件人|收款人|付款人|投诉人|本人|"
    "会员|顾客|客户|用户|客人|消费者|家长|家属|孩子|学生|学员"
)
# What follows a name in a running sentence.
_AFTER = (
    r"(?=$|[\s,，。;；、.!！?？:：()（）0-9A-Za-z/]|的|已|要|于|来|在|因|称|说|退|续|办|充|购|投诉|申请|反映|"
    r"电话|手机|身份证|微信|本人|先生|女士|小姐|同学)"
)
_LABELLED = re.compile(rf"(?:{_LABEL})(?:[:： ]{{1,2}}|为|叫|是)({_SURNAME}{_GIVEN}?){_AFTER}")
_RUNNING = re.compile(rf"(?:{_LABEL})({_SURNAME}{_GIVEN}){_AFTER}")
_TITLED = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[与和跟给向由对请为让找]))({_SURNAME}[一-鿿]{{1,2}})"
    r"(?:先生|女士|小姐|同学|阿姨|老师)"
    # 王先生牛肉面馆 is a shop; 王小明先生来店 is a person who comes to one.
    r"(?![一-鿿]{0,6}(?<![来到进在回离])"
    r"(?:店|馆|面|餐|坊|铺|厅|品牌|专柜|连锁|工作室|书院|影院))"
)
# Words of the trade that begin like a surname.
_NOT_NAMES = re.compile(
    "余额|余款|高级|高端|高考|方案|方式|方便|时间|关系|包厢|包间|包月|包年|安全|安排|安徽|万元|万达|"
    "白金|白班|黄金|黄浦|杨浦|徐汇|陆家|卢湾|龙华|江苏|江西|江南|石材|石油|马上|马术|牛肉|牛排|向日|"
    "易卡|任何|任意|严重|程序|何时|段位|左右|史上|武术|武汉|温泉|单位|毛巾|季度|季卡|年卡|储值|顾问|"
    "曾经|雷达|莫名|夏季|夏令|田径|汤品|涂料|梅花|宋体|汪洋|尚未|尚有|"
    "金(?:卡|额|融|牌|色|店|山|桥|桂)|常(?:客|规|年|见|来|用|驻)|华(?:东|润|为|人)|路(?:过|口|店)|"
    "游(?:客|泳|戏|乐)|甘(?:肃|泉)|简(?:单|餐|易)|"
    "于(?:本|上|下|今|昨|明|当|次|同|此|前|后|近|每|周|月|年|是|店)"
)


def find(text: str) -> frozenset[str]:
    """Return which kinds of personal data a text contains; see KINDS for what people read."""
    if not text:
        return frozenset()
    plain = _plain(text)
    found = {
        "id_number": _has_identity(plain),
        "mobile": _has_mobile(plain),
        "email": _EMAIL.search(plain) is not None,
        "name": _has_name(plain),
    }
    return frozenset(kind for kind, here in found.items() if here)


def is_harmless(text: str) -> bool:
    """Return whether a text is plainly too short of signs to hold anything of KINDS, at almost no cost.

    Names need Han characters, numbers eleven digits, addresses a sign; what is not plainly harmless may be so still.
    """
    if not text:
        return True
    if not text.isascii():
        return False
    return sum(map(text.count, "0123456789")) < _SHORTEST_NUMBER and not any(
        sign in text.lower() for sign in ("@", "(at)", "[at]")
    )


def is_identity_number(digits: str) -> bool:
    """Return whether 18 characters are a citizen's identity number: place, birth date and check digit."""
    if digits[:2] not in _PROVINCES or not _is_birth_date(digits[6:14]):
        return False
    return str(ric.calc_check_digit(digits)) == digits[17].upper()


def _plain(text: str) -> str:
    """Full width as half width, without invisible characters, digits written in Han as digits."""
    visible = "".join(
        c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"
    )
    return _HAN_DIGIT_RUN.sub(lambda run: run.group(0).translate(_HAN_DIGITS), visible)


def _has_identity(text: str) -> bool:
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


def _has_mobile(text: str) -> bool:
    return any(_is_mobile(hit.group(1)) for hit in _MOBILE.finditer(text))


def _is_mobile(written: str) -> bool:
    if _CARRIER.fullmatch(re.sub(r"[^0-9]", "", written)) is None:
        return False
    runs = [(digits, "".join(run)) for digits, run in groupby(written, str.isdigit)]
    gaps = {run for digits, run in runs if not digits}
    groups = tuple(len(run) for digits, run in runs if digits)
    return len(gaps) <= 1 or groups in _GROUPS


def _has_name(text: str) -> bool:
    return any(
        _NOT_NAMES.match(hit.group(1)) is None
        for pattern in (_LABELLED, _RUNNING, _TITLED)
        for hit in pattern.finditer(text)
    )
