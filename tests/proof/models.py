"""The shipped policy and drug file, read once for all tests of this folder."""

from __future__ import annotations

from copy import copy

from planner.api import Known

_READ = Known()
POLICY = _READ.policy("eocco-0382").policy
DRUG = _READ.drug("blinatumomab").drug


def known() -> Known:
    """What has been read, and nothing that was solved before."""
    return copy(_READ)
