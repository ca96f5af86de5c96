"""Texts in the language that is spoken now, on pages that speak two."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.template.context import Context

from shangwu.foundation.money import format_yuan
from shangwu.foundation.web.language import language_of, said
from shangwu.foundation.web.templatetags.web import _control

register = template.Library()


@register.simple_tag
def say(chinese: str, english: str, **values: Any) -> str:
    """Write one of two texts, with its places filled: {% say "共 {n} 件" "{n} in all" n=count %}."""
    text = said((chinese, english))
    return text.format(**values) if values else text


@register.filter(name="said")
def said_filter(pair: tuple[str, str]) -> str:
    """Write a pair of texts."""
    return said(pair)


@register.filter
def money(fen: int) -> str:
    """Write fen as an amount with its unit: 1,600.00 元, CNY 1,600.00. Unit: fen in."""
    return said((f"{format_yuan(fen)} 元", f"CNY {format_yuan(fen)}"))


@register.simple_tag(takes_context=True)
def keep_language(context: Context, mark: str = "?") -> str:
    """Write what a link must carry so that the next page speaks the same language."""
    return f"{mark}lang=en" if language_of(context["request"]) == "en" else ""


@register.inclusion_tag("web/components/bilingual_field.html")
def bilingual_field(field: BoundField) -> dict[str, Any]:
    """Show label, control, help and errors of a form field in the language of the page."""
    return {
        "field": field,
        "control": _control(field),
        "checks": isinstance(field.field.widget, CheckboxInput),
        "is_group": field.use_fieldset,
    }
