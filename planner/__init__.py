"""Plans the dispensing and billing of an infused drug under a payer's policy, with proof.

>>> from planner import load_scenario, criteria, plan, covered, explain, prove, audit
"""

from planner.api import covered, criteria, explain, load_scenario, plan, prove
from planner.audit import audit

__all__ = ["audit", "covered", "criteria", "explain", "load_scenario", "plan", "prove"]
