"""A policy file whose criteria name what it does not have is refused, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.documents.errors import InputErrors
from planner.documents.load import load_policy, shipped


def errors_after(folder: Path, old: str, new: str) -> str:
    """The errors of the shipped policy in which ``old`` was replaced, once, by ``new``."""
    file = shipped("models").joinpath("policies/eocco-0382.yaml")
    text = file.read_text(encoding="utf-8")
    assert old in text
    changed = folder / "policy.yaml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        load_policy(changed)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (
            "connector: III.adult.consolidation.connector",
            "connected: III.adult.consolidation.connector",
            "allowed a leaf with tests, or a gate with one of all, any, connector, same",
        ),
        (
            "connector: III.adult.consolidation.connector",
            "connector: III.adult.connector",
            "the unknown reading 'III.adult.connector'",
        ),
        (
            "connector: III.adult.consolidation.connector",
            "connector: window",
            "a reading with the choices 'or' and 'and'",
        ),
        ("one_of: [complete-response]", "is_one_of: [complete-response]", "a test, with one of is"),
        ("one_of: [complete-response]", "one_of: [complete]", "the unknown value 'complete'"),
        ("one_of: [complete-response]", "one_of: []", "allowed at least one"),
        ("is: false", "is: no", "allowed true or false"),
        ("at_least: 0.1", "at_least: 0", "allowed a number above 0"),
        ("count: 15, unit: years", "count: 15, unit: year", "Maybe you meant years."),
        ("fact: patient.diagnosis", "fact: patient.age", "allowed patient.diagnosis"),
        ("code_of: App1", "code_of: App2", "the unknown clause 'App2', allowed App1"),
        (
            "cycles_within: IV.rr.total-cycles",
            "cycles_within: IV.mrd",
            "allowed IV.rr.continued-cycles or IV.rr.total-cycles",
        ),
        ("renewable: IV.mrd", "renewable: V.mrd.days", "the unknown clause 'V.mrd.days'"),
        (
            "names_one_of: [tki-first-generation]",
            "names_one_of: [imatinib]",
            "the unknown list 'imatinib'",
        ),
        ("[ponatinib]", "[Ponatinib]", "a name in lower case"),
        ("[ponatinib]", "[ponatinib, imatinib]", "it is in tki-first-generation"),
        ("[ponatinib]", "[]", "allowed at least one"),
        ("same: App1.diagnosis", "same: App1", "the unknown leaf 'App1'"),
        ("id: III.adult.b-cell", "id: III.adult.age", "III.adult.age a second time"),
        ("route: pediatric.rr", "route: pediatric.mrd", "pediatric.mrd a second time"),
        ("to_years: 39", "to_years: 14", "allowed at least 15"),
        (
            "indications: [pediatric-mrd, pediatric-rr]\n",
            "indications: [pediatric-mrd, pediatric-rr, adult-rr]\n",
            "the indication adult-rr, allowed one of those above",
        ),
        ("section: Appendix 1\n      asks", "part: Appendix 1\n      asks", "unknown key 'part'"),
    ],
)
def test_refuses_criteria(tmp_path: Path, old: str, new: str, error: str) -> None:
    found = errors_after(tmp_path, old, new)
    assert error in found
    assert f"{tmp_path / 'policy.yaml'}:" in found


def test_a_policy_file_may_have_no_criteria(tmp_path: Path) -> None:
    file = shipped("models").joinpath("policies/eocco-0382.yaml")
    text = file.read_text(encoding="utf-8")
    begin, end = text.index("criteria:\n"), text.index("\nreadings:\n")
    changed = tmp_path / "policy.yaml"
    changed.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert load_policy(changed).policy.criteria is None
