"""Personal data in free text: numbers of people, e-mail addresses, names told by context.

The platform may not collect consumers' personal information, so what is found is never repeated: a finding says
only what kind it is.

Source: law/prepaid.toml#pack.SH-REG18-9
"""

import base64
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping

from shangwu.prepaid.rules.bilingual import Bilingual
from shangwu.prepaid.rules.numbers import (
    has_bank_card,
    has_identity,
    has_landline,
    has_mobile,
    has_travel_document,
)

KINDS: Mapping[str, Bilingual] = {
    "id_number": Bilingual("身份证件号码", "an identity number"),
    "mobile": Bilingual("手机号码", "a mobile number"),
    "landline": Bilingual("固定电话号码", "a landline number"),
    "bank_card": Bilingual("银行卡号", "a bank card number"),
    "travel_document": Bilingual("护照或者通行证号码", "a passport or permit number"),
    "email": Bilingual("电子邮箱", "an e-mail address"),
    "name": Bilingual("姓名", "a person's name"),
}
# What a shop may rightly tell of itself in its charter and its notices.
OF_SHOPS = frozenset({"landline"})

_HAN_DIGITS = str.maketrans(
    "〇零一二三四五六七八九幺壹贰貳叁參肆伍陆陸柒捌玖", "001234567891122334566789"
)
_HAN_DIGIT_RUN = re.compile(r"[0-9〇零一二三四五六七八九幺壹贰貳叁參肆伍陆陸柒捌玖]{11,18}")
# Marks that stand on other characters, and blanks that are letters by name: between digits nobody sees them.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# What may be a text in another dress: its hexadecimal or base64 letters.
_DRESSED = re.compile(r"[0-9A-Za-z+/_-]{15,}={0,2}")
_LONGEST_DRESSED = 4_000
_URL_LETTERS = str.maketrans("-_", "+/")
_SHORTEST_NUMBER = 11
# What stands in a text with shorter personal data.
_SIGNS = ("@", "(at)", "[at]", "passport")
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
# Further surnames, believed only where a label and a colon say that a name follows.
_RARER = (
    "[阮褚卫岑苗凌霍虞裘缪宗郁诸吉邢滕毕穆祁茅纪舒屈项蓝闵席麻娄童盛骆翁荀甄封芮靳巫乌詹蒲邰赖卓蔺蒙池"
    "乔冉桑濮晏柴瞿艾容古戈匡寇敖辛阚那饶鞠丰荆竺桓佟佘柳苑亓逯仇仲班栾隋商胥娜巩车木米覃应成]"
)
_GIVEN = r"[ ·]?[一-鿿](?:[ ]?[一-鿿])?"
_LABEL = (
    "姓名|户名|联系人|持卡人|购卡人|买卡人|办卡人|充值人|代办人|经办人|收件人|收款人|付款人|投诉人|申请人|"
    "使用人|持有人|受益人|退款人|转让人|受让人|卡主|户主|机主|代充|代办|本人|"
    "会员|顾客|客户|用户|客人|消费者|家长|家属|孩子|宝宝|小朋友|学生|学员|儿子|女儿|妻子|丈夫|母亲|父亲"
)
# Signs that given names are mostly made of; a name without label or title is told by them.
_GIVEN_SIGNS = (
    "[伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英玉兰梅建志晓雨欣怡子涵梓轩浩然明华国文红小刘海燕波"
    "鹏辉宇婷峰玲俊飞鑫斌琴莉颖萍莹琳倩佳慧雪蓉薇蕾璐瑶琪思雯嘉诚皓宸泽博睿翔旭阳帅凯健康宏俊雷震"
    "淑珍凤云霜菊香月美娇媛婉妍妮洁瑞祥福贵荣德智仁义忠孝庆春生根宝树林森炎成功永昌盛奕辰语桐诗"
    "若可心依彤晨曦昊天佑启航一诺沐熙芷萱紫悦柔珊珠蓓菲君妤冰倩如素真清立民新培振武军威卫东"
    "少先良才启绍传继耀光宗学斯丹尼亚楠莲翠韵婕韬岩松柏竹青栋梁毅坚恒伦岚黛艺芸茜]"
)
_BARE_SURNAME = (
    "[王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭肖萧董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔"
    "钟谭陆汪廖贾韦傅邹秦邱尹薛闫阎段侯陶黎贺郝龚邵钱覃戴莫孔施季卞俞倪鲁葛庞章岳柯翟聂樊焦齐庄]"
)
# What follows a name in a running sentence.
_AFTER = (
    r"(?=$|[\s,，。;；、.!！?？:：()（）0-9A-Za-z/]|的|已|要|于|来|在|因|称|说|退|续|办|充|购|转|投诉|申请|反映|报名|请假|上课|挂失|"
    r"电话|手机|身份证|微信|本人|先生|女士|小姐|同学)"
)
_LABELLED = re.compile(rf"(?:{_LABEL})(?:[:： ]{{1,2}}|为|叫|是)({_SURNAME}{_GIVEN}?){_AFTER}")
_RARELY_NAMED = re.compile(rf"(?:{_LABEL})[:： ]{{1,2}}({_RARER}{_GIVEN}){_AFTER}")
# 王小明 充值、给王小明续卡: three signs that make a name. 张伟充值: two need a word on what the person does.
_ALONE = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[给为帮替]))({_BARE_SURNAME}{_GIVEN_SIGNS}{{2}})"
    r"(?=$|[\s,，。;；、!！?？:：()（）0-9]|的?(?:会员)?卡(?!拉)|的(?:余额|钱)|充|续|退|办|转|购|挂失|补|投诉|要求|来店)"
)
_DOING = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[给为帮替]))({_BARE_SURNAME}{_GIVEN_SIGNS})"
    r"(?=[\s,，:：(（]{0,2}(?:1[3-9][0-9]{9}|(?:充值|续[卡费]|退[卡款费]|办卡|购卡|转卡|挂失|补[办卡]|投诉|要求|来店))|的(?:会员|年|次)?卡)"
)
_RUNNING = re.compile(rf"(?:{_LABEL})({_SURNAME}{_GIVEN}){_AFTER}")
_TITLED = re.compile(
    rf"(?:(?<![一-鿿])|(?<=[与和跟给向由对请为让找]))({_SURNAME}[一-鿿]{{1,2}})"
    r" ?(?:先生|女士|小姐|同学|阿姨|老师)"
    # 王先生牛肉面馆 is a shop; 王小明先生来店 is a person who comes to one.
    r"(?![一-鿿]{0,6}(?<![来到进在回离])"
    r"(?:店|馆|面|餐|坊|铺|厅|品牌|专柜|连锁|工作室|书院|影院))"
)
_TOLD = (_LABELLED, _RARELY_NAMED, _RUNNING, _TITLED)
_BARE = (_ALONE, _DOING)
# Words of the trade that begin like a surname.
_NOT_NAMES = re.compile(
    "余额|余款|高级|高端|高考|高兴|高温|范围|安心|安静|王(?:专|店|卡|会|品|门|优|童)|方案|方式|方便|时间|关系|包厢|包间|包月|包年|安全|安排|安徽|万元|万达|"
    "白金|白班|黄金|黄浦|杨浦|徐汇|陆家|卢湾|龙华|江苏|江西|江南|石材|石油|马上|马术|牛肉|牛排|向日|"
    "易卡|任何|任意|严重|程序|何时|段位|左右|史上|武术|武汉|温泉|单位|毛巾|季度|季卡|年卡|储值|顾问|"
    "曾经|雷达|莫名|夏季|夏令|田径|汤品|涂料|梅花|宋体|汪洋|尚未|尚有|"
    "金(?:卡|额|融|牌|色|店|山|桥|桂)|常(?:客|规|年|见|来|用|驻)|华(?:东|润|为|人)|路(?:过|口|店)|"
    "游(?:客|泳|戏|乐)|甘(?:肃|泉)|简(?:单|餐|易)|"
    "于(?:本|上|下|今|昨|明|当|次|同|此|前|后|近|每|周|月|年|是|店)"
)


