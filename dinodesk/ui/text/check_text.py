"""What is said while a person checks some of the hits."""

from __future__ import annotations

from dinodesk.engine.messages import AnswersFollowed
from dinodesk.wording import count


def asked(query: str) -> str:
    """The question about one photo; a query of photos alone has no words."""
    return f"Does this photo match “{query}”?" if query else "Is this photo what you look for?"


def counted(number: int, total: int) -> str:
    """Which of the photos it is, from 1."""
    return f"{number} of {total}"


def result_sentence(found: AnswersFollowed | None, hits: int) -> str:
    """What the answers say of all hits."""
    if found is None:
        return "You skipped all of them, which says nothing of the rest."
    right = f"{found.right} {'is' if found.right == 1 else 'are'} right"
    if found.checked >= hits:
        return f"You checked {'all ' * (hits > 1)}{count(hits, 'match', 'matches')}: {right}."
    share = f"{found.least:.0%} to {found.most:.0%}".replace("%", "", 1).replace("%", " %")
    return f"You checked {found.checked}, {right}: {share} of these {count(hits, 'match', 'matches')}."
