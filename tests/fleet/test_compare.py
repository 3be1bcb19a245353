"""``planner compare``: one patient under several policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner import api
from planner.cli.main import main
from planner.documents.load import load_scenario, parse_scenario
from planner.fleet.compare import compare, exit_code

POLICIES = ("eocco-0382", "healthpartners-045816", "dme-mac-l33794")
KNOWN = api.Known()
FACTS = {
    "b_cell_precursor": True,
    "disease": "relapsed-refractory",
    "philadelphia": "negative",
    "therapy": "single-agent",
    "live_vaccine": {"last": "never", "during_therapy": False},
}


def scenario(**changes: Any) -> dict[str, Any]:
    """An adult of 70 kg, one cycle of 24 h bags from Monday 2026-01-05."""
    return {
        "format": "planner-scenario/1",
        "title": "Compared",
        "policy": "eocco-0382",
        "patient": {"age": 41, "weight_kg": 70, "diagnosis": "C91.02", "facts": FACTS},
        "indication": "adult-rr",
        "pharmacy": {"bags": ["24h"], "holidays": "none"},
        "request": {"first_infusion": "2026-01-05", "cycles": 1},
        **changes,
    }


def written(folder: Path, **changes: Any) -> Path:
    file = folder / "one.json"
    file.write_text(json.dumps(scenario(**changes)))
    return file


def test_one_cycle_is_planned_alike_and_billed_differently(tmp_path: Path) -> None:
    found = compare(load_scenario(written(tmp_path)), POLICIES, KNOWN)
    assert [one.status for one in found.policies] == ["planned"] * 3
    assert [one.criteria for one in found.policies] == ["met", "not-asked", "not-asked"]
    assert exit_code(found) == 0
    rows = {row.what: row.values for row in found.differences}
    # 30 weeks from 2026-01-05 hold 210 days; nine months end the day before 2026-10-05
    assert rows["authorization initial"] == {
        "eocco-0382": "2026-01-05 to 2026-08-02",
        "healthpartners-045816": "2026-01-05 to 2026-10-04",
        "dme-mac-l33794": "none",
    }
    assert rows["limit of vials in 42 days"]["eocco-0382"] == "28 of 28 (II.A)"
    assert rows["limit of vials in 42 days"]["dme-mac-l33794"] == "none"
    assert "cycles" not in rows
    first = {(one.kind, one.policies[1]): one for one in found.first_differences}
    assert ("calendar", "healthpartners-045816") not in first
    # one line of 35 units, where EOCCO has 9 given and 26 discarded on the first day
    claims = first["claims", "healthpartners-045816"]
    assert str(claims.date) == "2026-01-05"
    assert claims.events == (
        ("J9039 9 units for cycle 1", "J9039 JW 26 units for cycle 1"),
        ("J9039 35 units for cycle 1",),
    )
    # a supplier bills by dispense, on the Friday before: 7 x 9 + 21 x 28 = 651, 980 - 651 = 329
    by_dispense = first["claims", "dme-mac-l33794"]
    assert str(by_dispense.date) == "2026-01-02"
    assert by_dispense.events[1] == (
        "J9039 651 units for cycle 1",
        "J9039 JW 329 units for cycle 1",
    )


def test_six_cycles_are_too_many_for_one_of_three(tmp_path: Path) -> None:
    asked = {"first_infusion": "2026-01-05", "cycles": 6}
    found = compare(load_scenario(written(tmp_path, request=asked)), POLICIES, KNOWN)
    statuses = {one.policy.id: one.status for one in found.policies}
    assert statuses == {
        "eocco-0382": "planned",
        "healthpartners-045816": "infeasible",
        "dme-mac-l33794": "planned",
    }
    assert "6 > 5" in found.policies[1].says
    assert exit_code(found) == 3


def test_what_is_another_payer_s_is_set_aside_and_said(tmp_path: Path) -> None:
    given = [{"number": "PA-1", "kind": "initial", "start": "2026-01-05"}]
    file = written(tmp_path, readings={"window": "cycle"}, authorizations=given)
    found = compare(load_scenario(file), POLICIES[:2], KNOWN)
    assert [one.set_aside for one in found.policies] == [(), ("readings.window", "authorizations")]
    assert [one.authorizations[0].number for one in found.policies] == ["PA-1", None]


def test_an_indication_of_which_a_policy_does_not_speak_is_its_answer(tmp_path: Path) -> None:
    file = written(tmp_path, indication="adult-consolidation")
    found = compare(load_scenario(file), ("healthpartners-045816",), KNOWN)
    assert found.policies[0].status == "refused"
    assert "an indication for which the policy has a dose" in found.policies[0].says
    assert exit_code(found) == 2


def test_criteria_that_one_policy_asks_and_another_does_not_are_a_difference() -> None:
    patient = {**scenario()["patient"], "diagnosis": "C92.00"}
    loaded = parse_scenario(json.dumps(scenario(patient=patient)))
    found = compare(loaded, POLICIES[:2], KNOWN)
    assert [one.status for one in found.policies] == ["not-covered", "planned"]
    assert found.policies[0].says == "not met: App1.diagnosis"
    assert exit_code(found) == 3


def test_a_policy_beside_itself_differs_in_nothing() -> None:
    loaded = parse_scenario(json.dumps(scenario()))
    found = compare(loaded, ("eocco-0382", "eocco-0382"), KNOWN)
    assert (found.differences, found.first_differences) == ((), ())


def test_the_command_prints_a_table_or_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path))
    assert main(["compare", file, "--policies", "eocco-0382, dme-mac-l33794"]) == 0
    out = capsys.readouterr().out
    assert "What differs" in out
    assert "Fri 2026-01-02, claims" in out
    assert "not known" in out  # the DME MACs' file has no criteria
    assert "not-asked" not in out
    assert all(len(line) <= 100 for line in out.splitlines())
    assert main(["compare", file, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "planner-compare/1"
    ids = [one["policy"]["id"] for one in document["policies"]]
    assert ids == ["eocco-0382", "dme-mac-l33794", "healthpartners-045816", "qualchoice-bi477"]


@pytest.mark.parametrize("names", ["", "eocco-0382,eocco-0382", "eocco-0383"])
def test_refuses_names_that_are_no_list_of_policies(
    names: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(written(tmp_path)), "--policies", names]) == 2
    assert "Traceback" not in capsys.readouterr().err
