"""DinoDesk finds any photo on a person's computer from a typed sentence, and shows why.

Light on purpose: `import dinodesk` loads neither torch nor Qt; `api.py`'s names come when asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dinodesk.api import Library, Model, load_model, open_library

__version__ = "0.1.0"
__all__ = ["Library", "Model", "__version__", "load_model", "open_library"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        # only now: it loads torch and SQLAlchemy; by name, since the package lies below its own api
        return getattr(importlib.import_module("dinodesk.api"), name)
    raise AttributeError(f"module 'dinodesk' has no attribute {name!r}")
