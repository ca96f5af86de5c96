"""Accessibility of a page in the browser, by axe-core from the locked npm packages."""

from pathlib import Path
from typing import Any

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = {"serious", "critical"}
# Only what is wrong crosses the protocol; what passed is megabytes on a long page.
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  found => found.violations.map(({impact, id, help, nodes}) =>
    ({impact, id, help, places: nodes.slice(0, 5).map(node => node.target.flat().join(" "))})))"""


def violations(page: Any, *, impacts: set[str] = SERIOUS) -> list[str]:
    """Return one line per violation of the page that is shown; empty is what a test wants.

    The library goes in through the protocol, not as a script element, so the page's own security
    policy stays in force while it is examined.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8") + "\n;0")
    return [
        f"{one['impact']} {one['id']}: {one['help']} at {', '.join(one['places'])}"
        for one in page.evaluate(RUN, RULES)
        if one["impact"] in impacts
    ]
