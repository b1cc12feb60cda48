import pytest

from pynomaly_lite import __version__
from pynomaly_lite.cli import main


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"pynomaly-lite {__version__}\n"


def test_the_detectors_are_listed_with_what_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detector", "list"]) == 0
    assert "mad      distance from the median" in capsys.readouterr().out


def test_detect_says_what_stands_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "--detector", "mad", "1", "2", "1", "2", "50"]) == 0
    assert capsys.readouterr().out == "4: 50 (score 32.38)\n1 of 5 values stand out\n"
