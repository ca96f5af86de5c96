"""How the model in use was tested, as tables that people read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.prepaid.rules.warning.model import load
from shangwu.prepaid.rules.warning.tested import Verdict, verdicts
from shangwu.prepaid.vocabulary import Sector

METHODS = {
    "random": "随机抽取",
    "legal_thresholds": "按法定存管标准的缺额",
    "equal_weight_rules": "各信号同等相加的规则",
    "model": "现用模型",
    "oracle": "事先知道谁会失败（上限）",
}
KINDS = {
    "slow_failure": "逐渐失败",
    "cash_grab": "突击收款",
    "hidden_issuance": "隐瞒发卡",
    "phoenix": "换壳经营",
}
SIZES = {"small": "小（上年收入较少的三分之一）", "middle": "中", "large": "大"}
# Lines of business that the made-up worlds tell apart and the platform does not.
SECTORS = dict(Sector.choices) | {
    "": "未注明",
    "after-school": "课后托管",
    "arts_school": "艺术培训",
    "arts_training": "艺术培训",
    "bakery": "烘焙",
    "beauty": "美容美发",
    "cafe": "咖啡茶饮",
    "car wash": "洗车",
    "car_care": "汽车养护",
    "carwash": "洗车",
    "child_play": "儿童游乐",
    "children": "亲子乐园",
    "cinema": "影院",
    "dental": "口腔",
    "foot massage": "足浴",
    "fresh_food": "生鲜",
    "grocery": "食品杂货",
    "gym": "健身房",
    "hair": "美发",
    "hairdresser": "美发",
    "hairdressing": "美发",
    "kids": "儿童乐园",
    "kids_swim": "婴幼儿游泳",
    "ktv": "歌厅",
    "latte bar": "咖啡吧",
    "laundry": "洗染",
    "massage": "按摩",
    "pets": "宠物",
    "photo studio": "摄影",
    "playground": "亲子乐园",
    "restaurant": "餐饮",
    "spa": "水疗",
    "supermarket": "超市",
    "swimming": "游泳",
    "training": "培训",
    "trampoline park": "蹦床公园",
    "travel": "旅游",
    "tutoring": "校外培训",
    "vocational": "职业培训",
    "yoga": "瑜伽",
    **{f"S{number:02d}": f"行业代码S{number:02d}" for number in range(1, 17)},
    **{f"H{number:02d}": f"行业代码H{number:02d}" for number in range(1, 15)},
}
AUTHORS = {
    "sixth": "第六位作者的虚构城市（制作时没有看过其他几位的，也没有看过预警的信号）",
    "fifth": "第五位作者的虚构城市（制作时没有看过其他几位的，也没有看过预警的信号）",
    "fourth": "第四位作者的虚构城市（制作时没有看过前三位的，也没有看过预警的信号）",
    "third": "第三位作者的虚构城市（制作时没有看过前两位的）",
    "second": "第二位作者的虚构城市（制作时没有看过第一位的）",
    "first": "第一位作者的虚构城市",
}


@dataclass(frozen=True)
class Method:
    """What one way of naming operators reached; shares from 0 to 1, those of `kinds` by name."""

    label: str
    precision: float
    in_time: float
    money: float
    kinds: Sequence[tuple[str, float | None]]


@dataclass(frozen=True)
class ModelTest:
    """One test: what every method reached on the worlds of one author. `is_of_model` is false for an older version."""

    title: str
    of: Verdict
    is_of_model: bool
    kinds: Sequence[str]
    methods: Sequence[Method]
    false_by_size: Sequence[tuple[str, float]]
    false_by_sector: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class ModelRecord:
    """The model in use and its tests, the stricter first."""

    version: str
    made_on: date
    tests: Sequence[ModelTest]


def model_record() -> ModelRecord:
    """Return the record, from the files that lie beside the model."""
    model = load()
    return ModelRecord(
        version=model.version,
        made_on=model.made_on,
        tests=[_test(found, model.version) for found in verdicts()],
    )


def _test(found: Verdict, version: str) -> ModelTest:
    kinds = [kind for kind in KINDS if kind in found.by_kind["model"]]
    return ModelTest(
        title=AUTHORS.get(found.author, found.author),
        of=found,
        is_of_model=found.model == version,
        kinds=[KINDS[kind] for kind in kinds],
        methods=[
            Method(
                label,
                found.methods[name]["precision"],
                found.methods[name]["recall_4"],
                found.methods[name]["money_4"],
                [(KINDS[kind], found.by_kind[name].get(kind)) for kind in kinds],
            )
            for name, label in METHODS.items()
            if name in found.methods
        ],
        false_by_size=[
            (label, found.false_by_size[name])
            for name, label in SIZES.items()
            if name in found.false_by_size
        ],
        false_by_sector=[
            (SECTORS.get(name, name), figure) for name, figure in found.false_by_sector.items()
        ],
    )
