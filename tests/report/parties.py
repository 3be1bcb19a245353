"""Invented parties to a claim."""

from __future__ import annotations

from typing import Any

ADDRESS = {"line": "1 Main St", "city": "Pendleton", "state": "OR", "zip": "978010001"}
PARTIES: dict[str, Any] = {
    "format": "planner-parties/1",
    "submitter": {
        "name": "Blue Mountain Infusion",
        "id": "SUB123",
        "contact": "Billing",
        "phone": "5415550100",
    },
    "receiver": {"name": "A Clearinghouse", "id": "RCV456"},
    "provider": {
        "name": "Blue Mountain Infusion",
        "npi": "1234567893",
        "tax_id": "123456789",
        "address": ADDRESS,
        "taxonomy": "3336H0001X",
    },
    "subscriber": {
        "last_name": "Doe",
        "first_name": "Jane",
        "member_id": "AB12345C",
        "birth_date": "1985-02-03",
        "sex": "F",
        "address": ADDRESS,
    },
    "payer": {"name": "EOCCO", "id": "93245"},
    "price_per_unit": 4.753,
}
