"""What every form has in common: its errors as an error summary, refusals of the rules beside them, status 422."""

from typing import Any

from flask import render_template
from flask_wtf import FlaskForm

from lms.refusals import Refused
from lms.web import words


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf carries no types
    """A form of ours. What was typed is kept; an error is shown in the summary and at its field."""

    def refuse(self, refusal: Refused, field: str | None = None) -> None:
        """Show why the rules refuse: at a field, or above the form."""
        words_of_it = words.refusal(refusal)
        if field is None:
            self.form_errors.append(words_of_it)
        else:
            self[field].errors = [*self[field].errors, words_of_it]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field or "isi", message) for the error summary, in the order of the fields."""
        at_fields = [(field.id, str(m)) for field in self for m in _flat(field.errors) if field.name != "csrf_token"]
        return [("isi", str(message)) for message in self.form_errors] + at_fields

    def page(self, template: str, *, too_many: bool = False, **values: Any) -> tuple[str, int]:
        """The page with this form: 200, or 422 with the error summary where something has to be put right; 429 after
        too many tries."""
        problems = self.problems
        for field in self:  # the macros take texts only: messages of validators are translated as late as here
            if isinstance(field.errors, (list, tuple)):
                field.errors = [m if isinstance(m, (list, tuple, dict)) else str(m) for m in field.errors]
        page = render_template(template, form=self, form_errors=problems, **values)
        return page, 429 if too_many else 422 if problems else 200


def _flat(errors: Any) -> list[str]:
    """WTForms nests the errors of list fields."""
    if isinstance(errors, dict):
        return [m for inner in errors.values() for m in _flat(inner)]
    return [m for e in errors for m in (_flat(e) if isinstance(e, (list, tuple, dict)) else [e])]
