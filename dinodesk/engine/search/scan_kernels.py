"""Which kernel scans fastest here: a short measurement on this machine, remembered, shown by `doctor`.

Processors differ by far in what they do well: one without float16 arithmetic reads half the bytes and still
takes longer. Each candidate scans the same made-up rows; the fastest is used for the rows on their
components.
"""

from __future__ import annotations

import json
import logging
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from dinodesk import paths, private_files
from dinodesk.engine.search.torch_kernel import TorchKernel
from dinodesk.search.index.projected_rows import COMPONENTS
from dinodesk.search.index.vector_index import NumpyKernel, ScanKernel

_log = logging.getLogger(__name__)

PLAIN = "numpy float32"
KERNELS: Mapping[str, Callable[[], ScanKernel]] = {PLAIN: NumpyKernel, "torch float16": TorchKernel}
ROWS = 40_000
"""Rows of the measurement, as wide as projected ones."""
_ROUNDS = 3
_IN_TURN = 4
"""Scans by one kernel before the next one's turn; the first is not counted. Threads of one library spin a
while after they worked, and take cores from another's: a program that searches uses one kernel only."""
_MARGIN = 0.9
"""Share of the plain kernel's time that another must stay below: measurements are not exact."""


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """What was measured.

    Attributes:
        name: the kernel that is used, one of `KERNELS`.
        milliseconds: median time of a scan of `ROWS` rows, by kernel.
    """

    name: str
    milliseconds: Mapping[str, float]

    def make(self) -> ScanKernel:
        """A new kernel of that name."""
        return KERNELS[self.name]()


def scan_kernel(file: Path | None = None) -> KernelChoice:
    """The fastest kernel: as remembered in `file`, else measured now (some 100 ms) and remembered."""
    file = file or paths.data_dir() / "scan-kernels.json"
    machine = _machine()
    known = _remembered(file, machine)
    if known is not None:
        return known
    measured = measure()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"machine": machine, "milliseconds": dict(measured.milliseconds)}, indent=1)
        private_files.write(file, text.encode("utf-8"))
    except OSError as error:
        _log.info("which kernel is fastest could not be remembered: %s", error)
    return measured


def measure(rows: int = ROWS) -> KernelChoice:
    """Let each kernel scan the same rows, some scans at a time, in turns."""
    random = np.random.default_rng(0)
    matrix = random.standard_normal((rows, COMPONENTS), np.float32).astype(np.float16)
    query = random.standard_normal(COMPONENTS, np.float32)
    kernels = {name: make() for name, make in KERNELS.items()}
    times: dict[str, list[float]] = {name: [] for name in kernels}
    for _ in range(_ROUNDS):
        for name, kernel in kernels.items():
            kernel.scores(matrix, query)
            for _ in range(1, _IN_TURN):
                started = time.perf_counter()
                kernel.scores(matrix, query)
                times[name].append(1000 * (time.perf_counter() - started))
    return chosen({name: round(float(np.median(each)), 3) for name, each in times.items()})


def chosen(milliseconds: Mapping[str, float]) -> KernelChoice:
    """The fastest kernel by these times; the plain one unless another is clearly faster."""
    fastest = min(milliseconds, key=lambda name: milliseconds[name])
    clearly = milliseconds[fastest] <= _MARGIN * milliseconds[PLAIN]
    return KernelChoice(fastest if clearly else PLAIN, milliseconds)


def _remembered(file: Path, machine: str) -> KernelChoice | None:
    try:
        stored = json.loads(file.read_text("utf-8"))
        times = {str(name): float(value) for name, value in stored["milliseconds"].items()}
        if stored["machine"] == machine and set(times) == set(KERNELS):
            return chosen(times)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.info("what was remembered of kernels could not be read: %s", error)
    return None


def _machine() -> str:
    """What a measurement holds for: the processor, and the libraries that compute."""
    name = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass  # another system
    return f"{name} {platform.machine()}, torch {version('torch')}, numpy {np.__version__}"
