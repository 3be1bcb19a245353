"""What an unknown word was perhaps meant to be: by its meaning, or as a slip of the fingers.

A word that is merely spelt like a known one is not suggested: ``36h`` is no ``96h``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# what people call it: what files call it, the likeliest first
MEANINGS: dict[str, tuple[str, ...]] = {
    # the patient
    "dob": ("birth_date",),
    "date_of_birth": ("birth_date",),
    "birthday": ("birth_date",),
    "born": ("birth_date",),
    "years": ("age",),
    "age_years": ("age",),
    "weight": ("weight_kg", "weight_lb", "kg", "lb"),
    "wt": ("weight_kg", "weight_lb", "kg", "lb"),
    "mass": ("weight_kg", "weight_lb"),
    "pounds": ("weight_lb", "lb"),
    "height": ("height_cm", "height_in"),
    "ht": ("height_cm", "height_in"),
    "length": ("height_cm", "height_in"),
    "bsa": ("bsa_m2",),
    "body_surface": ("bsa_m2",),
    "dx": ("diagnosis",),
    "icd": ("diagnosis",),
    "icd10": ("diagnosis",),
    "icd_10": ("diagnosis",),
    "diagnosis_code": ("diagnosis",),
    "id": ("ref",),
    "mrn": ("ref",),
    "name": ("ref", "title"),
    "criteria": ("facts",),
    # the pharmacy
    "nurse_days": ("bag_change_days",),
    "nursing_days": ("bag_change_days",),
    "visit_days": ("bag_change_days",),
    "clinic_days": ("bag_change_days",),
    "change_days": ("bag_change_days",),
    "bag_days": ("bag_change_days",),
    "hookup_days": ("bag_change_days",),
    "fill_days": ("dispense_days",),
    "dispensing_days": ("dispense_days",),
    "send_days": ("dispense_days",),
    "ship_days": ("delivery_days", "dispense_days"),
    "shipping_days": ("delivery_days", "dispense_days"),
    "delivery": ("delivery_days",),
    "deliveries": ("delivery_days",),
    "arrival_days": ("delivery_days",),
    "bag_lengths": ("bags",),
    "bag_sizes": ("bags",),
    "bag_durations": ("bags",),
    "closures": ("closed",),
    "closed_days": ("closed",),
    "blackout": ("closed",),
    "blackout_dates": ("closed",),
    "transit": ("transit_days",),
    "shipping_time": ("transit_days",),
    "shelf_life": ("max_days_ahead", "storage"),
    "days_ahead": ("max_days_ahead",),
    "spares": ("spare_vials",),
    "spare": ("spare_vials",),
    "renewal_lead": ("renewal_lead_days",),
    "inpatient_days": ("hospital_days",),
    "hospital": ("hospital_days",),
    "admission": ("hospital_days",),
    "premixed": ("ready_made",),
    "ready": ("ready_made",),
    # what is asked for, and what was
    "qty": ("vials", "units"),
    "quantity": ("vials", "units"),
    "amount": ("vials", "units"),
    "count": ("vials", "units"),
    "day": ("date", "start"),
    "start": ("first_infusion", "date"),
    "start_date": ("first_infusion", "start"),
    "begin": ("first_infusion", "start"),
    "first_dose": ("first_infusion",),
    "from": ("start", "earliest"),
    "to": ("end", "latest"),
    "until": ("end", "latest", "finish_by"),
    "expires": ("end",),
    "expiration": ("end",),
    "end_date": ("end", "finish_by"),
    "deadline": ("finish_by",),
    "finish": ("finish_by",),
    "dose": ("daily_dose_mcg",),
    "daily_dose": ("daily_dose_mcg",),
    "starts": ("cycle_starts",),
    "max_delay": ("max_delay_days",),
    "delay": ("max_delay_days",),
    "number_of_cycles": ("cycles",),
    "fills": ("dispenses",),
    "shipments": ("dispenses",),
    "dispensed": ("dispenses", "history"),
    "billed": ("claims",),
    "bills": ("claims",),
    "broken": ("wasted",),
    "waste": ("wasted",),
    "lost": ("wasted",),
    "pauses": ("interruptions",),
    "holds": ("interruptions",),
    "hung": ("hang",),
    "today": ("as_of",),
    "asof": ("as_of",),
    "past": ("history",),
    "prior": ("history",),
    "auth": ("authorizations",),
    "auths": ("authorizations",),
    "prior_authorization": ("authorizations",),
    "prior_authorizations": ("authorizations",),
    "payer": ("policy",),
    "plan": ("policy",),
    "goals": ("objectives",),
    "priorities": ("objectives",),
    "medication": ("drug",),
    "product": ("drug",),
    "schema": ("format",),
    "version": ("format",),
    # words that stand under a key
    "us": ("us-federal",),
    "federal": ("us-federal",),
    "usa": ("us-federal",),
    "adult-relapsed": ("adult-rr",),
    "adult-refractory": ("adult-rr",),
    "adult-r/r": ("adult-rr",),
    "pediatric-relapsed": ("pediatric-rr",),
    "pediatric-r/r": ("pediatric-rr",),
    "infant": ("infant-interfant",),
    "renewal": ("continued",),
    "first": ("initial",),
    "wait": ("delay",),
    "waste_vials": ("vials",),
}


def near(word: str, known: Sequence[str]) -> str | None:
    """'you meant ...', where one of the known words means the same or differs by a slip."""
    key = re.sub(r"[-\s]+", "_", word.strip().casefold())
    meaning = MEANINGS.get(key) or MEANINGS.get(key.replace("_", "-")) or ()
    fitting = [choice for choice in meaning if choice in known]
    if fitting:
        return f"you meant {' or '.join(fitting)}."
    slips = [choice for choice in known if _slip(key, choice.casefold().replace("-", "_"))]
    return f"you meant {slips[0]}." if len(slips) == 1 else None


def _slip(word: str, known: str) -> bool:
    """Whether each part of a word is that of the other, but for one letter, and the figures are the
    same; or whether the two are joined differently: ``birthdate``, ``birth_date``."""
    figures = [[int(digits) for digits in re.findall(r"[0-9]{1,9}", one)] for one in (word, known)]
    if figures[0] != figures[1] or len(word) > 60:
        return False
    parts = word.split("_"), known.split("_")
    if len(parts[0]) != len(parts[1]):
        return word.replace("_", "") == known.replace("_", "")
    return all(_alike(one, other) for one, other in zip(*parts, strict=True))


def _alike(one: str, other: str) -> bool:
    if _singular(one) == _singular(other):
        return True
    return max(len(one), len(other)) >= 4 and _distance(one, other) <= 1


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def _distance(one: str, other: str) -> int:
    """Letters put in, left out, changed, or turned round with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
