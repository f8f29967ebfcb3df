"""Who may do what, what a password or PIN must be, and when a sign-in is throttled or a session ends."""

import itertools
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What somebody comes as. Everybody who belongs to a unit is a member; the others are appointments."""

    MEMBER = "member"
    TRAINER = "trainer"
    ASSESSOR = "assessor"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    APPROVER = "approver"
    OVERSEER = "overseer"
    STEWARD = "steward"


STAFF_ROLES = tuple(str(role) for role in Role if role is not Role.MEMBER)
SECRET_KINDS = ("password", "pin")
LANGUAGES = ("id", "en")
ACCOMMODATIONS = ("extra_time", "oral", "adapted_drill", "read_aloud")
BY_PASSWORD, BY_PIN = SECRET_KINDS

# The role table: what each role may do. The doors are guarded by role; what is done inside them is checked here too.
MAY: dict[str, frozenset[Role]] = {
    "sign off a drill": frozenset({Role.ASSESSOR}),
    "write teaching material": frozenset({Role.TRAINER}),
    "review teaching material": frozenset({Role.TRAINER}),
    "mark an answer": frozenset({Role.TRAINER}),
    "open another round": frozenset({Role.TRAINER}),
    "tick evidence": frozenset({Role.APPROVER}),
    "correct a name": frozenset({Role.APPROVER}),
    "issue": frozenset({Role.APPROVER}),
    "suspend": frozenset({Role.OFFICER, Role.APPROVER}),
    "propose": frozenset({Role.APPROVER}),
    "decide": frozenset({Role.APPROVER}),
    "approve a programme": frozenset({Role.APPROVER}),
    "approve teaching material": frozenset({Role.APPROVER}),
    "propose a programme": frozenset({Role.STEWARD}),
    "see an identity": frozenset({Role.OFFICER}),
    "invite": frozenset({Role.COORDINATOR}),
    "reset a member": frozenset({Role.COORDINATOR, Role.STEWARD}),
    "reset staff": frozenset({Role.STEWARD}),
    "appoint": frozenset({Role.STEWARD}),
    "disable": frozenset({Role.STEWARD}),
    "manage units": frozenset({Role.STEWARD}),
}

PASSWORD_MINIMUM = 10
PASSWORD_MAXIMUM = 128
FAILURES_BEFORE_LOCK = 8
FAILURE_WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
MEMBER_SESSION = timedelta(days=30)
STAFF_SESSION = timedelta(hours=12)
STAFF_IDLE = timedelta(minutes=15)
RESET_CODE_LIFE = timedelta(days=3)
RESET_PAUSE = timedelta(hours=24)
RECOVERY_CODES = 10
THROTTLE_KEPT = timedelta(days=1)
SESSION_KEPT = timedelta(days=90)  # after its end, for questions about who was signed in
TOTP_STEP = 30
TOTP_DRIFT = 1  # steps before and after that are accepted
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # no I, L, O, U, 0, 1: they are misread on paper
CODE_LENGTH = 10  # of reset and recovery codes: 49 bits

# The passwords of ten and more characters that stand first in lists of leaked ones, and the obvious ones here.
COMMON_PASSWORDS = frozenset(
    re.findall(
        r"\S+",
        """
        1234567890 12345678910 0123456789 9876543210 0987654321 1q2w3e4r5t qwertyuiop password123 password1234
        qwerty1234 qwerty12345 1qaz2wsx3edc q1w2e3r4t5 q1w2e3r4t5y6 iloveyou123 abcdefghij abcd123456 abc1234567
        passw0rd123 password12 admin12345 administrator letmein123 welcome123 1029384756 asdfghjkl123 zaq12wsxcde3
        indonesia1 indonesia123 indonesia45 indonesiaraya jakarta123 jakarta12345 jagajakarta jagajakarta1
        katasandi123 rahasia123 rahasia12345 bismillah123 sayangku123 akusayangkamu cintaku123 merdeka1945
        kosongkosong garuda12345 polisi12345 anggota123 anggota12345
        """,
    )
)


def may(roles: frozenset[Role], act: str) -> bool:
    """Whether somebody who holds these roles may do the act; KeyError for an act that the table does not name."""
    return bool(MAY[act] & roles)


def needs_second_factor(roles: frozenset[Role]) -> bool:
    """Every role but member signs in with a second factor."""
    return bool(roles - {Role.MEMBER})


def sign_in_name(typed: str) -> str:
    """The form in which sign-in names are kept and compared: NFKC, casefolded, without spaces and control signs."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c)[0] != "C")


def sign_in_name_problem(typed: str) -> str | None:
    """None for 3 to 60 letters a-z, digits, dots and dashes that are no phone number; else the reason code.

    A sign-in name must never read as a phone number: it would catch the sign-ins of that phone's owner.
    """
    name = sign_in_name(typed)
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", name):
        return "sign_in_name_wrong"
    return "sign_in_name_is_phone" if phone_number(name) else None


