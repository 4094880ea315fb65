"""The map registry: every entry computes a map of its grid from what it says that it needs."""

from __future__ import annotations

import numpy as np
import pytest

from dinodesk.errors import UsageError
from dinodesk.features.map_registry import MAPS, MapInput, MapSpec, map_spec
from dinodesk.features.maps import WHOLE

RNG = np.random.default_rng(7)
PATCHES = RNG.standard_normal((5, 7, 16)).astype(np.float32)
CLS = RNG.standard_normal(16).astype(np.float32)


@pytest.mark.parametrize("spec", MAPS, ids=lambda spec: spec.name)
def test_every_map_covers_the_grid_and_says_what_it_is(spec: MapSpec) -> None:
    found = spec.compute(MapInput(PATCHES, CLS, (1, 2), CLS))
    assert (found.kind, found.box) == (spec.name, WHOLE)
    assert found.values.shape[:2] == found.colours.shape[:2] == (5, 7)
    assert found.values.dtype == np.float32 and found.colours.dtype == np.uint8
    assert found.low == pytest.approx(found.values.min()) and found.high == pytest.approx(found.values.max())
    assert spec.title and spec.hint and found.statistics


@pytest.mark.parametrize("spec", MAPS, ids=lambda spec: spec.name)
def test_a_map_uses_the_options_that_it_names_and_no_other(spec: MapSpec) -> None:
    plain = spec.compute(MapInput(PATCHES, CLS, (1, 2), CLS)).values
    outlying = PATCHES.copy()
    outlying[0, 0] *= 50  # so that a robust fit differs
    changes: dict[str, tuple[MapInput, MapInput]] = {
        "patch": (MapInput(PATCHES, CLS, (1, 2), CLS), MapInput(PATCHES, CLS, (4, 6), CLS)),
        "text": (MapInput(PATCHES, CLS, None, CLS), MapInput(PATCHES, CLS, None, -CLS)),
        "robust": (MapInput(outlying, CLS, None, CLS), MapInput(outlying, CLS, None, CLS, robust=True)),
        "foreground": (MapInput(PATCHES, CLS, None, CLS), MapInput(PATCHES, CLS, None, CLS, foreground=True)),
    }
    for option, (one, other) in changes.items():
        differs = not np.allclose(spec.compute(one).values, spec.compute(other).values)
        assert differs == (option in spec.options), option
    assert np.array_equal(spec.compute(MapInput(PATCHES, CLS, (1, 2), CLS)).values, plain)


def test_names_are_unique_and_found() -> None:
    names = [spec.name for spec in MAPS]
    assert len(set(names)) == len(names) and [map_spec(name).name for name in names] == names
    with pytest.raises(UsageError, match="aura"):
        map_spec("aura")


def test_the_middle_is_chosen_where_nobody_chose() -> None:
    assert MapInput(PATCHES).chosen == (2, 3)
    assert MapInput(PATCHES[:1, :1]).chosen == (0, 0)


@pytest.mark.parametrize("patch", [(-1, 0), (5, 0), (0, 7), (99, 99)])
def test_a_patch_outside_the_grid_is_refused(patch: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="5 rows and 7 columns"):
        map_spec("similarity").compute(MapInput(PATCHES, CLS, patch))


def test_a_vector_that_was_not_given_is_missed() -> None:
    for name in ("text", "cls", "pca"):
        with pytest.raises(ValueError, match="not given"):
            map_spec(name).compute(MapInput(PATCHES))
