"""A person without a pointer: Tab, Enter and letters, and what the focus shows on the way."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# Where the focus is: its name, whether it is drawn, whether it is inside the window.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const drawn = (each, up) => each && up && (parseFloat(getComputedStyle(each).outlineWidth) >= 1.5
    && getComputedStyle(each).outlineStyle !== "none" || drawn(each.parentElement, up - 1));
  const { left, right, top, bottom, width } = at.getBoundingClientRect();
  const before = window.before;
  window.before = at;
  const words = [at.tagName, at.id || at.name || at.className, at.textContent.trim().slice(0, 20)];
  return { name: words.join(" "),
    drawn: Boolean(drawn(at, 4)), forward: !before?.isConnected || before === at
      || at.matches(".skip")
      || Boolean(before.compareDocumentPosition(at) & (Node.DOCUMENT_POSITION_FOLLOWING)),
    inside: width > 0 && right > 0 && bottom > 0 && left < innerWidth && top < innerHeight };
}"""
AT_THE_TOP = "() => { window.before = null; document.querySelector('.skip').focus(); }"
IS = "(wanted) => Boolean(document.activeElement?.matches(wanted))"


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[str] = []

    def tab(self) -> dict[str, Any] | None:
        """Press Tab; what has the focus then is drawn, in sight, and further down the page."""
        self.page.keyboard.press("Tab")
        stop: dict[str, Any] | None = self.page.evaluate(STOP)
        if stop is not None:
            self.stops.append(stop["name"])
            assert stop["drawn"], f"no outline: {stop['name']}"
            assert stop["inside"], f"out of sight: {stop['name']}"
            assert stop["forward"], f"backwards: {self.stops[-3:]}"
        return stop

    def to(self, wanted: str, *, most: int = 160) -> Keys:
        """Press Tab until this has the focus."""
        for _ in range(most):
            if self.page.evaluate(IS, wanted):
                return self
            if self.tab() is None:
                self.page.evaluate("() => { window.before = null; }")
        raise AssertionError(f"{wanted} is not reached by Tab: {self.stops[-most:]}")

    def round(self, *, most: int = 400) -> list[str]:
        """Press Tab until the focus has left the page at its end; return where it stood."""
        self.page.evaluate(AT_THE_TOP)
        self.stops.clear()
        for _ in range(most):
            if self.tab() is None or (len(self.stops) > 1 and self.stops[-1] == self.stops[0]):
                return self.stops
        raise AssertionError(f"Tab never leaves the page: {self.stops[-6:]}")

    def press(self, *keys: str) -> Keys:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> Keys:
        """Type over what stands in the field."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        return self
