"""Reading course folders and drafts with every problem in them, and whether published versions are still intact."""

from lms.authoring.queries.invariants import violations
from lms.authoring.queries.reading import MOST_PICTURE_BYTES, counts, read_folder

__all__ = ["MOST_PICTURE_BYTES", "counts", "read_folder", "violations"]
