"""How a query is judged: by what was fitted for it, or by what the person made of that."""

from __future__ import annotations

from dataclasses import replace

from dinodesk.records import HIT, Certainty, ConfidenceCurve, FittedLine, Stop
from dinodesk.ui.grid.zones import Zones

PAPER = Zones(ConfidenceCurve(0.08, 25.0), HIT, HIT)
"""The line of the paper: one for all queries, and no zone of possible photos."""

_HIGHEST_CUT = 0.99


class QueryLine:
    """The zones of one query: Auto's at a stop, or the person's own.

    Attributes:
        fitted: what Auto takes the zones from: of this query what the person's answers made of it, if any.
        stop: how much Auto lets in.
        auto: whether the zones are Auto's.
        zones: those in use.
        by_confidence: whether photos have confidences of their own, which no curve gives.
        best: the best score, of photos with confidences the best of these.
    """

    def __init__(self) -> None:
        self.fitted = FittedLine(curve=PAPER.curve)
        self.stop: Stop = "balanced"
        self.auto = True
        self.zones = PAPER
        self.by_confidence = False
        self.best = 0.0

    @property
    def automatic(self) -> Zones:
        """Auto's zones at the present stop."""
        cut = self.fitted.cut(self.stop)
        # where nothing stands out no zone begins anywhere: the closest photos are all there is
        possible = min(self.fitted.possible, cut) if self.fitted.clear else cut
        return Zones(self.fitted.curve, cut, possible)

    @property
    def certainty(self) -> Certainty | None:
        """What confidences rest on; None for the person's own zones."""
        return self.fitted.certainty if self.auto else None

    def fit(self, fitted: FittedLine, *, another: bool) -> None:
        """Take what was fitted for an answer. The person's own zones stay until `another` query comes."""
        if another or self.fitted.certainty != "checked":
            self.fitted = fitted
        self.auto = self.auto or another
        self._follow()

    def check(self, fitted: FittedLine) -> None:
        """Take a line that follows the person's answers; it stays until another query comes."""
        self.fitted, self.auto = fitted, True
        self._follow()

    def choose_stop(self, stop: Stop) -> None:
        """Let more or less in."""
        self.stop = stop
        self._follow()

    def switch_auto(self, auto: bool) -> None:
        """Take Auto's zones, or keep those in use whatever comes."""
        if not auto:
            self.zones = self._reachable()
        self.auto = auto
        self._follow()

    def set_zones(self, zones: Zones) -> None:
        """Zones of the person's own."""
        self.auto, self.zones = False, zones

    def move_threshold(self, threshold: float) -> None:
        """Another threshold; temperature and cut stay."""
        zones = self._reachable()
        self.set_zones(replace(zones, curve=replace(zones.curve, threshold=threshold)))

    def move_temperature(self, temperature: float) -> None:
        """Another temperature; threshold and cut stay."""
        zones = self._reachable()
        self.set_zones(replace(zones, curve=replace(zones.curve, temperature=temperature)))

    def move_cut(self, cut: float) -> None:
        """Another cut, 0 to 1; the curve stays."""
        self.set_zones(replace(self.zones, cut=cut))

    def _follow(self) -> None:
        if self.auto:
            self.zones = self.automatic

    def _reachable(self) -> Zones:
        """The zones to go on from by hand: a cut that no confidence reaches is brought just above the best,
        else no slider would ever bring a match."""
        if self.zones.cut < 1.0:
            return self.zones
        best = self.best if self.by_confidence else float(self.zones.curve.confidence(self.best))
        cut = min(_HIGHEST_CUT, max(HIT, best + 0.01))
        return replace(self.zones, cut=cut, possible=min(self.zones.possible, cut))