def find(text: str, *, names_a_shop: bool = False) -> frozenset[str]:
    """Return which kinds of personal data a text contains; see KINDS for what people read.

    Shops are often called after somebody: what `names_a_shop` needs a label or a title to be a person's name.
    """
    if not text:
        return frozenset()
    plain = _plain(text)
    patterns = _TOLD if names_a_shop else (*_TOLD, *_BARE)
    dressed = (_kinds_in(_plain(one), patterns) for one in _undressed(plain))
    return _kinds_in(plain, patterns).union(*dressed)


def _kinds_in(plain: str, patterns: Iterable[re.Pattern[str]]) -> frozenset[str]:
    found = {
        "id_number": has_identity(plain),
        "mobile": has_mobile(plain),
        "landline": has_landline(plain),
        "bank_card": has_bank_card(plain),
        "travel_document": has_travel_document(plain),
        "email": _EMAIL.search(plain) is not None,
        "name": _has_name(plain, patterns),
    }
    return frozenset(kind for kind, here in found.items() if here)


def labels(kinds: Collection[str]) -> Bilingual:
    """Return kinds of personal data as people read them; the data themselves are never repeated."""
    found = [label for kind, label in KINDS.items() if kind in kinds]
    return Bilingual("、".join(one.zh for one in found), " and ".join(one.en for one in found))


def is_harmless(text: str) -> bool:
    """Return whether a text is plainly too short of signs to hold anything of KINDS, at almost no cost.

    Names need Han characters, numbers eleven digits or a word, addresses a sign; what is not plainly harmless may be so still.
    """
    if not text:
        return True
    if not text.isascii() or _DRESSED.search(text):
        return False
    return sum(map(text.count, "0123456789")) < _SHORTEST_NUMBER and not any(
        sign in text.lower() for sign in _SIGNS
    )


def _plain(text: str) -> str:
    """Full width as half width, without invisible characters, digits of other scripts and signs as digits."""
    visible = "".join(
        _digit(c)
        for c in unicodedata.normalize("NFKC", text)
        if unicodedata.category(c) not in _UNSEEN and c not in _BLANKS
    )
    return _HAN_DIGIT_RUN.sub(lambda run: run.group(0).translate(_HAN_DIGITS), visible)


def _digit(character: str) -> str:
    if character.isascii():
        return character
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)


def _undressed(text: str) -> Iterator[str]:
    """Texts that stand in a text as hexadecimal or base64 letters; of what is no text there is none."""
    for hit in _DRESSED.finditer(text):
        written = hit.group(0)[:_LONGEST_DRESSED]
        bare = written.rstrip("=").translate(_URL_LETTERS)
        for read in (bytes.fromhex, _from_base64):
            try:
                yield read(bare).decode("utf-8")
            except ValueError:
                continue


def _from_base64(bare: str) -> bytes:
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _has_name(text: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    return any(
        _NOT_NAMES.match(hit.group(1)) is None
        for pattern in patterns
        for hit in pattern.finditer(text)
    )
