"""The defaults that a plan prints."""

from __future__ import annotations

from planner.documents.scenario import Scenario
from planner.regimen.assumptions import assumed_defaults
from tests.regimen.samples import DRUG, FIRST, scenario


def shown(given: Scenario) -> dict[str, str]:
    return {a.path: a.value for a in assumed_defaults(given, DRUG, 9)}


def test_a_bare_scenario_rests_on_every_default() -> None:
    bare = Scenario.model_validate(
        {
            "format": "planner-scenario/1",
            "policy": "eocco-0382",
            "indication": "adult-rr",
            "patient": {"weight_kg": 70},
            "request": {"first_infusion": FIRST},
        }
    )
    assert shown(bare) == {
        "pharmacy.bags": "24h, 48h, 7d",
        "pharmacy.bag_change_days": "mon tue wed thu fri sat sun",
        "pharmacy.bag_change_on_holidays": "yes",
        "pharmacy.dispense_days": "mon tue wed thu fri",
        "pharmacy.holidays": "us-federal",
        "pharmacy.transit_days": "1",
        "pharmacy.max_days_ahead": "30",
        "pharmacy.spare_vials": "0",
        "pharmacy.renewal_lead_days": "14",
        "request.cycles": "9",
        "request.max_delay_days": "28",
        "objectives": "delay, vials, dispenses, bag_changes, stock_days",
        "patient.diagnosis": "none",
    }


def test_what_the_scenario_says_is_not_assumed() -> None:
    given = shown(scenario(request={"cycles": 3}, objectives=["delay"]))
    for path in ("pharmacy.holidays", "request.cycles", "objectives", "patient.diagnosis"):
        assert path not in given


def test_a_default_that_is_written_out_is_not_assumed() -> None:
    assert "pharmacy.spare_vials" not in shown(scenario(pharmacy={"spare_vials": 0}))
