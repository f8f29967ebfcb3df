"""What every part of the format is made of: strict mappings, names, references, shares."""

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


class Strict(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


def _share(text: str) -> str:
    share = Fraction(text) if re.fullmatch(r"\d{1,4}/[1-9]\d{0,3}", text) else None
    if share is None or not 0 < share <= 1:
        raise ValueError('a share is written as a fraction above 0 and at most 1, like "4/5"')
    return f"{share.numerator}/{share.denominator}"


def no_doubles(values: list[Any]) -> list[Any]:
    """The values; ValueError if an id, a number or a text stands twice."""
    ids = [one if isinstance(one, str) else getattr(one, "id", getattr(one, "number", None)) for one in values]
    doubles = sorted({str(one) for one in ids if ids.count(one) > 1})
    if doubles:
        raise ValueError(f"stands twice: {', '.join(doubles)}")
    return values


Words = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
SopNumber = Annotated[str, StringConstraints(pattern=r"^SOP-\d{2,4}$")]
ClauseRef = Annotated[str, StringConstraints(pattern=r"^SOP-\d{2,4}/\d{1,3}(\.\d{1,3}){1,2}$")]
PictureName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*\.(svg|png|jpg|jpeg|webp)$", max_length=80)
]
Share = Annotated[str, AfterValidator(_share)]
Distinct = AfterValidator(no_doubles)
Count = Annotated[int, Field(ge=1, le=1000)]


class Entry(Strict):
    """Something with an id of its own: an objective, or a step of an order."""

    id: Name
    text: Words
