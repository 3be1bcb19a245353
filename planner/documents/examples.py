"""The right form of every mapping in a scenario, shown beside its refusal.

A path has no index: ``history.cycles`` stands for each entry of that list.
"""

from __future__ import annotations

EXAMPLES: dict[str, str] = {
    "": "{format: planner-scenario/1, policy: eocco-0382, patient: {weight_kg: 70}, "
    "indication: adult-rr, request: {first_infusion: 2026-01-05}}",
    "patient": "{age: 41, weight_kg: 70, diagnosis: C91.02, state: OR}",
    "patient.weight_kg": "[{date: 2026-01-05, kg: 70}]",
    "patient.facts": "{b_cell_precursor: true, disease: relapsed-refractory}",
    "patient.facts.mrd": "{status: positive, percent: 0.3, method: pcr}",
    "patient.facts.tki": "{refractory: [dasatinib], intolerant: [imatinib]}",
    "patient.facts.live_vaccine": "{last: never, during_therapy: false}",
    "patient.facts.renewal": "{toxicity: none, response: responded}",
    "authorizations": "[{kind: initial, start: 2026-01-05, end: 2026-08-02, cycles: 5}]",
    "pharmacy": "{bag_change_days: [mon, thu], dispense_days: [mon, tue, wed, thu]}",
    "pharmacy.hospital_days": "{1: 9, 2: 2}",
    "pharmacy.change_weights": "{start: 10, visit: 4, dispense: 2, told: 3}",
    "pharmacy.change_weights.bands": "[{days: 1, factor: 1}, {days: 7, factor: 3}]",
    "pharmacy.storage": "{7d: {days: 14, source: procedure 12}}",
    "pharmacy.preparation": "[{bag: 7d, mcg_per_day: 28, vials: 6, source: procedure 12}]",
    "readings": "{window: rolling}",
    "request": "{first_infusion: 2026-01-05, cycles: 5}",
    "request.first_infusion": "{earliest: 2026-01-05, latest: 2026-01-12}",
    "request.cycle_starts": "{2: 2026-02-16}",
    "request.daily_dose_mcg": "{1: 28, 2: 28}",
    "request.dispenses": "[{date: 2026-01-02, vials: 28, cycle: 1}]",
    "request.claims": "[{date: 2026-01-05, units: 35, cycle: 1}]",
    "request.pins": "[{cycle: 2, visit: 2026-02-23}]",
    "in_force": "{visits: [{date: 2026-02-23, cycle: 2, days: 7}]}, and objectives: "
    "[changes, delay] beside it",
    "in_force.cycles": "[{cycle: 2, start: 2026-02-16, disconnect: 2026-03-16}]",
    "in_force.visits": "[{date: 2026-02-23, cycle: 2, days: 7}]",
    "in_force.dispenses": "[{date: 2026-02-13, cycle: 2, vials: 24}]",
    "history": "{cycles: [{cycle: 1, start: 2026-01-05}]}, and as_of: 2026-02-10 beside it",
    "history.cycles": "[{cycle: 1, start: 2026-01-05}]",
    "history.cycles.bags": "[{hang: 2026-01-05, days: 7, vials: 6}]",
    "history.dispenses": "[{date: 2026-01-02, vials: 28, cycle: 1}]",
    "history.claims": "[{date: 2026-01-05, units: 35, cycle: 1}]",
    "history.wasted": "[{date: 2026-01-12, vials: 1, cycle: 1}]",
    "history.interruptions": "[{cycle: 1, start: 2026-01-16, days: 3}]",
}
