"""The package as a user starts it."""

import json
import subprocess
import sys
from importlib.metadata import version
from urllib.request import urlopen

import pynomaly_lite

COMMAND = [sys.executable, "-m", "pynomaly_lite"]


def test_the_command_reports_the_installed_version() -> None:
    said = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["pynomaly-lite", pynomaly_lite.__version__]
    assert version("pynomaly-lite") == pynomaly_lite.__version__


def test_the_server_answers_until_it_is_stopped() -> None:
    command = [*COMMAND, "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urlopen(f"{url}/api/v1/health") as answer:
            assert json.load(answer) == {"status": "healthy"}
        process.terminate()
