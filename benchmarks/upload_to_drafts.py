"""How long a transcript takes from upload to drafts in a running server, models loaded.

    python benchmarks/upload_to_drafts.py TRANSCRIPT [TRANSCRIPT …]

Starts a server of its own on a free port, uploads a few warming words so that every model is loaded, then each file,
and prints its words, the seconds from the request to `ready` as a client sees them, and the seconds by stage.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

WARMING = b"""Ivo: How do you know that the glaze is dry?

Mara: I tap the pot, and when it rings like a small bell it is dry. If it sounds dull, wait until the morning.
"""
POLL_S = 0.2


def tacit(data_dir: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", "--data-dir", data_dir, *arguments]


class Client:
    """A manager of one server."""

    def __init__(self, address: str, key: str) -> None:
        self._base = f"{address}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> Any:
        request = urllib.request.Request(f"{self._base}{path}", data=data, headers={**self._headers, **headers})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def upload(self, name: str, content: bytes) -> str:
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        sent = self.ask("/recordings", body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return str(sent["id"])

    def finished(self, recording: str) -> Any:
        while True:
            found = self.ask(f"/recordings/{recording}")
            if found["state"] not in ("queued", "working"):
                return found
            time.sleep(POLL_S)


def measure(client: Client, path: Path) -> dict[str, Any]:
    """One file, from the request until it is ready."""
    began = time.monotonic()
    found = client.finished(client.upload(path.name, path.read_bytes()))
    return {
        "file": path.name,
        "words": len(path.read_text(encoding="utf-8", errors="replace").split()),
        "state": found["state"],
        "cards": found["counts"]["cards"],
        "seconds": round(time.monotonic() - began, 1),
        "by_stage": {stage: round(seconds, 1) for stage, seconds in found["seconds"].items()},
    }


def main(paths: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="tacit-bench-") as data_dir:
        made = subprocess.run(
            tacit(data_dir, "key", "create", "bench", "--role", "manager"), capture_output=True, text=True, check=True
        )
        with subprocess.Popen(tacit(data_dir, "serve", "--port", "0"), stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().split()[-1] if server.stdout else ""
                client = Client(address, made.stdout.strip())
                client.finished(client.upload("warming.txt", WARMING))
                for path in paths:
                    print(json.dumps(measure(client, Path(path))), flush=True)
            finally:
                server.terminate()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1:])
