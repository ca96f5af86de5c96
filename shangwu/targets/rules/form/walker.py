"""Walking down a form: which cell is a label, which is its value, which rows are money or goals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shangwu.targets.rules.form import words
from shangwu.targets.rules.form.lines import Line, Spot, is_title, year_in


@dataclass(frozen=True)
class RawRow:
    """One row of 分解目标 as printed; None where the row has no such cell or an empty one."""

    level1: Spot | None
    level2: Spot | None
    name: Spot | None
    targets: tuple[Spot, ...]
    knows_merges: bool


@dataclass
class Walker:
    """Everything that one walk over a form's lines has assigned."""

    labels: dict[str, Spot] = field(default_factory=dict)
    values: dict[str, list[Spot]] = field(default_factory=dict)
    inline: dict[int, str] = field(default_factory=dict)
    roles: dict[int, tuple[str, str]] = field(default_factory=dict)
    subprojects: list[tuple[Spot | None, Spot | None]] = field(default_factory=list)
    amount_label: str = ""
    rows: list[RawRow] = field(default_factory=list)
    has_rows_header: bool = False
    _mode: str = "fields"
    _open: str = ""
    _columns: dict[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def layout(self) -> str:
        """The printed layout, by the header of 分解目标."""
        return "three-level" if "level2" in self._columns else "two-column"

    def walk(self, lines: Sequence[Line]) -> "Walker":
        """Assign every line and return the walker."""
        for line in lines:
            self._take(line)
        return self

    def _take(self, line: Line) -> None:
        first = line.starting[0] if line.starting else None
        if first is None:
            return
        if words.is_frame("".join(spot.text for spot in line.starting)):
            self.roles |= {spot.key: ("frame", "label") for spot in line.starting}
            return
        if len(line.starting) == 1 and self._heading(first):
            return
        if not line.in_table:
            return
        if not (self._subproject_header(line) or self._rows_header(line)):
            self._body(line, first)

    def _body(self, line: Line, first: Spot) -> None:
        label = words.field_of(first.text) or words.inline_label(first.text)[0]
        if self._mode == "rows" and not label:
            self._row(line)
        elif label == "subprojects" or (self._mode == "subprojects" and not label):
            self._subproject(line)
        else:
            self._mode = "fields"
            self._fields(line)

    def _heading(self, spot: Spot) -> bool:
        """Take what stands outside the grid: title, year, 申报单位名称：…, the title row 分解目标."""
        text = words.squeezed(spot.text)
        if is_title(spot):
            self._assign("title", spot)
        elif len(text) < 14 and year_in(text) and text.strip("()年度0123456789") == "":
            self._assign("year", spot)
        elif words.is_one_of(spot.text, words.ROWS_TITLE):
            self.roles[spot.key] = ("rows", "label")
        elif words.inline_label(spot.text)[0]:
            self._inline(spot)
        else:
            return False
        return True

    def _inline(self, spot: Spot) -> str:
        name, rest = words.inline_label(spot.text)
        if name:
            self.labels.setdefault(name, spot)
            self.inline[spot.key] = rest
            self._assign(name, spot)
            self._mode, self._open = "fields", name
        return name

    def _subproject_header(self, line: Line) -> bool:
        name = _find(line, words.SUBPROJECT_NAME)
        amount = _find(line, words.SUBPROJECT_AMOUNT)
        if name is None or amount is None:
            return False
        self._mode, self.amount_label = "subprojects", amount.text
        self._columns |= {"sub_name": (name.column, 1), "sub_amount": (amount.column, amount.span)}
        for head in line.starting:
            if head in (name, amount) or words.field_of(head.text) == "subprojects":
                self.roles[head.key] = ("subprojects", "label")
        return True

    def _subproject(self, line: Line) -> None:
        self._mode, self._open = "subprojects", ""
        name_column = self._columns.get("sub_name", (2, 1))[0]
        amount_column = self._columns.get("sub_amount", (3, 1))[0]
        name = amount = None
        for spot in line.starting:
            if words.field_of(spot.text) == "subprojects":
                self.labels.setdefault("subprojects", spot)
                self.roles[spot.key] = ("subprojects", "label")
            elif spot.covers(name_column):
                name = spot
            elif spot.column >= amount_column and amount is None:
                amount = spot
        for found in (name, amount):
            if found is not None:
                self.roles[found.key] = ("subprojects", "value")
        if name or amount:
            self.subprojects.append((name, amount))

    def _rows_header(self, line: Line) -> bool:
        heads = {
            "level1": _find(line, words.LEVEL1_HEADS),
            "level2": _find(line, words.LEVEL2_HEADS),
            "name": _find(line, words.NAME_HEADS),
            "target": _find(line, words.TARGET_HEADS),
        }
        if heads["name"] is None or heads["target"] is None:
            return False
        for kind in heads:
            self._columns.pop(kind, None)
        for kind, spot in heads.items():
            if spot is not None:
                self._columns[kind] = (spot.column, spot.span)
                self.roles[spot.key] = ("rows", "label")
        self._mode, self._open, self.has_rows_header = "rows", "", True
        return True

    def _row(self, line: Line) -> None:
        name, target = self._under(line, "name"), self._under(line, "target")
        level1, level2 = self._under(line, "level1"), self._under(line, "level2")
        if not name and not target:
            return
        for spot in (*level1, *level2, *name, *target):
            self.roles[spot.key] = ("rows", "value")
        self.rows.append(
            RawRow(
                level1=level1[0] if level1 else None,
                level2=level2[0] if level2 else None,
                name=name[0] if name else None,
                targets=tuple(target),
                knows_merges=line.knows_merges,
            )
        )

    def _under(self, line: Line, kind: str) -> list[Spot]:
        if kind not in self._columns:
            return []
        first, span = self._columns[kind]
        wide = max((spot.span for spot in line.spots), default=1)
        if kind != "level1" and len(line.starting) == 1 and wide > max(2, span):
            return []  # a remark across the table is no goal
        return [
            spot
            for spot in line.spots
            if not spot.is_blank
            # A header repeated on the next page may cut a merge in two; its words are no group.
            and not words.is_one_of(spot.text, words.LEVEL1_HEADS + words.LEVEL2_HEADS)
            and any(spot.covers(column) for column in range(first, first + span))
        ]

    def _fields(self, line: Line) -> None:
        current = self._carried(line)
        for spot in line.starting:
            name = words.field_of(spot.text)
            if name:
                current = name
                self.labels.setdefault(name, spot)
                self.roles[spot.key] = (name, "label")
            elif self._inline(spot):
                current = words.inline_label(spot.text)[0]
            elif current and self._admits(current):
                self._assign(current, spot)
        for spot in line.starting:
            if name := words.field_of(spot.text):
                self._open = name
                break

    def _carried(self, line: Line) -> str:
        """Return the field whose label reaches down to this line, by a merge or an empty cell."""
        head = line.spots[0]
        if not head.starts:
            return words.field_of(head.text)
        waits = self._open in words.TEXTS and not self.values.get(self._open)
        lone_text = waits and len(line.starting) == 1
        return self._open if head.is_blank or lone_text else ""

    def _admits(self, name: str) -> bool:
        return name in (*words.TEXTS, *words.TICKS) or not self.values.get(name)

    def _assign(self, name: str, spot: Spot) -> None:
        self.values.setdefault(name, []).append(spot)
        self.roles[spot.key] = (name, "value")


def _find(line: Line, heads: tuple[str, ...]) -> Spot | None:
    return next((spot for spot in line.starting if words.is_one_of(spot.text, heads)), None)
