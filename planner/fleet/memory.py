"""Memory that a worker has used for one scenario and does not need for the next."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """Returns free memory to the system, where the C library keeps it (glibc) and can: one rare
    conflict in a thousand needs ten times what the others do. Takes less than a millisecond."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
