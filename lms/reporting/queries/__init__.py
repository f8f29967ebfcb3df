"""What is read across capabilities: the invariants, overviews of a desk, members' progress, a module with its keys."""

from lms.reporting.queries.bank import BankItem, Choice, bank, exercise
from lms.reporting.queries.invariants import JUDGES, certificate_counts, invariants
from lms.reporting.queries.overview import ModuleCount, module_counts, standings, waiting_answers
from lms.reporting.queries.progress import Held, ModuleState, Progress, Step, progress, state
from lms.reporting.queries.register import (
    Headcount,
    Home,
    Seat,
    headcount,
    homes,
    members_of,
    modules_passed,
    seats,
    units_by_kind,
)

__all__ = [
    "JUDGES",
    "BankItem",
    "Choice",
    "Headcount",
    "Held",
    "Home",
    "ModuleCount",
    "ModuleState",
    "Progress",
    "Seat",
    "Step",
    "bank",
    "certificate_counts",
    "exercise",
    "headcount",
    "homes",
    "invariants",
    "members_of",
    "module_counts",
    "modules_passed",
    "progress",
    "seats",
    "standings",
    "state",
    "units_by_kind",
    "waiting_answers",
]
