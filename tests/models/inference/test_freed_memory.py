"""Freed memory: kept between passes, given back after them."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import textwrap

import pytest

from dinodesk.models.inference import freed_memory

glibc = pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="another C library")


@glibc
def test_large_blocks_are_not_mapped_anew_each_time() -> None:
    """In a process of its own: what is told to the C library holds to its end."""
    program = textwrap.dedent(
        """
        import resource, sys, torch
        from dinodesk.models.inference.freed_memory import keep_freed_memory
        if sys.argv[1] == "keep":
            assert keep_freed_memory()
        def faults():
            return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        network = torch.nn.Sequential(*[torch.nn.Conv2d(8, 8, 1) for _ in range(4)])
        with torch.inference_mode():
            for turn in range(20):
                if turn == 10:
                    before = faults()
                network(torch.zeros(1, 8, 1200, 1200))
        print(faults() - before)
        """
    )
    run = [sys.executable, "-c", program]
    kept, plain = (
        int(subprocess.run([*run, how], check=True, capture_output=True, text=True).stdout)
        for how in ("keep", "plain")
    )
    activation = 8 * 1200 * 1200 * 4 // resource.getpagesize()
    assert kept < 2 * activation < 10 * activation < plain


def test_elsewhere_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed_memory.sys, "platform", "win32")
    freed_memory.keep_freed_memory.cache_clear()
    assert not freed_memory.keep_freed_memory()
    freed_memory.give_back_memory()
    freed_memory.keep_freed_memory.cache_clear()
