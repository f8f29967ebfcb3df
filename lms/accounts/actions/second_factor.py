"""Setting up and checking the second factor (TOTP, RFC 6238) and its recovery codes."""

import pyotp
from sqlalchemy import delete, select

from lms import clock, vault
from lms.accounts import rules
from lms.accounts.actions import rows
from lms.accounts.actions.sessions import revoke_all
from lms.accounts.models import RecoveryCode, SignInThrottle, Totp
from lms.audit import actions as audit
from lms.db import db
from lms.refusals import Refused


def begin_totp(person_id: int) -> str:
    """A fresh RFC 6238 secret in base32, waiting to be confirmed; Refused("totp_confirmed") if one is in use."""
    rows.locked(person_id)
    row = db.session.get(Totp, person_id)
    if row is not None and row.confirmed_at:
        raise Refused("totp_confirmed")
    secret = pyotp.random_base32()
    if row is None:
        db.session.add(Totp(person_id=person_id, secret_enc=vault.seal(secret), last_step=0))
    else:
        row.secret_enc, row.last_step = vault.seal(secret), 0
    db.session.flush()
    return secret


def confirm_totp(person_id: int, code: str) -> list[str]:
    """Put the waiting secret to use with one of its codes, which is thereby used; ten recovery codes, shown once.

    Refused("totp_not_begun"), Refused("totp_confirmed") or Refused("totp_wrong").
    """
    row = _totp(person_id)
    if row is None:
        raise Refused("totp_not_begun")
    if row.confirmed_at:
        raise Refused("totp_confirmed")
    step = row.step(code, clock.now())
    if step is None:
        raise Refused("totp_wrong")
    row.confirmed_at, row.last_step = clock.now(), step
    codes = _new_recovery_codes(person_id)
    audit.record("confirm_totp", actor=person_id, subject=("person", person_id))
    return codes


def renew_recovery_codes(person_id: int, code: str) -> list[str] | None:
    """Ten fresh recovery codes, shown once, for a present code of the second factor; the old ones stop working.

    None for a wrong code, which counts as in check_totp.
    """
    if not check_totp(person_id, code):
        return None
    codes = _new_recovery_codes(person_id)
    audit.record("renew_recovery_codes", actor=person_id, subject=("person", person_id))
    return codes


def check_totp(person_id: int, code: str) -> bool:
    """Whether this is a present code of the second factor or a recovery code; each works once (RFC 6238, 5.2).

    Eight wrong ones lock the second factor for 15 minutes (queries.second_factor_locked): then right ones are no too.
    """
    throttle, at = rows.throttle(SignInThrottle.key_of("second factor", str(person_id))), clock.now()
    if throttle.locked(at):
        return False
    row = _totp(person_id)
    if row is None or row.confirmed_at is None:
        return False
    step = row.step(code, at)
    if step is not None:
        row.last_step = step
    elif not _recovered(person_id, code):
        throttle.fail(at)
        return False
    throttle.failures = 0
    return True


def remove_totp(person_id: int, by: int | None) -> None:
    """Take away a lost second factor and end the sessions: the next sign-in sets up a new one.

    By a steward, never for oneself, or by the command line (None).
    """
    if by == person_id:
        raise Refused("own_reset")
    rows.allowed(by, "reset staff")
    rows.locked(person_id)
    db.session.execute(delete(Totp).where(Totp.person_id == person_id))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    revoke_all(person_id)
    audit.record("remove_totp", actor=by, subject=("person", person_id))


def _totp(person_id: int) -> Totp | None:
    found = select(Totp).where(Totp.person_id == person_id).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def _new_recovery_codes(person_id: int) -> list[str]:
    """Ten codes in the place of all earlier ones."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [vault.random_text(rules.CODE_ALPHABET, rules.CODE_LENGTH) for _ in range(rules.RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(person_id=person_id, code_hash=vault.index(one)) for one in codes)
    return codes


def _recovered(person_id: int, code: str) -> bool:
    """Whether this was an unused recovery code; it is used now."""
    found = select(RecoveryCode).where(
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == vault.index(rules.typed_code(code)),
        RecoveryCode.used_at.is_(None),
    )
    row = db.session.scalar(found.with_for_update())
    if row is not None:
        row.used_at = clock.now()
    return row is not None
