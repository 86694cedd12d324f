"""The one exception that ends a command, and the words that its sentences share."""

from collections.abc import Iterable


class ScaffoldError(Exception):
    """What went wrong, where, and how to mend it, in one sentence.

    The code is the exit status: 1 refused or failed with nothing changed, 2 bad usage or bad answers.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        """Keep the sentence on one line, whatever it quotes."""
        super().__init__(" ".join(message.split()))
        self.code = code


def joined(words: Iterable[object], last: str) -> str:
    """Write `a, b or c`."""
    *first, end = map(str, words)
    return f"{', '.join(first)} {last} {end}" if first else end


def nearest(word: str, known: Iterable[str]) -> str:
    """Suggest what was probably meant, or nothing."""
    from difflib import get_close_matches

    spelled = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), spelled, n=1)
    return f" (did you mean '{spelled[close[0]]}'?)" if close else ""
