"""A language model behind an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp, LM Studio, a provider.

`POST {url}/chat/completions`, as the API reference of OpenAI describes it. Nothing but this module talks to it.
"""

import json
import time
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from models.errors import Invalid, Unanswered
from models.values import Seconds
from pipeline.settings import Settings

MOST_BYTES = 1 << 20  # of an answer
BLOCK = 1 << 14
TOKENS = 1200  # of an answer: a title and a dozen lines
REMEDY = "Look whether the endpoint runs, and at the settings rewording_url, rewording_model and rewording_key."


def chosen(settings: Settings) -> "ChatModel | None":
    """The model that the settings name; None where rewording is off. Raises Invalid for half of it."""
    if settings.rewording_url is None:
        return None
    if not settings.rewording_model:
        raise Invalid(
            "rewording_url is set, and rewording_model is not", remedy="Name the model, or unset the address."
        )
    key = settings.rewording_key.get_secret_value() if settings.rewording_key else None
    return ChatModel(settings.rewording_url, settings.rewording_model, key=key, timeout_s=settings.rewording_timeout_s)


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would carry the key, and an expert's words, to somebody else."""

    def redirect_request(self, *args: Any, **named: Any) -> None:
        return None


class ChatModel:
    """Answers one prompt at a time, in JSON; the same prompt is meant to give the same answer (temperature 0)."""

    def __init__(self, url: str, model: str, *, key: str | None, timeout_s: Seconds) -> None:
        """Raises Invalid where the address is none of HTTP."""
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise Invalid(f"rewording_url is {url!r}", remedy="Name an address such as http://127.0.0.1:11434/v1.")
        self.name = model
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._key = key
        self._timeout_s = timeout_s
        self._opener = build_opener(_NoRedirects())

    def answer(self, instruction: str, question: str) -> dict[str, Any]:
        """The JSON object that the model answers. Raises Unanswered where none comes in time."""
        asked = {
            "model": self.name,
            "messages": [{"role": "system", "content": instruction}, {"role": "user", "content": question}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": TOKENS,
            "response_format": {"type": "json_object"},
        }
        try:
            said = json.loads(self._post(json.dumps(asked).encode()))
            found = json.loads(said["choices"][0]["message"]["content"])
        except HTTPError as error:
            with error:
                raise Unanswered(f"{self._url} answered {error.code} {error.reason}", remedy=REMEDY) from error
        except (OSError, HTTPException) as error:
            raise Unanswered(f"{self._url} does not answer: {error}", remedy=REMEDY) from error
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise Unanswered(f"{self._url} answered something else than JSON in a chat completion") from error
        if not isinstance(found, dict):
            raise Unanswered(f"{self._url} answered no JSON object")
        return found

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        deadline = time.monotonic() + self._timeout_s
        request = Request(self._url, data=body, headers=headers, method="POST")
        with self._opener.open(request, timeout=self._timeout_s) as answer:
            return _whole(answer, deadline)


def _whole(answer: HTTPResponse, deadline: float) -> bytes:
    """The body; a server that sends drop by drop, or without end, is not waited for."""
    body = bytearray()
    while block := answer.read1(BLOCK):
        body += block
        if len(body) > MOST_BYTES:
            raise OSError(f"the answer has more than {MOST_BYTES} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError("the answer takes too long")
    return bytes(body)
