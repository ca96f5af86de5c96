"""The one kind of exception that is meant for the user: an act that the rules refuse."""


class Refused(Exception):
    """An act was refused; nothing was stored.

    `sentence` is what the user reads (Chinese: what is wrong, where, what to do), `code` is stable for
    machines, `source` is the key in law/ that decided, where a rule of law did.
    """

    def __init__(self, sentence: str, *, code: str, source: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.source = source
