"""Everything that changes people, their secrets, second factor, sessions and appointments, in one file for each."""

from lms.accounts.actions.people import (
    appoint,
    correct_name,
    create_person,
    disable,
    enable,
    end_appointment,
    end_appointments_at,
    set_language,
)
from lms.accounts.actions.second_factor import begin_totp, check_totp, confirm_totp, remove_totp, renew_recovery_codes
from lms.accounts.actions.secrets import (
    check_secret,
    check_weighed,
    issue_reset_code,
    set_secret,
    use_reset_code,
    weigh,
)
from lms.accounts.actions.sessions import open_session, pass_second_factor, revoke_all, revoke_session, tidy

__all__ = [
    "appoint",
    "begin_totp",
    "check_secret",
    "check_totp",
    "check_weighed",
    "confirm_totp",
    "correct_name",
    "create_person",
    "disable",
    "enable",
    "end_appointment",
    "end_appointments_at",
    "issue_reset_code",
    "open_session",
    "pass_second_factor",
    "remove_totp",
    "renew_recovery_codes",
    "revoke_all",
    "revoke_session",
    "set_language",
    "set_secret",
    "tidy",
    "use_reset_code",
    "weigh",
]
