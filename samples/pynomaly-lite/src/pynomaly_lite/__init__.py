"""Small anomaly detectors for plain lists of numbers."""

from pynomaly_lite.domain.detector import Anomaly, Detector
from pynomaly_lite.domain.detectors import DETECTORS, detector_named

__all__ = ["DETECTORS", "Anomaly", "Detector", "__version__", "detector_named"]

__version__ = "0.1.0"
