"""Problems as one line of text."""

from __future__ import annotations

from planner.documents.errors import InputErrors, Problem, described, escaped, listed


def test_a_problem_names_place_path_found_and_allowed() -> None:
    problem = Problem("a.yaml", 3, 9, "patient.age", "true", "a number", "write 1.")
    assert str(problem) == (
        "a.yaml:3:9: patient.age: found true, allowed a number\n  Maybe write 1."
    )


def test_control_characters_never_reach_the_terminal() -> None:
    assert escaped("a\x1b[31m\n\u202eb") == "a\\x1b[31m\\x0a\\u202eb"
    assert "\x1b" not in str(Problem("f\x1b", 1, 1, "p\x1b", described("v\x1b"), "x"))


def test_long_values_are_cut() -> None:
    """60 characters, of which the last three are dots."""
    assert described("x" * 500) == f"the text '{'x' * 57}...'"


def test_containers_are_described_without_their_content() -> None:
    assert described({"name": "somebody"}) == "a mapping"
    assert described(["somebody"]) == "a list of 1"


def test_choices_are_listed_with_or() -> None:
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed(["a"]) == "a"


def test_input_errors_keep_all_problems() -> None:
    problems = [Problem("f", n, 1, "", "x", "y") for n in (1, 2)]
    errors = InputErrors(problems)
    assert errors.problems == tuple(problems)
    assert str(errors).count("\n") == 1
