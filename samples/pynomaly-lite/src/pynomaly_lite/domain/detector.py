"""The shape that all detectors share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Scores = Callable[[Sequence[float]], list[float]]


@dataclass(frozen=True)
class Anomaly:
    """A value that stands out, and by how much."""

    position: int
    value: float
    score: float


@dataclass(frozen=True)
class Detector:
    """Scores each value against all of them; a score above the threshold is an anomaly."""

    name: str
    summary: str
    threshold: float
    scores: Scores

    def detect(self, values: Sequence[float], threshold: float | None = None) -> list[Anomaly]:
        """Anomalies in the order of the values. Fewer than three values have none."""
        limit = self.threshold if threshold is None else threshold
        if limit <= 0:
            raise ValueError(f"a threshold is above zero, not {limit}")
        if len(values) < 3:
            return []
        return [
            Anomaly(position, value, score)
            for position, (value, score) in enumerate(zip(values, self.scores(values), strict=True))
            if score > limit
        ]
