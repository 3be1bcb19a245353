"""Memory that workers give back."""

from __future__ import annotations

import ctypes
import sys

import pytest

from planner.fleet.memory import give_back, resident

GLIBC = sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")


@pytest.mark.skipif(not GLIBC, reason="the C library keeps no freed memory that it could return")
def test_what_was_freed_below_something_in_use_goes_back_to_the_system() -> None:
    # 64 MB in pieces of 2 kB, freed below others that stay: the C library keeps them for later
    pieces = [bytes(2_000) for _ in range(32_000)]
    pin = [bytes(2_000) for _ in range(100)]
    del pieces
    before = resident()
    give_back()
    after = resident()
    assert before - after > 32_000_000
    assert len(pin) == 100


def test_it_may_be_asked_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    give_back()
