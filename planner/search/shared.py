"""Courses that differ in nothing but who they are for are solved once. Patients of one pharmacy
under one policy often share their days.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from threading import Lock
from typing import Generic, TypeVar

from planner.regimen.course import Course, CourseCycle
from planner.search.found import Found

MOST_COURSES = 200
_Kept = TypeVar("_Kept")


class Kept(Generic[_Kept]):
    """Answers by their questions; holds ``most`` of them, those asked for last. Several threads may
    ask at once: a worker of a cluster can have more than one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[Hashable, _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, key: Hashable) -> _Kept | None:
        """The answer; None where it is not known."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def keep(self, key: Hashable, answer: _Kept) -> None:
        """Remembers an answer, in the place of the one asked for longest ago."""
        with self._lock:
            self._known[key] = answer
            self._known.move_to_end(key)
            if len(self._known) > self._most:
                self._known.popitem(last=False)


class Shared:
    """What was solved, for courses that follow."""

    def __init__(self) -> None:
        self._courses: Kept[bytes] = Kept(MOST_COURSES)

    def course(self, key: Hashable) -> Found | None:
        """The answer to a whole course; None where it is not known."""
        packed = self._courses.find(key)
        found: Found | None = None if packed is None else pickle.loads(packed)
        return found

    def keep_course(self, key: Hashable, found: Found) -> None:
        """Remembers an answer, in one piece: its many small parts would stay where they were made,
        and hold apart the memory that later courses could use."""
        self._courses.keep(key, pickle.dumps(found))


def same(course: Course) -> str:
    """The same text for courses of which the same calendars are the best: those that differ at most
    in the patient, as far as doses, bags and coverage do not, and in what a scenario is called."""
    scenario = course.scenario
    asked = scenario.model_dump_json(exclude={"title", "policy", "drug", "patient"})
    parts = (
        course.policy.model_dump_json(),
        course.drug.model_dump_json(),
        asked,
        scenario.patient.diagnosis,
        course.cycles and tuple(_unweighed(cycle) for cycle in course.cycles),
        (course.past, course.past_bags, course.past_dispenses, course.past_units, course.stock),
        course.slots,
        course.objectives,
        course.caps,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _unweighed(cycle: CourseCycle) -> CourseCycle:
    """The cycle with the bags that a weight comes to, without the weight."""
    variants = (replace(v, weight_kg=Decimal(0), bsa_m2=None) for v in cycle.variants)
    return replace(cycle, variants=tuple(variants))
