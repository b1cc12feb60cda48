import pytest

from pynomaly_lite import DETECTORS, detector_named
from pynomaly_lite.domain.detector import Detector

STEADY = [10.0, 10.2, 9.9, 10.1, 9.8, 10.0, 10.3, 9.7, 10.1, 9.9, 10.0, 10.2]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_steady_values_hold_no_anomaly(detector: Detector) -> None:
    assert detector.detect(STEADY) == []


def test_a_lower_threshold_finds_more() -> None:
    detector = detector_named("z-score")
    assert len(detector.detect(STEADY, threshold=1.0)) > len(detector.detect(STEADY))


@pytest.mark.parametrize("threshold", [0, -1.5])
def test_a_threshold_that_is_not_positive_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        detector_named("mad").detect(STEADY, threshold)


def test_values_without_any_spread_make_every_other_value_infinitely_strange() -> None:
    [anomaly] = detector_named("mad").detect([1.0, 1.0, 1.0, 1.0, 2.0])
    assert (anomaly.position, anomaly.score) == (4, float("inf"))


def test_an_unknown_detector_is_named_with_those_that_there_are() -> None:
    with pytest.raises(LookupError, match="no detector 'nope'; there are z-score, mad, iqr"):
        detector_named("nope")
