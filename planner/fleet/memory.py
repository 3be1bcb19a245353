"""Memory that a worker has used for one scenario and does not need for the next."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from itertools import count
from pathlib import Path

COLLECTED = 20  # scenarios after which garbage is looked for: it takes as long as planning one

_given_back = count(1)


def give_back() -> None:
    """Returns free memory to the system, where the C library keeps it (glibc) and can: one rare
    conflict in a thousand needs ten times what the others do. Garbage that holds itself is freed
    with every twentieth call."""
    if next(_given_back) % COLLECTED == 0:
        gc.collect()
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def resident() -> int:
    """The bytes of this process that are in memory; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except FileNotFoundError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
