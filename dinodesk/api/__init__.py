"""The Python door: open a library, load a model; typed, and the same code as the command line.

Both may be used from any number of threads, which take turns.

>>> import dinodesk
>>> model = dinodesk.load_model("builtin")
>>> library = dinodesk.open_library("~/my-library")
>>> report = library.index(["~/Pictures"], model)
>>> for hit in library.search("a red car on a wet street", model, top=5):
...     print(hit.score, hit.path)
"""

from __future__ import annotations

from dinodesk.api.library import Answer, Hit, Library, LiteralMatch, Term, open_library
from dinodesk.api.model import Model, load_model

__all__ = ["Answer", "Hit", "Library", "LiteralMatch", "Model", "Term", "load_model", "open_library"]
