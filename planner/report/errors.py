"""What keeps the files of a plan from being written, in words for the user."""

from __future__ import annotations


class ArtefactError(ValueError):
    """Nothing was written, for a reason the user can remove."""
