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
    "beauty": "美容美发",
    "cafe": "咖啡茶饮",
    "carwash": "洗车",
    "dental": "口腔",
    "fresh_food": "生鲜",
    "grocery": "食品杂货",
    "gym": "健身房",
    "hair": "美发",
    "kids": "儿童乐园",
    "laundry": "洗染",
    "spa": "水疗",
    "tutoring": "校外培训",
}
AUTHORS = {
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
