"""A person at a browser says only what the form on the page asks."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from city.browser import Browser, NoFieldError

PAGE = """<main><form id="letter" action="/letters/"><input name="subject" value="old">
<input type="file" name="paper"><button name="send">send</button></form>
<textarea name="text" form="letter"></textarea>
<form action="/letters/"><input name="subject" value="none"><button name="drop">drop</button></form></main>"""


class Pages(BaseHTTPRequestHandler):
    """One page with one form; remembers what was sent to it."""

    sent: list[str]

    def do_GET(self):
        self._answer(PAGE)

    def do_POST(self):
        self.sent.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer("<main>taken</main>")

    def _answer(self, page):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def browser():
    Pages.sent = []
    server = HTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    with Browser(f"http://127.0.0.1:{server.server_port}") as browser:
        yield browser.open("/desk/")
    server.shutdown()
    server.server_close()


def test_what_the_form_asks_is_sent_and_the_rest_stays_as_shown(browser):
    browser.submit(fields={"text": "new"}, action="/letters/", button="send")
    browser.open("/desk/").submit(fields={}, action="/letters/", button="drop")
    assert Pages.sent == ["subject=old&text=new&send=1", "subject=none&drop=1"]


@pytest.mark.parametrize(
    "said",
    [
        {"fields": {"txet": "words"}},
        {"fields": {}, "button": "txet"},
        {"fields": {}, "files": [("txet", ("a.pdf", b"", "application/pdf"))]},
    ],
)
def test_what_the_form_does_not_ask_is_refused_naming_page_and_field(browser, said):
    with pytest.raises(NoFieldError, match=r"/letters/ on /desk/ has no field txet; it has paper"):
        browser.submit(action="/letters/", **said)
    assert Pages.sent == []
