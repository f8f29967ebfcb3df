"""Checking and changing passwords and PINs, and the codes with which a forgotten one is set anew.

Whatever a guesser may try (check_weighed, use_reset_code, second_factor.check_totp) answers with a value instead of an
exception: the failed try has to be counted, and an exception would roll the count back.
"""

from sqlalchemy import delete, select, update

from lms import clock, vault
from lms.accounts import rules
from lms.accounts.actions import rows
from lms.accounts.actions.sessions import revoke_all
from lms.accounts.models import Person, PersonPrivate, ResetCode, SignInThrottle
from lms.accounts.rules import CheckedSecret, Weighed
from lms.audit import actions as audit
from lms.db import db
from lms.refusals import Refused


def weigh(identifier: str, secret: str) -> Weighed:
    """Weigh a typed secret against the account of a sign-in name or phone. It only reads: call it before the
    transaction of check_weighed, so that 22 ms of argon2 do not hold the one writing transaction of SQLite.

    An unknown, closed or secretless account costs the same hash; a locked identifier costs none, known or not.
    """
    person = _found(identifier)
    key = _throttled("sign-in", identifier, person)
    row = db.session.get(SignInThrottle, key)
    if row is not None and row.locked(clock.now()):
        return Weighed(key, None, None, False, None)
    stored = person.secret_hash if person else None
    plain = rules.plain_secret(secret)
    fits = vault.secret_fits(stored, plain)
    renewed = vault.hash_secret(plain) if fits and stored and vault.hash_is_old(stored) else None
    return Weighed(key, person.id if person else None, stored, fits, renewed)


def check_weighed(weighed: Weighed) -> CheckedSecret:
    """Let a weighed secret in, or count the failed try; a lock that fell meanwhile refuses right and wrong alike."""
    throttle, at = rows.throttle(weighed.key), clock.now()
    if throttle.locked(at):
        return CheckedSecret(None, locked=True)
    person = rows.locked(weighed.person_id) if weighed.person_id is not None and weighed.fits else None
    if person is None or person.disabled_at or person.secret_hash != weighed.stored:
        return CheckedSecret(None, locked=throttle.fail(at))
    throttle.failures = 0
    if weighed.renewed:
        person.secret_hash = weighed.renewed
    return CheckedSecret(person.id, locked=False)


def check_secret(identifier: str, secret: str) -> CheckedSecret:
    """Weigh and check in one call, where it does not matter that the hash is computed inside the transaction."""
    return check_weighed(weigh(identifier, secret))


def set_secret(person_id: int, secret: str, kind: str, keep_session: int | None = None) -> None:
    """Give somebody a new password or PIN and end all their sessions but the one they are in; the door asks for the
    old secret first. Refused with the codes of secret_problem, or "pin_not_for_staff"."""
    person = rows.locked(person_id)
    _set(person, secret, kind)
    revoke_all(person_id, except_id=keep_session)
    audit.record("set_secret", actor=person_id, subject=("person", person_id))


def issue_reset_code(person_id: int, by: int | None) -> str:
    """A code of ten signs with which somebody sets a new secret within three days; earlier ones stop working.

    Refused with the codes of rules.reset_problem; by None is the command line. The door asks whose members they are.
    """
    person = rows.locked(person_id)
    if by is not None:
        rows.refuse(rules.reset_problem(by == person_id, bool(rows.roles(person_id)), rows.roles(by)))
    if person.disabled_at:
        raise Refused("person_disabled")
    at = clock.now()
    earlier = update(ResetCode).where(ResetCode.person_id == person_id, ResetCode.expires_at > at)
    db.session.execute(earlier.values(expires_at=at))
    code = vault.random_text(rules.CODE_ALPHABET, rules.CODE_LENGTH)
    row = ResetCode(person_id=person_id, code_hash=vault.index(code), issued_by=by, issued_at=at)
    row.expires_at = at + rules.RESET_CODE_LIFE
    db.session.add(row)
    audit.record("issue_reset_code", actor=by, subject=("person", person_id))
    return code


def use_reset_code(identifier: str, code: str, secret: str, kind: str) -> CheckedSecret:
    """Set a new secret with a reset code, once; exams then pause for 24 h and all sessions end.

    person_id None says "reset_code_wrong" for a wrong, used or late code and an unknown account alike, and counts;
    Refused only for an unusable new secret, which leaves the code as it was.
    """
    rows.refuse(rules.secret_problem(rules.plain_secret(secret), kind, (identifier,)))
    found, at = _found(identifier), clock.now()
    throttle = rows.throttle(_throttled("reset", identifier, found))
    if throttle.locked(at):
        return CheckedSecret(None, locked=True)
    sign_in = SignInThrottle.key == _throttled("sign-in", identifier, found)
    db.session.scalar(select(SignInThrottle.key).where(sign_in).with_for_update())  # before the person, as sign-in does
    person = rows.locked(found.id) if found else None
    row = db.session.scalar(
        select(ResetCode).where(
            ResetCode.person_id == (person.id if person else 0),
            ResetCode.code_hash == vault.index(rules.typed_code(code)),
            ResetCode.used_at.is_(None),
            ResetCode.expires_at > at,
        )
    )
    if person is None or person.disabled_at or row is None:
        return CheckedSecret(None, locked=throttle.fail(at))
    _set(person, secret, kind)
    row.used_at = person.secret_reset_at = at
    throttle.failures = 0
    db.session.execute(delete(SignInThrottle).where(sign_in))
    revoke_all(person.id)
    audit.record("use_reset_code", actor=person.id, subject=("person", person.id))
    return CheckedSecret(person.id, locked=False)


def _throttled(purpose: str, identifier: str, found: Person | None) -> str:
    """The key under which tries are counted: one for an account, whether its sign-in name or its phone was typed."""
    return SignInThrottle.key_of(purpose, found.sign_in_name if found else identifier)


def _found(identifier: str) -> Person | None:
    """Whose sign-in name or phone this is, unless the account is closed. No sign-in name reads as a phone number."""
    number = rules.phone_number(identifier)
    if number:
        whose = Person.id == (
            select(PersonPrivate.person_id).where(PersonPrivate.phone_hmac == vault.index(number)).scalar_subquery()
        )
    else:
        whose = Person.sign_in_name == rules.sign_in_name(identifier)
    return db.session.scalar(select(Person).where(whose, Person.disabled_at.is_(None), Person.erased_at.is_(None)))


def _set(person: Person, secret: str, kind: str) -> None:
    """Check and hash a new secret of a locked person."""
    plain, private = rules.plain_secret(secret), person.private
    about = rules.about(private.name, person.sign_in_name, private.phone) if private else ()
    rows.refuse(rules.secret_problem(plain, kind, about))
    rows.refuse(rules.pin_problem(kind, bool(rows.roles(person.id))))
    person.secret_hash, person.secret_kind = vault.hash_secret(plain), kind
