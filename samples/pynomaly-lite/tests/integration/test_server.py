import json
from collections.abc import Iterator
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from pynomaly_lite.server import create_server


@pytest.fixture
def url() -> Iterator[str]:
    with create_server("127.0.0.1", 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_health(url: str) -> None:
    with urlopen(f"{url}/api/v1/health") as answer:
        assert json.load(answer) == {"status": "healthy"}


def test_the_detectors_and_the_page_name_the_same(url: str) -> None:
    with urlopen(f"{url}/api/v1/detectors") as answer:
        names = [detector["name"] for detector in json.load(answer)]
    with urlopen(f"{url}/app") as answer:
        page = answer.read().decode()
    assert names == ["z-score", "mad", "iqr"]
    assert all(name in page for name in names)


def test_any_other_path_is_not_found(url: str) -> None:
    with pytest.raises(HTTPError) as failure:
        urlopen(f"{url}/etc/passwd")
    with failure.value as answer:
        assert answer.status == 404
