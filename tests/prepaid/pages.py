"""How the pages of consumers are read in tests."""

import re

HAN = re.compile("[㐀-鿿]+")


def unmarked(page):
    """Return the Chinese words of a page that are not marked as Chinese: who listens would hear them misread."""
    body = re.sub("<head>.*?</head>", "", page, flags=re.DOTALL)
    marked = r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>'
    return HAN.findall(re.sub(marked, "", body, flags=re.DOTALL))
