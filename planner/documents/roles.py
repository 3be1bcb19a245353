"""Who acts on a plan, by the names that commands take."""

from __future__ import annotations

from typing import Literal

Role = Literal["pharmacy", "nurse", "billing", "patient"]
