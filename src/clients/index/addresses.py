"""Prints where the well-known indexes are, as the tools that talk to them know it."""

import json

from pip._internal.models.index import PyPI, TestPyPI
from twine.utils import DEFAULT_REPOSITORY, TEST_REPOSITORY


def addresses(index, upload):
    return {
        "uploadUrl": upload,
        "simpleUrl": index.simple_url,
        "jsonUrl": index.pypi_url,
        "pageUrl": index.url + "project/{name}/{version}/",
    }


print(json.dumps({"pypi": addresses(PyPI, DEFAULT_REPOSITORY), "testpypi": addresses(TestPyPI, TEST_REPOSITORY)}))
