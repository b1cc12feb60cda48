"""What must hold even in a hotfix."""

import pytest

from pynomaly_lite import DETECTORS
from pynomaly_lite.domain.detector import Detector

WITH_A_SPIKE = [10.0, 10.2, 9.9, 10.1, 9.8, 10.0, 10.3, 9.7, 10.1, 9.9, 10.0, 42.0]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_the_spike_is_found_and_nothing_else(detector: Detector) -> None:
    [anomaly] = detector.detect(WITH_A_SPIKE)
    assert (anomaly.position, anomaly.value) == (11, 42.0)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 100.0]])
def test_too_few_values_hold_no_anomaly(values: list[float]) -> None:
    assert all(detector.detect(values) == [] for detector in DETECTORS)
