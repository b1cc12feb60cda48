from random import Random
from typing import Any

import pytest

from pynomaly_lite import DETECTORS
from pynomaly_lite.domain.detector import Detector


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_a_thousand_values(benchmark: Any, detector: Detector) -> None:
    random = Random(7)
    values = [random.gauss(0, 1) for _ in range(1000)]
    benchmark.pedantic(detector.detect, args=(values,), rounds=30, iterations=2, warmup_rounds=2)
