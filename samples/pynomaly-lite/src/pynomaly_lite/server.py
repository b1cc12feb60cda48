"""A small HTTP server: health, the detectors, and a page to look at."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pynomaly_lite.domain.detectors import DETECTORS


class Handler(BaseHTTPRequestHandler):
    """Answers GET requests; everything else is refused by the base class."""

    server_version = "pynomaly-lite"

    def do_GET(self) -> None:
        if self.path == "/api/v1/health":
            self._json({"status": "healthy"})
        elif self.path == "/api/v1/detectors":
            self._json([{"name": each.name, "summary": each.summary} for each in DETECTORS])
        elif self.path == "/app":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", _page())
        else:
            self._json({"error": "not found"}, HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: whoever runs it has an access log in front of it."""

    def _json(self, body: object, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, "application/json", json.dumps(body))

    def _send(self, status: HTTPStatus, content_type: str, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def create_server(host: str, port: int) -> ThreadingHTTPServer:
    """Port 0 takes any free one."""
    return ThreadingHTTPServer((host, port), Handler)


def serve(host: str, port: int) -> int:
    with create_server(host, port) as server:
        print(f"http://{host}:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _page() -> str:
    rows = "".join(f"<li><b>{each.name}</b>: {each.summary}</li>" for each in DETECTORS)
    return f"<!doctype html><title>Pynomaly Lite</title><h1>Detectors</h1><ul>{rows}</ul>"
