"""The model as data: weights, policy, and what they were learned from. A broken file is refused.

Source: 0017
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from shangwu.foundation.law import Refused
from shangwu.prepaid.rules.warning.feeds import Floats
from shangwu.prepaid.rules.warning.trees import Trees, defect
from shangwu.prepaid.rules.warning.weights import Rows, Weights

MODEL_FILE = Path(__file__).parent / "model.json"
CODE = "WATCH-MODEL"
# What counts against an operator can only ever count against it, whatever a sample says; of these, either may hold.
EITHER_WAY = frozenset(
    {
        *("issue_surge", "issue_unusual", "issue_longer", "issue_stops", "issue_over"),
        *("issue_over_more", "balance_grows", "leverage", "refund_rises", "refund_high"),
        *("ticket_rises", "custody_rises", "lookups_many", "person", "closing", "young", "bunched"),
        *("leaves", "lasting", "rising", "issue_now", "winds_up", "balance_falls"),
        *("pace_rises", "issued_climbs"),
    }
)
# Closing in order is a duty kept: its signs may only ever speak in favour.
IN_FAVOUR = frozenset({"winds_up", "leaves", "closing"})


@dataclass(frozen=True)
class Policy:
    """How alerts are given: one per so many operators and week, none twice within `pause_weeks`.

    `stake_weight` is how much ten times (strictly: e times) the money counts against a higher chance; `repeat_cost`
    is what an operator that was named before must bring more. `trees_share` is the say of the trees beside the
    weights, from 0 to 1.
    """

    starts_week: int
    operators_an_alert: int
    pause_weeks: int
    stake_weight: float
    repeat_cost: float
    trees_share: float


@dataclass(frozen=True)
class Model:
    """A version of the model. `worlds` says what it was learned from."""

    version: str
    made_on: date
    worlds: str
    names: tuple[str, ...]
    weights: Weights
    trees: Trees
    policy: Policy

    def logit(self, rows: Rows) -> Floats:
        """Return what weights and trees say together."""
        share = self.policy.trees_share
        return (1 - share) * self.weights.logit(rows) + share * self.trees.logit(rows)


def load(file: Path = MODEL_FILE) -> Model:
    """Return the model of a file.

    Raises: Refused with a sentence that names file and defect.
    """
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"模型文件 {file.name} 不能读取或不是合格的 JSON。", code=CODE) from error
    return read(content, name=file.name)


def read(content: Any, *, name: str) -> Model:
    """Return the model that a file describes; every weight must be a number, every figure in its range.

    Raises: Refused with a sentence that names file and defect.
    """
    if not isinstance(content, dict):
        raise Refused(f"模型文件 {name} 的内容应为一个 JSON 对象。", code=CODE)
    weights, policy = _part(content, "weights", name), _part(content, "policy", name)
    if not weights:
        raise Refused(f"模型文件 {name} 没有任何权重。", code=CODE)
    model = Model(
        version=_text(content, "version", name),
        made_on=_day(content, name),
        worlds=_text(content, "worlds", name),
        names=tuple(weights),
        weights=Weights(
            _number(content, "intercept", name, least=-1e3),
            np.array([_number(weights, key, name, least=-1e3) for key in weights]),
        ),
        trees=_trees(content, len(weights), name),
        policy=Policy(
            starts_week=_whole(policy, "starts_week", name),
            operators_an_alert=_whole(policy, "operators_an_alert", name),
            pause_weeks=_whole(policy, "pause_weeks", name),
            stake_weight=_number(policy, "stake_weight", name),
            repeat_cost=_number(policy, "repeat_cost", name),
            trees_share=_number(policy, "trees_share", name),
        ),
    )
    if model.policy.trees_share > 1:
        raise Refused(f"模型文件 {name} 的 trees_share 大于 1。", code=CODE)
    if below := [n for n, w in zip(model.names, model.weights.of, strict=True) if w < 0]:
        if wrong := sorted(set(below) - EITHER_WAY):
            raise Refused(f"模型文件 {name} 的权重 {'、'.join(wrong)} 不得为负。", code=CODE)
    if any(weights[key] > 0 for key in IN_FAVOUR & set(weights)):
        raise Refused(f"模型文件 {name} 中有序退出的信号权重不得为正。", code=CODE)
    return model


def require_names(model: Model, names: tuple[str, ...]) -> None:
    """Refuse a model that was made for other features than those computed.

    Raises: Refused with the names that differ.
    """
    if model.names != names:
        differ = sorted(set(model.names) ^ set(names)) or ["次序"]
        raise Refused(
            f"模型 {model.version} 与程序的信号不一致：{'、'.join(differ)}。请重新训练。", code=CODE
        )


def _trees(content: Mapping[str, Any], features: int, name: str) -> Trees:
    part = _part(content, "trees", name)
    try:
        trees = Trees(
            starts=np.array(part["starts"], np.int64),
            feature=np.array(part["feature"], np.int64),
            threshold=np.array(part["threshold"], np.float32),
            left=np.array(part["left"], np.int64),
            right=np.array(part["right"], np.int64),
            value=np.array(part["value"], np.float64),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"模型文件 {name} 的 trees 缺少列，或列中不是数字。", code=CODE) from error
    if found := defect(trees, features):
        raise Refused(f"模型文件 {name} 的 trees {found}。", code=CODE)
    return trees


def _part(content: Mapping[str, Any], key: str, name: str) -> Mapping[str, Any]:
    part = content.get(key)
    if not isinstance(part, dict):
        raise Refused(f"模型文件 {name} 缺少 {key}，或它不是一个对象。", code=CODE)
    return part


def _text(content: Mapping[str, Any], key: str, name: str) -> str:
    text = content.get(key)
    if not isinstance(text, str) or not text.strip():
        raise Refused(f"模型文件 {name} 没有写明 {key}。", code=CODE)
    return text


def _day(content: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(_text(content, "made_on", name))
    except ValueError as error:
        raise Refused(f"模型文件 {name} 的 made_on 不是日期。", code=CODE) from error


def _number(part: Mapping[str, Any], key: str, name: str, *, least: float = 0.0) -> float:
    value = part.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Refused(f"模型文件 {name} 的 {key} 不是数字。", code=CODE)
    if value < least:
        raise Refused(f"模型文件 {name} 的 {key} 小于 {least:g}。", code=CODE)
    return float(value)


def _whole(part: Mapping[str, Any], key: str, name: str) -> int:
    value = _number(part, key, name, least=1)
    if value != int(value):
        raise Refused(f"模型文件 {name} 的 {key} 应为正整数。", code=CODE)
    return int(value)
