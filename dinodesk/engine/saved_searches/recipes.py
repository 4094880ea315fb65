"""Recipes: a search with all its values and the model it was made with, as a JSON file for other libraries.

A recipe names its example photos by path and by the hash of their bytes, and the first photos of its ranking
by these hashes, so that what differs in another library can be told.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from dinodesk.engine.search.query_answer import read_query
from dinodesk.errors import ModelError, PhotoError, UsageError
from dinodesk.library.images.decoder import hash_file
from dinodesk.records import SORTS, STOPS, HandLine, ModelInfo, Photo, SearchValues
from dinodesk.wording import count

VERSION = 1
FIRST = 50
"""Photos at the beginning of the ranking that a recipe names."""
LARGEST = 1 << 20
"""Bytes of a recipe that is read."""
_NO_RECIPE = "It is no recipe of DinoDesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A search that gives the same ranking elsewhere.

    Attributes:
        model, fingerprint: zoo name, or files, and fingerprint of the model; "" where nothing was ranked.
        digests: of the example photos, in their order: hex hashes of their bytes.
        made: the day that words for dates go by.
        searched: photos that took part.
        first: the first photos, at most `FIRST`: hex hashes of their bytes.
        tree: how the query was read.
    """

    values: SearchValues
    model: str = ""
    fingerprint: str = ""
    digests: tuple[str, ...] = ()
    made: date
    searched: int = 0
    first: tuple[str, ...] = ()
    tree: Any = None


def make_recipe(
    values: SearchValues, info: ModelInfo | None, searched: int, shown: Sequence[Photo], today: date
) -> tuple[Recipe, dict[str, Any]]:
    """The recipe of a search that was answered with the photos `shown`, and its JSON document.

    `info` is of the model that ranked; None where none did. Raises PhotoError for an example photo that can't
    be read.
    """
    recipe = Recipe(
        values=values,
        model="" if info is None else info.name,
        fingerprint="" if info is None else info.fingerprint,
        digests=tuple(hash_file(path)[0].hex() for path in values.images),
        made=today,
        searched=searched,
        first=tuple(photo.content for photo in shown[:FIRST]),
        tree=tree_document(read_query(values.query, literal=values.literal).tree),
    )
    preprocessing = None if info is None else {"view": "model", "side": info.image_size, "patch": info.patch}
    line = values.line
    return recipe, {
        "dinodesk": "recipe",
        "version": VERSION,
        "made": recipe.made.isoformat(),
        "model": None
        if info is None
        else {
            "name": info.name,
            "fingerprint": info.fingerprint,
            "preprocessing": preprocessing,
            "precision": info.precision,
        },
        "query": {"text": values.query, "literal": values.literal, "tree": recipe.tree},
        "images": [
            {"path": path, "content": digest}
            for path, digest in zip(values.images, recipe.digests, strict=True)
        ],
        "image_weight": values.image_weight,
        "scene": values.scene,
        "templates": values.templates,
        "auto": line is None,
        "stop": values.stop,
        "line": None if line is None else asdict(line),
        "sort": values.sort,
        "photos": {"searched": recipe.searched, "first": list(recipe.first)},
    }


def read_recipe(path: str) -> Recipe:
    """Read a recipe's file. Raises UsageError for one that is none, or of a later version; OSError."""
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    try:
        if len(data) > LARGEST:
            raise ValueError("it is too large")
        document = json.loads(data)
        if document["dinodesk"] != "recipe":
            raise ValueError("it is something else")
        if int(document["version"]) > VERSION:
            raise UsageError(f"{path} is a recipe of a later DinoDesk.", "Update DinoDesk to open it.")
        return _recipe(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path} can't be opened. {_NO_RECIPE}.", "Choose another file.") from error


