"""How the model in use was tested, as tables that people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shangwu.prepaid.rules.warning.model import load
from shangwu.prepaid.rules.warning.tested import Verdict, verdict
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
OTHER_SECTORS = {"beauty": "美容美发", "laundry": "洗染", "fresh_food": "生鲜"}


@dataclass(frozen=True)
class Method:
    """What one way of naming operators reached; shares from 0 to 1, those of `kinds` by name."""

    label: str
    precision: float
    in_time: float
    money: float
    kinds: Sequence[tuple[str, float | None]]


@dataclass(frozen=True)
class ModelRecord:
    """The model in use and its test; `is_of_model` is false while the test of a new version is still to come."""

    version: str
    made_on: date
    of: Verdict
    is_of_model: bool
    kinds: Sequence[str]
    methods: Sequence[Method]
    false_by_sector: Sequence[tuple[str, float]]
    false_by_size: Sequence[tuple[str, float]]


def model_record() -> ModelRecord:
    """Return the record, from the files that lie beside the model."""
    model, found = load(), verdict()
    kinds = [kind for kind in KINDS if kind in found.by_kind["model"]]
    sectors = dict(Sector.choices) | OTHER_SECTORS
    return ModelRecord(
        version=model.version,
        made_on=model.made_on,
        of=found,
        is_of_model=model.version == found.model,
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
        false_by_sector=_named(found.false_by_sector, sectors),
        false_by_size=_named(
            {name: found.false_by_size[name] for name in SIZES if name in found.false_by_size},
            SIZES,
        ),
    )


def _named(figures: Mapping[str, float], names: Mapping[str, str]) -> list[tuple[str, float]]:
    return [(names.get(name, name), figure) for name, figure in figures.items()]
