"""What window and engine say to each other: frozen requests and answers, and nothing of Qt.

A request is posted by `engine.client.Engine` and carries the id that its answer repeats. Kinds of
request where only the newest counts (search, browse, preview, map) carry a `CancelToken`; the client
cancels the older one, the worker drops what is cancelled, and the client drops a late answer.

Photos are named in answers by their *position* in the catalogue, the list of all photos of the open
library that the window holds. `CatalogReset` replaces that list, `CatalogGrown` appends to it,
`PhotosChanged` replaces photos in it; all name its `generation`, and an answer of another generation is
dropped.

A *place* to look in is "" for the whole library, the absolute path of a folder, or `label:3` and
`album:5` for the photos of a label or an album (`Tag.place`); no absolute path begins like these.
"""

from __future__ import annotations

from dinodesk.engine.answers import *  # noqa: F403 (the one name by which window and engine know them)
from dinodesk.engine.requests import *  # noqa: F403
