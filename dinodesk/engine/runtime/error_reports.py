"""What went wrong, as an answer in plain words."""

from __future__ import annotations

import logging

from dinodesk.engine import messages as m
from dinodesk.errors import DinoDeskError

_log = logging.getLogger(__name__)


def problem_of(error: Exception, request: int) -> m.Problem:
    """The sentence and the remedy for an error; one that nobody expected goes into the log as well."""
    if isinstance(error, DinoDeskError):
        return m.Problem(request, error.sentence, error.remedy)
    if isinstance(error, MemoryError):
        return m.Problem(request, "There is not enough memory.", "Close other programs.", str(error))
    _log.error("unexpected error in the engine", exc_info=error)
    sentence = f"Something unexpected went wrong ({type(error).__name__}: {error})."
    return m.Problem(request, sentence, "The log has the details; the library is safe.")
