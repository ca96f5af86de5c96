"""Tags and filters of the components; see the package's README for one line of use each."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, Form, Widget
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web import typed
from shangwu.foundation.web.components import DueDate, Moment, Task, draws_nothing
from shangwu.foundation.web.statuses import look_of
from shangwu.foundation.web.tables import Table

register = template.Library()

NOTHING = "—"


@register.simple_tag(takes_context=True)
def repeat_block(context: Context, name: str) -> SafeString:
    """Render a block of the page once more, so that a title is written in one place only."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else mark_safe("")


@register.filter
def yuan(fen: int | None) -> str:
    """Write fen as 元 with the unit: 1,843,294.00 元. Unit: fen in."""
    return NOTHING if fen is None else f"{format_yuan(fen)} 元"


@register.filter
def yuan_plain(fen: int | None) -> str:
    """Write fen as 元 without the unit, for columns whose head names it. Unit: fen in."""
    return NOTHING if fen is None else format_yuan(fen)


@register.filter
def plain(value: Any) -> str:
    """Write a number exactly, without exponent or trailing zeros, thousands apart."""
    if value is None or value == "":
        return NOTHING
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def percent(value: Any) -> str:
    """Write a ratio as a percentage with two decimals at most. Unit: ratio in."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{plain((Decimal(str(value)) * 100).quantize(Decimal('0.01')))}%"


@register.inclusion_tag("web/components/icon.html")
def icon(name: str, label: str = "") -> dict[str, Any]:
    """Draw an icon; without a label it is decoration and hidden from readers."""
    return {"name": name, "label": label}


@register.inclusion_tag("web/components/status_badge.html")
def status_badge(code: str, label: str) -> dict[str, Any]:
    """Show a status: colour, icon and word."""
    return {"look": look_of(code), "label": label}


@register.inclusion_tag("web/components/facts.html")
def facts(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Show label and value pairs as a description list."""
    return {"pairs": pairs}


@register.inclusion_tag("web/components/timeline.html")
def timeline(moments: Sequence[Moment]) -> dict[str, Any]:
    """Show events in order."""
    return {"moments": moments}


@register.inclusion_tag("web/components/due_date.html")
def due_date(due: DueDate, key: str) -> dict[str, Any]:
    """Show a due-date chip that opens its explanation; `key` is unique on the page."""
    return {"due": due, "key": key}


@register.inclusion_tag("web/components/chart_card.html")
def chart_card(chart: Any) -> dict[str, Any]:
    """Show a chart with the table behind it; takes a `components.Chart` or its like."""
    return {
        "chart": chart,
        "script": f"chart-{chart.key}",
        "is_empty": draws_nothing(chart.option),
        "has_zeros": bool(chart.rows),
    }


@register.inclusion_tag("web/components/empty_state.html")
def empty_state(title: str, sentence: str, link: str = "", action: str = "") -> dict[str, Any]:
    """Say that there is nothing yet, and what to do next."""
    return {"title": title, "sentence": sentence, "link": link, "action": action}


@register.inclusion_tag("web/components/task_progress.html")
def task_progress(task: Task) -> dict[str, Any]:
    """Show how far a long task has come; polls `task.poll` while it runs."""
    return {"task": task, "polls": task.poll and task.state in {"WAITING", "RUNNING"}}


@register.inclusion_tag("web/components/data_table.html")
def data_table(table: Table) -> dict[str, Any]:
    """Show one page of a sorted, filtered table with its exports."""
    return {"table": table}


@register.inclusion_tag("web/components/form_field.html")
def form_field(field: BoundField) -> dict[str, Any]:
    """Show label, control, help and errors of a form field, tied together for readers."""
    return {
        "field": field,
        "control": _control(field),
        "checks": isinstance(field.field.widget, CheckboxInput),
        "is_group": field.use_fieldset,
        "is_hidden": field.is_hidden,
    }


@register.inclusion_tag("web/components/form_control.html")
def form_control(field: BoundField) -> dict[str, Any]:
    """Show only control and errors, named for readers: for the cells of a table."""
    return {"field": field, "control": _control(field, named=True)}


@register.inclusion_tag("web/components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """Show what is wrong with the form as a whole."""
    return {"form": form}


@register.inclusion_tag("web/components/keeps_typed.html", takes_context=True)
def keeps_typed(context: Context, form: Form | typed.Sheet, mark: str = "") -> dict[str, Any]:
    """Let a form keep what was typed when it is refused; stands right after `csrf_token`.

    `mark` tells the form from every other, as its address does; without one, the page's own address.
    """
    request = context["request"]
    mark = mark or request.get_full_path()
    return {
        "name": typed.MARK,
        "mark": mark,
        "named_for": typed.named_for(request),
        "name_for": typed.FOR,
        "refilled": typed.refill(request, form, mark),
    }


@register.inclusion_tag("web/components/left_over.html", takes_context=True)
def left_over(context: Context) -> dict[str, Any]:
    """Show what was typed into forms that this page no longer has, to be copied."""
    return {"texts": typed.left_over(context["request"])}


def _control(field: BoundField, *, named: bool = False) -> SafeString:
    """Render the widget with the shell's classes and its tie to help and errors."""
    attrs: dict[str, str | bool] = {"class": _classes(field.field.widget, bool(field.errors))}
    if field.use_fieldset:
        # Each choice is rendered by itself and takes its class from the widget.
        field.field.widget.attrs["class"] = "form-check-input"
    if named:
        attrs["aria-label"] = str(field.label)
    described = [f"{field.auto_id}_helptext"] if field.help_text and not named else []
    if field.errors:
        described.append(f"{field.auto_id}_error")
        attrs["data-first-error"] = "1"
        attrs["aria-invalid"] = "true"
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


def _classes(widget: Widget, wrong: bool) -> str:
    kind = getattr(widget, "input_type", "text")
    match kind:
        case "checkbox" | "radio":
            base = "form-check-input"
        case "select":
            base = "form-select"
        case "hidden":
            base = ""
        case _:
            base = "form-control"
    own = str(widget.attrs.get("class", ""))
    return " ".join(part for part in (base, own, "is-invalid" if wrong else "") if part)
