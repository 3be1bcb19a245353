"""One deadline for a whole command, handed down to every search and looked at in every loop."""

from __future__ import annotations

from time import monotonic


class Deadline:
    """Seconds by the clock from now on.

    ``stopped`` is set once something was cut short: from then on what was found depends on the
    machine, and the answer says so.

    Args:
        seconds: above 0, or None: there is no end.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._end = None if seconds is None else monotonic() + seconds
        self.stopped = False

    def left(self) -> float | None:
        """Seconds that are left, 0.0 where none are; None where there is no end."""
        return None if self._end is None else max(self._end - monotonic(), 0.0)

    def over(self) -> bool:
        """Whether the time is up. Whoever is told so gives up what it does."""
        if self._end is not None and monotonic() >= self._end:
            self.stopped = True
        return self.stopped

    def part(self, share: float) -> Deadline:
        """A deadline for a part of what is done: no later than this one.

        Args:
            share: of the time left, above 0 and at most 1.
        """
        left = self.left()
        return Deadline(None if left is None else left * share)


def unlimited() -> Deadline:
    """A deadline that never comes."""
    return Deadline()
