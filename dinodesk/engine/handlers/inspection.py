"""One photo: its preview, its maps, its thumbnails, and what is known of it."""

from __future__ import annotations

from dataclasses import replace

from dinodesk.engine.decoding.decoders import Deferred
from dinodesk.engine.engine_state import EngineState
from dinodesk.engine.handlers.registry import Steps, handles
from dinodesk.engine.inspection.patch_sample import BEST
from dinodesk.engine.messages import (
    Details,
    MakeThumbnail,
    Preview,
    ShowDetail,
    ShowDetails,
    ShowMap,
    ShowPreview,
    ThumbnailReady,
)
from dinodesk.engine.search.ranking import rank
from dinodesk.library.photos.photo_details import read_photo_details
from dinodesk.records import FloatArray, MapScale
from dinodesk.search.query.parser import parse_query
from dinodesk.search.query.trees import plain_words


@handles(ShowPreview)
def show_preview(state: EngineState, request: ShowPreview) -> Deferred[Preview]:
    """The upright photo, decoded elsewhere: a decoder may take seconds, or hang."""
    return state.opened.previews.preview(request)


@handles(ShowDetail)
def show_detail(state: EngineState, request: ShowDetail) -> Deferred[Preview]:
    """The photo's own pixels, decoded elsewhere."""
    return state.opened.previews.detail(request)


@handles(ShowMap)
def show_map(state: EngineState, request: ShowMap) -> Steps:
    """One map, in slices like an indexing job: that of a big model must not hold a query for seconds.

    A text map is of the words of a query, without its filters and what is left out. It has the scale of these
    words in the library, once there is a sample to tell it by; the first one asks for that to be made.
    """
    opened, loaded = state.opened, state.models.ready
    sample = opened.patch_sample(loaded.model.info)

    def scale_of(text: str, direction: FloatArray) -> MapScale | None:
        return sample.scale(text, direction, lambda: _best_contents(state, text))

    words = plain_words(parse_query(request.text).tree)
    answer = yield from opened.previews.map_steps(replace(request, text=words), loaded.mapper, scale_of)
    state.follow_ups.chores |= request.kind == "text" and not sample.is_settled
    return replace(answer, text=request.text)


def _best_contents(state: EngineState, text: str) -> list[str]:
    """Content hashes of the photos that match a sentence best."""
    index, encoder, catalog = state.index, state.models.ready.encoder, state.opened.catalog
    if index is None:
        return []
    ranked = rank(catalog, index, lambda: encoder.encode(text))
    return [catalog.photos[position].content for position in ranked.positions[:BEST].tolist()]


@handles(MakeThumbnail)
def make_thumbnail(state: EngineState, request: MakeThumbnail) -> Deferred[ThumbnailReady]:
    """Make a thumbnail again, decoded elsewhere."""
    state.thumbnails_grow()
    return state.opened.previews.make_thumbnail(request)


@handles(ShowDetails)
def show_details(state: EngineState, request: ShowDetails) -> Details:
    """What is known of one photo."""
    zone = state.opened.catalog.zone_of(request.asset)
    info = read_photo_details(state.opened.store.database, request.asset, zone=zone)
    return Details(asset=request.asset, info=info)
