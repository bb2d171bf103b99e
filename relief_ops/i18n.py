"""Two languages: English message ids, Chinese from the packages' .po files.

The catalogues are read at start; there is nothing to compile. The language of the moment
is a context variable set by the web for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

from babel.messages.pofile import read_po

LANGUAGES = ("zh", "en")
CATALOGUES = Path(__file__).parent / "translations" / "zh"
_language: ContextVar[str] = ContextVar("language", default="zh")


def speak(language: str) -> None:
    """Use this language from here on in the present context."""
    _language.set(language if language in LANGUAGES else "zh")


def language() -> str:
    """Return the language of the present context: zh or en."""
    return _language.get()


def told(chinese: str, english: str) -> str:
    """Return what somebody wrote in both languages; the Chinese where no English was given."""
    return english if english and language() == "en" else chinese


@cache
def catalogue(*, scripts: bool = False) -> dict[str, str]:
    """Return message id → Chinese; with `scripts` only what the browser's modules say."""
    words: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("js_*.po" if scripts else "*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.id and message.string:
                    words[str(message.id)] = str(message.string)
    return words


def chinese(messages: Iterable[str]) -> dict[str, str]:
    """Return the Chinese of messages of the program, for a page that carries both languages."""
    known = catalogue()
    return {each: known[each] for each in messages if each in known}


def gettext(message: str, **params: Any) -> str:
    """Return the message in the present language, with its %(name)s places filled."""
    text = catalogue().get(message, message) if language() == "zh" else message
    return text % params if params else text


W = TypeVar("W", bound=Callable[..., str])


def worded(words: W) -> W:
    """Keep what a function of plain codes says, apart for each language."""

    @lru_cache(maxsize=1024)
    def kept(_language: str, *codes: str) -> str:
        return words(*codes)

    @wraps(words)
    def said(*codes: str) -> str:
        return kept(language(), *codes)

    return cast(W, said)


class Lazy:
    """A message whose language is chosen when it is shown, not when it is written."""

    def __init__(self, message: str, **params: Any) -> None:
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return gettext(self.message, **self.params)

    def __repr__(self) -> str:
        return f"lazy({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lazy) and (self.message, self.params) == (
            other.message,
            other.params,
        )

    def __hash__(self) -> int:
        return hash(self.message)


def lazy(message: str, **params: Any) -> Any:
    """Return a message for a constant: it is translated each time it is shown."""
    return Lazy(message, **params)