def typed_code(typed: str) -> str:
    """A typed one-time or invitation code in the form in which it is kept: capitals, without spaces and dashes."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c in CODE_ALPHABET)


def phone_number(typed: str) -> str | None:
    """An Indonesian mobile number as +628..., or None if it is not one."""
    digits = re.sub(r"[\s().-]", "", unicodedata.normalize("NFKC", typed))
    match = re.fullmatch(r"(?:\+?62|0)(8[0-9]{8,11})", digits)
    return f"+62{match[1]}" if match else None


def name_problem(typed: str) -> str | None:
    """None for a name as on a KTP: 1 to 100 letters and marks, one word is a name; else the reason code."""
    name = tidy_name(typed)
    if not name:
        return "name_missing"
    if len(name) > 100:
        return "name_too_long"
    if not any(unicodedata.category(c).startswith("L") for c in name):
        return "name_without_letters"
    if any(unicodedata.category(c)[0] not in "LM" and c not in " .,'’-/" for c in name):
        return "name_with_signs"
    if any(unicodedata.category(c).startswith("L") and "LATIN" not in unicodedata.name(c, "") for c in name):
        return "name_not_latin"
    return None


def tidy_name(typed: str) -> str:
    """A name as stored: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def secret_problem(typed: str, kind: str, about: tuple[str, ...] = ()) -> str | None:
    """None for a usable password (10 to 128 characters) or PIN (6 digits, no simple row); else the reason code.

    about holds words that the secret must not equal (sign-in name, phone, name). See pin_problem for who may have one.
    """
    if kind not in SECRET_KINDS:
        return "secret_kind_unknown"
    if kind == BY_PIN:
        if not re.fullmatch(r"[0-9]{6}", typed):
            return "pin_not_six_digits"
        steps = {int(b) - int(a) for a, b in itertools.pairwise(typed)}
        if len(steps) == 1 and steps <= {-1, 0, 1}:
            return "pin_too_simple"
    elif len(typed) < PASSWORD_MINIMUM:
        return "password_too_short"
    elif len(typed) > PASSWORD_MAXIMUM:
        return "password_too_long"
    elif len(set(typed)) < 4 or typed.casefold() in COMMON_PASSWORDS:
        return "password_too_simple"
    if typed.casefold() in {word.casefold() for word in about if word}:
        return "secret_is_name"
    return None


def about(name: str, sign_in_name: str | None, number: str | None) -> tuple[str, ...]:
    """The words that a person's secret must not equal: name, sign-in name, and the phone as people type it."""
    phones = (number, number[1:], f"0{number[3:]}") if number else ()
    return (name, sign_in_name or "", *phones)


def pin_problem(kind: str, has_appointment: bool) -> str | None:
    """None unless somebody with an appointment would keep a PIN: six digits are enough for a member only.

    An appointment therefore ends a PIN at once: it opens nothing any more, and the newly appointed person sets a
    password with the reset code that the steward hands over.
    """
    return "pin_not_for_staff" if kind == BY_PIN and has_appointment else None


def plain_secret(typed: str) -> str:
    """The form in which a secret is hashed: NFKC, as keyboards write one letter in several ways (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", typed[: PASSWORD_MAXIMUM * 4])


def reset_problem(own: bool, is_staff: bool, by: frozenset[Role]) -> str | None:
    """None if somebody with these roles may hand a reset code to this person; else the reason code.

    Never to oneself; a coordinator to members (the door asks whose), a steward to everybody.
    """
    if own:
        return "own_reset"
    return None if may(by, "reset staff" if is_staff else "reset a member") else "not_allowed"


@dataclass(frozen=True)
class Weighed:
    """A typed secret weighed against an account, known or not, before the transaction that acts on it.

    key is the throttle of what was typed as identifier, stored the hash it was weighed against, renewed a hash with
    today's costs where stored has others.
    """

    key: str
    person_id: int | None
    stored: str | None
    fits: bool
    renewed: str | None


@dataclass(frozen=True)
class CheckedSecret:
    """What came of a secret or reset code: whose it is (None: wrong, unknown or closed), or that it is locked."""

    person_id: int | None
    locked: bool


@dataclass(frozen=True)
class Throttle:
    """Failed sign-ins of one identifier: how many since when, and until when it is locked."""

    failures: int
    since: datetime
    locked_until: datetime | None


def is_locked(throttle: Throttle | None, at: datetime) -> bool:
    """Whether sign-in with this identifier is refused at that time, right or wrong."""
    return throttle is not None and throttle.locked_until is not None and at < throttle.locked_until


def after_failure(throttle: Throttle | None, at: datetime) -> Throttle:
    """The throttle after one more failure: eight within 15 minutes lock for 15 minutes."""
    if throttle is None or at - throttle.since >= FAILURE_WINDOW:
        return Throttle(1, at, None)
    failures = throttle.failures + 1
    if failures >= FAILURES_BEFORE_LOCK:
        return Throttle(0, at, at + LOCK)
    return Throttle(failures, throttle.since, throttle.locked_until)


def session_lifetime(roles: frozenset[Role]) -> timedelta:
    """How long a session lasts at most: 12 h for staff, 30 days for members."""
    return STAFF_SESSION if needs_second_factor(roles) else MEMBER_SESSION


def is_idle(roles: frozenset[Role], last_seen: datetime, at: datetime) -> bool:
    """Whether a session has been left alone too long: 15 minutes for staff; members only have the lifetime."""
    return needs_second_factor(roles) and at - last_seen > STAFF_IDLE


def exams_paused_until(secret_reset_at: datetime | None) -> datetime | None:
    """Exams pause for 24 h after a reset with a code, so that a stand-in gains nothing by it."""
    return secret_reset_at + RESET_PAUSE if secret_reset_at else None
