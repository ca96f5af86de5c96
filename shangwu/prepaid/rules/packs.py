"""Whether the packs are safe to decide by: cited, without overlap or gap, and no figure out of range."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from shangwu.foundation.law import LAW_FOLDER, LawError, Problem
from shangwu.prepaid.rules.amounts import percent, yuan
from shangwu.prepaid.rules.law import Pack, all_packs
from shangwu.prepaid.rules.parameters import FineBand, Limit, Listing, Tier, TierDeposit
from shangwu.prepaid.rules.requirement.facts import BASES
from shangwu.prepaid.vocabulary import OperatorTrait, Sector

FILE, KEY = "law/prepaid.toml", "#"
CHOICES = {
    "base": frozenset(BASES),
    "comparison": frozenset({">", ">="}),
    "combine": frozenset({"max", "one"}),
    "rounding": frozenset({"", "up_to_fen", "half_up"}),
    "currency": frozenset({"CNY", "JPY"}),
}
Found = Iterator[tuple[str, str]]


def check(folder: Path = LAW_FOLDER) -> list[Problem]:
    """Return everything that is wrong with the packs of a folder, by file and key."""
    try:
        return problems(all_packs(folder))
    except LawError as error:
        return error.problems


def problems(packs: Sequence[Pack[Any]]) -> list[Problem]:
    """Return what makes the packs unsafe: each by itself, and two that speak of the same.

    Source: law/prepaid.toml#pack
    """
    alone = [_problem(pack, code, text) for pack in packs for code, text in _of_pack(pack)]
    return [*alone, *_of_pairs(packs), *_of_grounds(packs)]


def _of_pack(pack: Pack[Any]) -> Found:
    citation = pack.citation
    if not citation.article.strip():
        yield "missing_article", "缺少条款 article"
    if not citation.source.strip():
        yield "missing_source", "缺少依据 source"
    if not pack.sectors:
        yield "missing_sector", "缺少行业 sector"
    for sector in set(pack.sectors) - set(Sector.values):
        yield "unknown_sector", f"不认识的行业“{sector}”"
    if isinstance(pack.parameters, TierDeposit):
        yield from _of_tiers(pack.parameters)
    elif isinstance(pack.parameters, FineBand):
        yield from _of_fines(pack.parameters)
    elif isinstance(pack.parameters, Limit):
        yield from _of_limits(pack.parameters)


def _of_fines(rule: FineBand) -> Found:
    for band in rule.band:
        if not 0 <= band.at_least_fen < band.at_most_fen:
            yield "empty_band", f"罚款幅度“{band.gravity}”的下限须低于上限"


def _of_limits(limit: Limit) -> Found:
    for rule in limit.rule:
        if [rule.at_most, rule.at_least, rule.none or None].count(None) != 2:
            yield "unclear_limit", f"限额“{rule.of}·{rule.measure}”须恰写一个界限"


def _of_tiers(rule: TierDeposit) -> Found:
    for name, allowed in CHOICES.items():
        if (word := getattr(rule, name)) not in allowed:
            yield "unknown_choice", f"{name} 不能写“{word}”，可写 {'、'.join(sorted(allowed))}"
    if not rule.tier:
        yield "no_tier", "没有写任何一档"
    for tier in rule.tier:
        if (tier.above_fen is None) == (tier.above_share is None):
            yield "unclear_threshold", f"{_name(tier)} 须恰写 above_fen、above_share 中的一个"
        if not 0 < tier.ratio <= 1:
            yield "ratio_range", f"{_name(tier)} 的比例须大于 0、不超过 100%"
        for trait in set(tier.if_any) - set(OperatorTrait.values):
            yield "unknown_trait", f"不认识的经营者特征“{trait}”"
    for tiers in _alike(rule.tier):
        yield from (_steps if rule.combine == "max" else _bands)(tiers)


def _alike(tiers: Iterable[Tier]) -> Iterator[list[Tier]]:
    """The tiers of fixed thresholds that hold for the same operators under the same reading, ascending."""
    groups: dict[tuple[tuple[str, ...], str], list[Tier]] = {}
    for tier in tiers:
        if tier.above_fen is not None:
            groups.setdefault((tuple(sorted(tier.if_any)), tier.reading), []).append(tier)
    for group in groups.values():
        yield sorted(group, key=lambda tier: tier.above_fen or 0)


def _steps(tiers: Sequence[Tier]) -> Found:
    """Steps are open upwards and the highest share counts: each must begin later and ask more."""
    for lower, upper in pairwise(tiers):
        if lower.above_fen == upper.above_fen:
            yield "overlap", f"{_name(lower)}与{_name(upper)}起点相同，比例不同，相互重叠"
        elif upper.ratio <= lower.ratio:
            yield "overlap", f"{_name(upper)}被{_name(lower)}完全覆盖，永远不起作用"


def _bands(tiers: Sequence[Tier]) -> Found:
    """Bands are closed: each balance lies in exactly one."""
    for lower, upper in pairwise(tiers):
        start = upper.above_fen or 0
        if lower.up_to_fen is None or lower.up_to_fen > start:
            yield "overlap", f"{_name(lower)}与{_name(upper)}重叠"
        elif lower.up_to_fen < start:
            yield "gap", f"{yuan(lower.up_to_fen)} 至 {yuan(start)} 之间没有写明比例"
    if tiers[-1].up_to_fen is not None:
        yield "gap", f"{yuan(tiers[-1].up_to_fen)}以上没有写明比例"


def _of_pairs(packs: Sequence[Pack[Any]]) -> Iterator[Problem]:
    """Two deposit rules of one place for the very same lines of business must not hold on one day."""
    tiered = [
        pack for pack in packs if isinstance(pack.parameters, TierDeposit) and not pack.is_draft
    ]
    for one, other in combinations(tiered, 2):
        same = (one.jurisdiction, one.sectors) == (other.jurisdiction, other.sectors)
        first = max(one.starts_on, other.starts_on)
        if same and first < min(one.until or date.max, other.until or date.max):
            text = f"自 {first} 起与 {other.id}（{other.citation.article}）同时有效，相互重叠"
            yield _problem(one, "overlap", text)


def _of_grounds(packs: Sequence[Pack[Any]]) -> Iterator[Problem]:
    """A ground that counts penalties says which: on packs that provide a fine."""
    fines = {pack.id for pack in packs if isinstance(pack.parameters, FineBand)}
    for pack in packs:
        if not isinstance(pack.parameters, Listing):
            continue
        for ground in pack.parameters.ground:
            if bool(ground.penalties) != bool(ground.bases):
                text = f"列入情形“{ground.label}”的 penalties 和 bases 须同时写明"
                yield _problem(pack, "uncounted_ground", text)
            for basis in sorted(set(ground.bases) - fines):
                text = f"列入情形“{ground.label}”所数的“{basis}”不是罚款规定"
                yield _problem(pack, "unknown_basis", text)


def _name(tier: Tier) -> str:
    start = "按收入比例" if tier.above_fen is None else yuan(tier.above_fen)
    return f"“{start} 以上 {percent(tier.ratio)}”一档"


def _problem(pack: Pack[Any], code: str, text: str) -> Problem:
    key = pack.citation.reference.partition(KEY)[2]
    return Problem(FILE, key, code, f"{pack.citation.article or '（无条款）'}：{text}")
