"""What went wrong, as an answer in plain words."""

from __future__ import annotations

import logging

from dinodesk.engine.messages import Problem
from dinodesk.errors import DinoDeskError

_log = logging.getLogger(__name__)


def problem_of(error: Exception) -> Problem:
    """The sentence and the remedy for an error; an unexpected one is logged with its traceback."""
    if isinstance(error, DinoDeskError):
        return Problem(sentence=error.sentence, remedy=error.remedy)
    if isinstance(error, MemoryError):
        return Problem(
            sentence="There is not enough memory.", remedy="Close other programs.", details=str(error)
        )
    _log.error("unexpected error in the engine", exc_info=error)
    sentence = f"Something unexpected went wrong ({type(error).__name__}: {error})."
    return Problem(sentence=sentence, remedy="The log has the details; the library is safe.")
