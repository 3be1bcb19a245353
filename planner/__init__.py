"""Plans the dispensing and billing of an infused drug under a payer's policy, with proof.

>>> from planner import load_scenario, plan, explain, audit
"""

from planner.api import explain, load_scenario, plan
from planner.audit import audit

__all__ = ["audit", "explain", "load_scenario", "plan"]
