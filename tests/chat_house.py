"""An OpenAI-compatible endpoint on this machine, whose answers a test writes."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], Any]  # what was asked (title, lines, quotes) → what the model says


@dataclass
class Endpoint:
    """Where it is, and what it was asked."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def endpoint(answer: Answer) -> Iterator[Endpoint]:
    """It serves /v1, and beside it endpoints that fail: /status/500, /moved, /drops, /flood, /words."""
    there = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            there.keys.append(self.headers.get("Authorization"))
            kind = self.path.split("/")[1]
            if kind == "v1":
                question = body["messages"][-1]["content"]
                question = json.loads(question) if question.startswith("{") else {"question": question}
                there.asked.append(question)
                said = answer(question)
                content = said if isinstance(said, str) else json.dumps(said)
                self._send(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())
            elif kind == "status":
                self.send_error(int(self.path.split("/")[2]))
            elif kind == "moved":
                self.send_response(302)
                self.send_header("Location", f"{there.url}/v1/chat/completions")
                self.end_headers()
            elif kind == "drops":
                self._drip()
            else:
                self._send(b"[" * 100_000 if kind == "flood" else b"no json")

        def _send(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _drip(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
