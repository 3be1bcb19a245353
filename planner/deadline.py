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


class Work(Deadline):
    """A deadline that is over after so many looks at it, too: where that cuts something short, it
    does so at the same place on every machine.

    Args:
        looks: searches look at their deadline every hundred labels or so.
        within: the deadline of the command, which is not marked as stopped by this one.
    """

    def __init__(self, looks: int, within: Deadline) -> None:
        super().__init__()
        self._looks = looks
        self._within = within

    def left(self) -> float | None:
        """Seconds that are left, 0.0 where none are; None where there is no end."""
        return 0.0 if self._looks <= 0 else self._within.left()

    def over(self) -> bool:
        """Whether the looks or the time are used up."""
        self._looks -= 1
        if self._looks < 0 or self._within.over():
            self.stopped = True
        return self.stopped


def unlimited() -> Deadline:
    """A deadline that never comes."""
    return Deadline()
