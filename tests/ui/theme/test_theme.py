"""The theme: colours by role, icons, the shipped font."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from dinodesk import paths
from dinodesk.ui.theme.theme import DARK, LIGHT, Theme


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2."""
    parts = [
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in color.getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_font_is_shipped_with_its_licence(qapp: QApplication, theme: Theme) -> None:
    assert "SIL Open Font License" in paths.resource("fonts", "OFL.txt").read_text(encoding="utf-8")
    assert qapp.font().family() == "Inter"
    assert theme.font(0.85).pointSizeF() == pytest.approx(qapp.font().pointSizeF() * 0.85)


@pytest.mark.parametrize("roles", [DARK, LIGHT])
def test_text_can_be_read_on_every_ground(roles) -> None:
    for ground in (roles.ground, roles.panel, roles.raised):
        assert contrast(roles.text, ground) >= 7 and contrast(roles.muted, ground) >= 4.5


def test_a_choice_is_applied_and_told(qtbot, qapp: QApplication, theme: Theme) -> None:
    before = qapp.styleSheet()
    with qtbot.waitSignal(theme.changed):
        theme.choose("light")
    assert theme.choice == "light" and theme.roles is LIGHT and qapp.styleSheet() != before
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.ground)
    theme.choose("anything else")
    assert theme.choice == "system"


def test_terms_have_colours_of_their_own_that_come_round(theme: Theme) -> None:
    for choice in ("dark", "light"):
        theme.choose(choice)
        colours = [theme.term_color(term).name() for term in range(7)]
        assert len(set(colours)) == 6 and colours[6] == colours[0]


def test_every_role_is_a_colour(theme: Theme) -> None:
    for role in asdict(DARK):
        if role != "dark":
            assert theme.color(role).isValid(), role
    assert theme.color("selection").alphaF() == pytest.approx(0.2, abs=0.01)


def test_icons_are_drawn_in_their_role_and_kept_for_it(theme: Theme) -> None:
    dark = theme.icon("search", "text")
    assert theme.icon("search", "text") is dark and theme.icon("search", "muted") is not dark
    theme.choose("light")
    assert theme.icon("search", "text") is not dark
    assert not theme.pixmap("search", "accent", 20).isNull()
