"""Records of unlike systems, read without editing; what is doubtful is asked by line and column."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from planner.documents.errors import InputErrors
from planner.documents.scenario import History
from planner.records.columns import columns_of, shown
from planner.records.cycles import history_of
from planner.records.rows import Form, Record, record_of
from planner.records.table import read_table
from tests.replan.courses import KNOWN

EXPORTS = Path(__file__).parent / "exports"
DRUG = KNOWN.drug("blinatumomab").drug
STARTS = {1: date(2026, 1, 5), 2: date(2026, 2, 16)}


def record(raw: bytes, name: str = "record.csv", form: Form | None = None) -> Record:
    table = read_table(raw, name)
    return record_of(table, columns_of(table, {}), DRUG, form)


def export(name: str, form: Form | None = None) -> Record:
    return record((EXPORTS / name).read_bytes(), name, form)


def history(*records: Record, starts: dict[int, date] | None = None) -> History:
    return history_of(records, DRUG, starts or {}, 1)


def refused(*records: Record, starts: dict[int, date] | None = None) -> list[tuple[int, int, str]]:
    with pytest.raises(InputErrors) as caught:
        history(*records, starts=starts)
    return [(one.line, one.column, str(one)) for one in caught.value.problems]


def test_pharmacy_claims_lose_reversals_and_other_products() -> None:
    """A title line, dates in American order, one fill reversed and billed again a day later."""
    read = export("claims.csv")
    assert (read.others, read.reversals) == (1, 1)
    found = history(read, starts=STARTS)
    assert [(d.date, d.vials, d.cycle) for d in found.dispenses] == [
        (date(2026, 1, 2), 22, 1),
        (date(2026, 2, 13), 24, 2),
    ]


def test_starts_that_no_record_tells_are_asked_for_where_vials_come() -> None:
    said = refused(export("claims.csv"))
    assert [(line, column) for line, column, _ in said] == [(3, 8), (7, 8)]
    assert "--start 2=DATE" in said[1][2]


def test_a_dispensing_log_takes_back_what_was_returned() -> None:
    """14 sent, 2 of them returned damaged and sent again: 12 and 2."""
    found = history(export("shipments.tsv"), starts=STARTS)
    vials = [(d.date.isoformat(), d.vials) for d in found.dispenses if d.cycle == 2]
    assert vials == [("2026-02-13", 12), ("2026-02-16", 2)]


def test_an_infusion_log_is_cycles_with_bags_and_interruptions() -> None:
    """Bags to 2 February, the next on the 16th: another cycle; two days without from the 23rd."""
    found = history(export("nursing.txt"))
    assert [(c.cycle, c.start, len(c.bags or ())) for c in found.cycles] == [
        (1, date(2026, 1, 5), 7),
        (2, date(2026, 2, 16), 2),
    ]
    assert [(i.cycle, i.start, i.days) for i in found.interruptions] == [(2, date(2026, 2, 23), 2)]


def test_a_log_of_dispenses_and_one_of_bags_are_one_history() -> None:
    found = history(export("nursing.txt"), export("shipments.tsv"))
    assert len(found.cycles) == 2
    assert [d.cycle for d in found.dispenses] == [1, 1, 2, 2]


def test_a_date_with_two_readings_is_asked_for() -> None:
    said = refused(record(b"Filled,Qty\n05.01.2026,4\n"), starts=STARTS)
    assert said[0][:2] == (2, 1)
    assert "2026-01-05 with --dates dmy or 2026-05-01 with --dates mdy" in said[0][2]


def test_one_date_that_has_only_one_order_tells_the_others() -> None:
    """The 13th is no month."""
    read = record(b"Filled,Qty\n02/03/2026,4\n02/13/2026,4\n")
    assert [entry.day for entry in read.entries] == [date(2026, 2, 3), date(2026, 2, 13)]


def test_columns_are_guessed_by_their_heads_and_told_otherwise() -> None:
    table = read_table(b"When;How many;Qty\n2026-01-02;22;3\n", "r.csv")
    places = columns_of(table, {"date": "When", "vials": "How many"})
    assert shown(table, places) == "date=When,vials=How many"


@pytest.mark.parametrize(
    ("raw", "told", "found"),
    [
        (b"When,Qty\n2026-01-02,22\n", {}, "--map date=HEAD"),
        (b"Filled,Date,Qty\n2026-01-02,2026-01-02,22\n", {}, "'Filled or Date'"),
        (b"Filled,Qty\n2026-01-02,22\n", {"date": "Shipped"}, "one of Filled or Qty"),
        (b"Filled,Qty\n2026-01-02,22\n", {"lot": "Qty"}, "'lot'"),
        (b"nothing here\n", {}, "no table"),
    ],
)
def test_columns_that_cannot_be_told_are_asked_for(
    raw: bytes, told: dict[str, str], found: str
) -> None:
    with pytest.raises(InputErrors) as caught:
        columns_of(read_table(raw, "r.csv"), told)
    assert found in str(caught.value)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (b"yesterday,4", "2:1: date: found the text 'yesterday'"),
        (b"2026-01-02,some", "2:12: vials: found the text 'some'"),
        (b"2026-01-02,-4", "a reversal of 4 vials"),
        (b"2026-01-02,2000", "a whole number up to 1,000"),
    ],
)
def test_a_doubtful_row_is_named_by_line_and_column(row: bytes, found: str) -> None:
    said = refused(record(b"Filled,Qty\n" + row + b"\n"), starts=STARTS)
    assert found in said[0][2]


def test_bags_that_overlap_are_asked_for() -> None:
    raw = b"Hung,Days,Used\n2026-01-05,7,6\n2026-01-09,7,6\n"
    assert "runs to 2026-01-12" in refused(record(raw))[0][2]


def test_a_cycle_that_dates_gainsay_is_asked_for() -> None:
    raw = b"Hung,Days,Used,Cycle\n2026-01-05,7,6,1\n2026-02-16,7,6,1\n"
    assert "cycle 2, as the days between the bags say" in refused(record(raw))[0][2]


def test_a_spreadsheet_is_read_as_its_rows() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ship date", "Item", "Vials"])
    sheet.append([date(2026, 1, 2), "Blincyto", 22])
    content = io.BytesIO()
    book.save(content)
    read = record(content.getvalue(), "log.xlsx")
    assert [(entry.day, entry.vials) for entry in read.entries] == [(date(2026, 1, 2), 22)]
