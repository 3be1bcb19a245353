"""A browser and every report that it is shown; real plans in every format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.documents.parties import Parties
from planner.report.artefacts import FORMATS, write_artefacts
from tests.report.chromium import Page, browser, page
from tests.report.opened import CONFLICTS, PLANS, file_of
from tests.report.parties import PARTIES
from tests.report.planned import planned
from tests.report.written import NAMES, Written, read_folder
from tests.sampled import sampled


@pytest.fixture(scope="module")
def screen() -> Iterator[Page]:
    """A browser with one empty page."""
    program = browser()
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    with page(program) as opened:
        yield opened


@pytest.fixture(params=PLANS, scope="module")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a plan."""
    return file_of(request.param, tmp_path_factory.mktemp("report"))


@pytest.fixture(params=[*PLANS, *CONFLICTS], scope="module")
def any_report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a plan or of a conflict."""
    return file_of(request.param, tmp_path_factory.mktemp("report"))


@pytest.fixture(params=sampled(NAMES, 3), scope="module")
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A folder with every file of a plan."""
    folder = tmp_path_factory.mktemp(request.param)
    parties = Parties.model_validate(PARTIES)
    write_artefacts(planned(request.param), folder, FORMATS, parties=parties)
    return read_folder(folder)
