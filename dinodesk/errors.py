"""What can go wrong, as one tree.

DinoDeskError                 every expected error: a plain sentence for a person, and a remedy
├── UsageError                the request itself makes no sense (exit code 2)
├── ModelError                weights that are missing, partial, foreign or hostile
├── PhotoError                one file that can't be read as a photo; costs that file only
└── LibraryError              the library folder can't be opened, read or written
"""

from __future__ import annotations


class DinoDeskError(Exception):
    """Base of all errors that are shown to a person.

    Attributes:
        sentence: what happened, one plain sentence.
        remedy: what the person can do about it; may be empty.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class UsageError(DinoDeskError):
    """A request that contradicts itself or names something that does not exist yet."""


class ModelError(DinoDeskError):
    """Model files that can't be used, with the reason."""


class DeviceMemoryError(ModelError):
    """The device has too little memory for the model, even for one photo at a time."""


class PhotoError(DinoDeskError):
    """A file that can't be read as a photo; the sentence is the reason shown beside it."""


class LibraryError(DinoDeskError):
    """A library folder that can't be opened, read or written."""


class DamagedLibraryError(LibraryError):
    """A library whose database is damaged or gone."""
