"""Orders and groups of photos."""

from __future__ import annotations

from collections.abc import Generator

from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import handles
from dinodesk.engine.inspection.preview_service import frozen
from dinodesk.engine.messages import ArrangePhotos, PhotosArranged


@handles(ArrangePhotos)
def arrange(state: EngineState, request: ArrangePhotos) -> Generator[None, None, PhotosArranged]:
    """Where every photo stands, in slices; of photos that came meanwhile another answer tells."""
    generation = state.generation
    found = yield from state.opened.arrangements.arranged(request.arrangement)
    return PhotosArranged(
        generation=generation,
        arrangement=request.arrangement,
        ranks=frozen(found.ranks),
        groups=frozen(found.groups),
        names=found.names,
    )
