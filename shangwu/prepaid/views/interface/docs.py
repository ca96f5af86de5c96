"""The page that describes the interface, made from its OpenAPI description; no script, nothing from elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from shangwu.prepaid.rules.batch.codes import Effect
from shangwu.prepaid.rules.batch.errors import ALL_ANSWERS
from shangwu.prepaid.rules.interface.answers import REFUSALS

EFFECTS = {Effect.REJECT: "不入账", Effect.HOLD: "入账，当日待补待核", Effect.NOTE: "入账并记录"}


class Guide(DocsBase):
    """Renders our own page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Show how to sign, every address with its fields and answers, and every code."""
        schema = api.get_openapi_schema()
        groups: dict[str, list[dict[str, Any]]] = {}
        for path, methods in schema["paths"].items():
            for method, facts in methods.items():
                groups.setdefault(facts["tags"][0], []).append(_operation(path, method, facts))
        context = {
            "version": schema["info"]["version"],
            "groups": groups,
            "refusals": REFUSALS,
            "codes": [
                {
                    "code": str(code),
                    "effect": EFFECTS[answer.effect],
                    "zh": answer.zh,
                    "en": answer.en,
                }
                for code, answer in ALL_ANSWERS.items()
            ],
        }
        return render(request, "prepaid/interface/docs.html", context)


def _operation(path: str, method: str, facts: dict[str, Any]) -> dict[str, Any]:
    content = facts.get("requestBody", {}).get("content", {})
    first: dict[str, Any] = next(iter(content.values()), {})
    # Where rows come in several forms, one of the forms is described row by row.
    first = content.get("application/x-ndjson", {}).get("x-row", first)
    example = first.get("example")
    return {
        "id": facts["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": facts["summary"],
        "description": facts.get("description", ""),
        "media": list(content),
        "fields": list(_fields(first.get("schema", {}))),
        "example": json.dumps(example, ensure_ascii=False, indent=1) if example else "",
        "answers": [str(status) for status in facts["responses"]],
    }


def _fields(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    row = schema["anyOf"][0] if "anyOf" in schema else schema
    for name, kind in row.get("properties", {}).items():
        yield {
            "name": name,
            "zh": kind.get("description", ""),
            "is_required": name in row.get("required", ()),
            "type": kind.get("format") or kind.get("type", ""),
            "form": kind.get("pattern") or "、".join(kind.get("enum", ())),
        }
