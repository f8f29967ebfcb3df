"""Where the last page of a long list ended: an id, sealed in the address because ids tell how much there is."""

from flask import request

from lms import vault
from lms.refusals import NotFound

PAGE = 50
AFTER = "setelah"


def after() -> int | None:
    """The id that the last page ended with; None on the first page, NotFound for what we never sealed."""
    sealed = request.args.get(AFTER)
    if not sealed:
        return None
    found = vault.unseal_or_none(sealed)
    if found is None or not found.isdecimal():
        raise NotFound()
    return int(found)


def seal(last: int) -> str:
    """The address part that leads on after this id."""
    return vault.seal(str(last))
