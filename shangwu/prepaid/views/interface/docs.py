"""The page that describes the interface, made from its OpenAPI description; no script, nothing from elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase


class Guide(DocsBase):
    """Renders our own page."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Show every address with its parameters and answers."""
        schema = api.get_openapi_schema()
        operations = [
            {"method": method.upper(), "path": path, **facts}
            for path, methods in schema["paths"].items()
            for method, facts in methods.items()
        ]
        context = {"api": api, "operations": operations, "info": schema["info"]}
        return render(request, "prepaid/interface/docs.html", context)
