"""Profiles of generated examples: by default few and always the same, ``long`` many and new."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("long", deadline=None, print_blob=True)