def _recipe(document: dict[str, Any]) -> Recipe:
    model, query, images = document["model"] or {}, document["query"], document["images"]
    line = document["line"]
    values = SearchValues(
        query=str(query["text"]),
        literal=bool(query["literal"]),
        images=tuple(str(each["path"]) for each in images),
        image_weight=None if document["image_weight"] is None else _share(document["image_weight"]),
        scene=_share(document["scene"]),
        templates=_one_of(document["templates"], ("none", "simple", "openai80")),
        stop=STOPS[STOPS.index(document["stop"])],
        line=None if line is None else _line(line),
        sort=SORTS[SORTS.index(document["sort"])],
    )
    return Recipe(
        values=values,
        model=str(model.get("name", "")),
        fingerprint=str(model.get("fingerprint", "")),
        digests=tuple(str(each["content"]) for each in images),
        made=date.fromisoformat(document["made"]),
        searched=int(document["photos"]["searched"]),
        first=tuple(str(each) for each in document["photos"]["first"][:FIRST]),
        tree=query["tree"],
    )


def _line(line: dict[str, Any]) -> HandLine:
    if line["threshold"] is None and line["temperature"] is None:
        return HandLine(None, None, _share(line["cut"]))
    found = HandLine(_number(line["threshold"]), _number(line["temperature"]), _share(line["cut"]))
    assert found.curve is not None  # raises ValueError for a temperature that is not above 0
    return found


def _number(value: object) -> float:
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise ValueError(f"{number} is no ordinary number")
    return number


def _share(value: object) -> float:
    number = _number(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"{number} is not from 0 to 1")
    return number


def _one_of(value: object, known: Sequence[str]) -> str:
    return known[known.index(str(value))]


def tree_document(node: Any) -> Any:
    """A tree as JSON knows it: each node an object with its kind and its fields."""
    if isinstance(node, tuple):
        return [tree_document(each) for each in node]
    if not is_dataclass(node):
        return node
    parts = {each.name: tree_document(getattr(node, each.name)) for each in fields(node)}
    return {"kind": type(node).__name__, **parts}


# ── in this library ─────────────────────────────────────────────────────────────────────────────


def check_model(recipe: Recipe, info: ModelInfo) -> None:
    """Raise ModelError where another model would rank: scores of two models are never compared."""
    if recipe.fingerprint not in ("", info.fingerprint):
        raise ModelError(
            f"The recipe was made with another model than {info.title}: {recipe.model}, fingerprint "
            f"{recipe.fingerprint[:12]}. This one would rank otherwise.",
            "Use that model, or name one with --model to see what it finds.",
        )


def with_images_here(recipe: Recipe, photos: Sequence[Photo]) -> tuple[SearchValues, list[str]]:
    """The values with the example photos as they are found here, by their bytes; and what differs.

    Raises PhotoError for a photo that is neither there nor among the `photos` of the library.
    """
    found, notes = [], []
    for path, digest in zip(recipe.values.images, recipe.digests, strict=True):
        own = next((photo.path for photo in photos if photo.content == digest), None)
        if own is not None:
            found.append(own)
        elif os.path.isfile(path):
            if hash_file(path)[0].hex() != digest:
                notes.append(f"{path} is not the photo that the recipe was made with.")
            found.append(path)
        else:
            raise PhotoError(f"The photo {path} of the recipe is neither there nor in this library.")
    return replace(recipe.values, images=tuple(found)), notes


def differences(recipe: Recipe, searched: int, shown: Sequence[Photo], photos: Sequence[Photo]) -> list[str]:
    """What is not as it was when the recipe was made, in sentences: the photos, how the query is read, and
    the order of the first ones."""
    notes = []
    if recipe.tree != tree_document(read_query(recipe.values.query, literal=recipe.values.literal).tree):
        notes.append("This version of DinoDesk reads the query of the recipe in another way.")
    here = {photo.content for photo in photos}
    lacking = [digest for digest in recipe.first if digest not in here]
    if lacking:
        notes.append(
            f"Of the first {count(len(recipe.first))} of the recipe {len(lacking):,} "
            f"{'is' if len(lacking) == 1 else 'are'} not in this library."
        )
    if searched != recipe.searched:
        notes.append(f"The recipe searched {count(recipe.searched)}, this library {searched:,}.")
    elif not lacking and any(
        photo.content != digest for photo, digest in zip(shown, recipe.first, strict=False)
    ):
        notes.append("The first photos stand in another order than in the recipe.")
    return notes
