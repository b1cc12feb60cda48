"""The detectors that come with the package."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median, pstdev, quantiles

from pynomaly_lite.domain.detector import Detector


def _z_scores(values: Sequence[float]) -> list[float]:
    centre = fmean(values)
    return _distances(values, centre, pstdev(values, centre))


def _median_deviations(values: Sequence[float]) -> list[float]:
    centre = median(values)
    # 1.4826 makes it comparable to a standard deviation.
    return _distances(values, centre, 1.4826 * median(abs(value - centre) for value in values))


def _fences(values: Sequence[float]) -> list[float]:
    low, _, high = quantiles(values, n=4, method="inclusive")
    spread = high - low
    beyond = [max(low - value, value - high, 0.0) for value in values]
    return _distances(beyond, 0.0, spread)


def _distances(values: Sequence[float], centre: float, unit: float) -> list[float]:
    """Values that hardly vary have no unit to measure with: whatever differs is infinitely far."""
    if unit == 0:
        return [0.0 if value == centre else float("inf") for value in values]
    return [abs(value - centre) / unit for value in values]


DETECTORS: tuple[Detector, ...] = (
    Detector("z-score", "distance from the mean in standard deviations", 3.0, _z_scores),
    Detector("mad", "distance from the median in median deviations", 3.5, _median_deviations),
    Detector("iqr", "distance from the quartiles in interquartile ranges", 1.5, _fences),
)


def detector_named(name: str) -> Detector:
    for detector in DETECTORS:
        if detector.name == name:
            return detector
    known = ", ".join(detector.name for detector in DETECTORS)
    raise LookupError(f"no detector {name!r}; there are {known}")
