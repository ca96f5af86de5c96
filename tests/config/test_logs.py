"""A failure leaves its place and kind in the log, and never the data that it quotes."""

import logging
import sys

from shangwu.config.logs import ImpersonalFormatter


def logged(error):
    """Return what the formatter writes of an exception that was raised while another was handled."""
    try:
        try:
            raise ValueError("身份证 310101199001011234")
        except ValueError as first:
            raise error from first
    except KeyError:
        record = logging.getLogger("x").makeRecord("x", 40, "f", 1, "出错", (), sys.exc_info())
    return ImpersonalFormatter("%(levelname)s %(message)s").format(record)


def test_place_and_kind_are_there_and_the_words_are_not():
    text = logged(KeyError("13812345678"))
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    assert "310101199001011234" not in text
    assert "13812345678" not in text
