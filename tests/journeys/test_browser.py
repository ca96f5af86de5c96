"""The journeys' browser starts anywhere, runs scripts, and draws Chinese with the locked font."""

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.browser import chromium_executable, launch_arguments

PAGE = """<!doctype html><meta charset="utf-8"><style>span{font:40px sans-serif}</style>
<span id="zh">商务委员会</span><br><span id="missing">\U0010fffd</span><script>document.title='ok'</script>"""


@pytest.mark.journey
def test_browser_draws_chinese():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_executable(), args=launch_arguments()
        )
        page = browser.new_page(viewport={"width": 390, "height": 200})
        page.set_content(PAGE)
        assert page.title() == "ok"
        # Every Han glyph of the font is one em wide; a missing glyph's box is not.
        assert page.locator("#zh").bounding_box()["width"] == pytest.approx(200, abs=1)
        fonts = page.context.new_cdp_session(page)
        fonts.send("DOM.enable")
        fonts.send("CSS.enable")
        root = fonts.send("DOM.getDocument")["root"]["nodeId"]
        node = fonts.send("DOM.querySelector", {"nodeId": root, "selector": "#zh"})["nodeId"]
        used = fonts.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert {font["familyName"] for font in used} == {"Noto Sans SC"}
        browser.close()
