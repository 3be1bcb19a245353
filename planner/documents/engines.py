"""Who may be asked for a calendar."""

from __future__ import annotations

from typing import Literal

Engines = Literal["auto", "cp-sat"]  # all engines together, or CP-SAT by itself
