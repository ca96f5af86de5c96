"""Rows of free text as shops write them, some with personal data hidden in them; all made up from a seed."""

import random

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLACES = ("310101", "310115", "320106", "330203", "110105", "340826", "410327", "510722")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文晓雨欣怡子涵梓轩浩然"
_PREFIXES = (
    "130",
    "135",
    "138",
    "139",
    "147",
    "150",
    "159",
    "166",
    "173",
    "176",
    "182",
    "188",
    "199",
)
_FULL_WIDTH = {48 + n: 0xFF10 + n for n in range(10)}
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")


def identity_number(rng):
    """Return a number with a right check digit; it is nobody's."""
    birth = f"{rng.randint(1950, 2012)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"{rng.choice(_PLACES)}{birth}{rng.randint(0, 999):03}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def mobile(rng):
    return rng.choice(_PREFIXES) + f"{rng.randint(0, 99_999_999):08}"


def name(rng):
    return rng.choice(_SURNAMES) + "".join(rng.choices(_GIVEN, k=rng.randint(1, 2)))


def written_mobile(rng):
    number = mobile(rng)
    return rng.choice(
        (
            number,
            number.translate(_FULL_WIDTH),
            number.translate(_HAN),
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
            f"{number[:3]}－{number[3:7]}－{number[7:]}",
            f"({number[:3]}){number[3:7]}-{number[7:]}",
            " ".join(number),
            ".".join(number),
            f"+86 {number}",
            f"0086-{number}",
            f"86{number}",
        )
    )


def written_identity(rng):
    number = identity_number(rng)
    return rng.choice(
        (
            number,
            number.lower(),
            number.translate(_FULL_WIDTH),
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
            " ".join(number),
        )
    )


def written_email(rng):
    user = rng.choice(("li.na", "w123", "zhang_wei", "happy2008", "c-liu"))
    return rng.choice(
        (f"{user}@mail.example", f"{user}\uff20mail.example", f"{user} @ mail.example")
    )


def written_name(rng):
    person = name(rng)
    return rng.choice(
        (
            f"姓名：{person}",
            f"联系人:{person}",
            f"持卡人 {person}",
            f"会员{person}要求退卡",
            f"顾客{person}投诉服务",
            f"{person}女士来店办理",
            f"已与{person}先生沟通" if len(person) > 2 else f"户名：{person}",
            f"经办人为{person}",
            f"学员{person}已请假",
        )
    )


_HIDING = (written_mobile, written_mobile, written_identity, written_email, written_name)
_AROUND = ("{}", "备注 {}", "退款，{}", "{}，转卡", "门店登记：{}。", "续费 {} 已核", "（{}）")


def hidden(rng):
    """Return a text with personal data in it."""
    return rng.choice(_AROUND).format(rng.choice(_HIDING)(rng))


def _digits(rng, count):
    return "".join(rng.choices("0123456789", k=count))


def harmless(rng):
    """Return a text without personal data, often one that looks like it."""
    day = f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    amount = f"{rng.randint(1, 9_999_999):,}.{rng.randint(0, 99):02}"
    owner = rng.choice(_SURNAMES)
    return rng.choice(
        (
            "",
            f"会员余额转入 {amount} 元",
            f"订单号 2025{_digits(rng, 15)}",
            f"流水 {_digits(rng, 20)}",
            f"凭证 {_digits(rng, 8)}，{day}",
            f"门店 3101{_digits(rng, 4)} 盘点",
            f"统一社会信用代码 9131{_digits(rng, 4)}MA1{_digits(rng, 6)}",
            f"客服 400-{_digits(rng, 3)}-{_digits(rng, 4)}",
            f"店内电话 021-6{_digits(rng, 7)}",
            f"{owner}记面馆 {rng.randint(1, 40)} 号桌",
            f"{owner}先生牛肉面（南京西路店）",
            f"{owner}师傅连锁品牌活动",
            f"活动 {day} 至 2026-01-31",
            f"条码 690{_digits(rng, 10)}",
            f"卡号尾数 {_digits(rng, 4)}，充 {amount} 送 200",
            f"{rng.randint(8, 12)}:00-{rng.randint(13, 21)}:30 团课 {rng.randint(3, 30)} 人",
            rng.choice(
                (
                    "会员高级套餐升级",
                    "客户关系维护",
                    "顾客方便时到店",
                    "学员包月课调整",
                    "会员金卡续费",
                    "联系人电话未登记",
                    "消费者权益日活动",
                    "客户：万达广场店",
                    "会员 白金卡 冲正",
                    "家长会通知已发",
                )
            ),
            f"设备编号 {_digits(rng, 3)}-{_digits(rng, 3)}-{_digits(rng, 4)}",
            f"合计 {rng.randint(10, 20)} 15 20 25 30 分钟各一次",
            "".join(rng.choices("0123456789abcdef", k=64)),
        )
    )


def rows(seed, *, count=10_000, marked=200):
    """Return texts in random order, each with whether personal data is hidden in it."""
    rng = random.Random(seed)
    made = [(hidden(rng), True) for _ in range(marked)]
    made += [(harmless(rng), False) for _ in range(count - marked)]
    rng.shuffle(made)
    return made
