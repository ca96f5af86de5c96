"""Who acted."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["person", "system", "machine", "anonymous"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_LABELS: dict[str, str] = {
    "person": "人员",
    "system": "系统",
    "machine": "外部系统",
    "anonymous": "匿名访客",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, the platform itself, an outside system, or somebody who did not sign in."""

    kind: Kind
    number: str
    name: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of actor: {self.kind!r}")
