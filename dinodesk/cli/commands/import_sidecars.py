"""`import-sidecars`: take over ratings, labels, titles and descriptions from XMP files beside the photos."""

from __future__ import annotations

import argparse

from dinodesk.cli.exit_codes import Outcome
from dinodesk.cli.open_library import assets_named, back_up_when_due, opened
from dinodesk.cli.sidecar_outcome import follow, sidecar_outcome
from dinodesk.engine.user_data import sidecar_exchange
from dinodesk.errors import DinoDeskError


def import_sidecars(options: argparse.Namespace) -> Outcome:
    """Take over ratings, labels, titles from XMP sidecars; annotations that are there stay."""
    library = opened(options)
    try:
        assets: list[int] | None = None
        if options.paths:
            assets, unknown = assets_named(library, options.paths)
            if unknown:
                raise DinoDeskError(f"{unknown[0]} is not in the library.", "Add it with `dinodesk index`.")
        report = sidecar_exchange.ExchangeReport()
        follow(sidecar_exchange.import_sidecars(library.store.database, assets, report))
        back_up_when_due(library)
    finally:
        library.close()
    return sidecar_outcome(
        report, "photo took over what its sidecar says", "photos took over what their sidecars say"
    )
