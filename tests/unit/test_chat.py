"""An OpenAI-compatible endpoint: what it answers, and how it may fail."""

import time
from collections.abc import Iterator

import pytest
from chat_house import Endpoint, endpoint

from models.errors import Invalid, Unanswered
from pipeline.chat import ChatModel, chosen
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def there() -> Iterator[Endpoint]:
    with endpoint(lambda asked: {"echo": asked["question"]}) as found:
        yield found


def model(url: str, *, key: str | None = None) -> ChatModel:
    return ChatModel(url, "small", key=key, timeout_s=0.5)


def test_it_is_asked_with_its_key_and_answers_an_object(there: Endpoint) -> None:
    assert model(f"{there.url}/v1/", key="k").answer("Echo.", "Ada") == {"echo": "Ada"}
    assert there.keys[-1] == "Bearer k"


FAILING = [
    ("/status/500", "500"),  # it breaks
    ("/status/401", "401"),  # it wants another key
    ("/moved", "302"),  # it would send the key and the words elsewhere
    ("/drops", "too long"),  # it sends drop by drop
    ("/flood", "something else"),  # it nests without end
    ("/words", "something else"),  # it speaks no JSON
]


@pytest.mark.parametrize(("path", "told"), FAILING)
def test_where_it_fails_somebody_is_told_in_time(path: str, told: str, there: Endpoint) -> None:
    begin, before = time.monotonic(), len(there.asked)
    with pytest.raises(Unanswered, match=told):
        model(there.url + path).answer("Echo.", "Ada")
    assert time.monotonic() - begin < 5
    assert len(there.asked) == before


@pytest.mark.parametrize("said", ["no object", "[1]", "3"])
def test_an_answer_that_is_no_object_is_none(said: str) -> None:
    with endpoint(lambda _: said) as there, pytest.raises(Unanswered):
        model(f"{there.url}/v1").answer("Echo.", "Ada")


def test_where_nobody_listens_nothing_is_answered() -> None:
    with pytest.raises(Unanswered, match="does not answer"):
        model("http://127.0.0.1:9/v1").answer("Echo.", "Ada")


def test_it_is_off_unless_address_and_model_are_named() -> None:
    assert chosen(Settings()) is None
    with pytest.raises(Invalid, match="rewording_model"):
        chosen(Settings(rewording_url="http://localhost/v1"))
    with pytest.raises(Invalid, match="rewording_url"):
        chosen(Settings(rewording_url="file:///etc/passwd", rewording_model="m"))
    found = chosen(Settings(rewording_url="http://localhost/v1", rewording_model="m", rewording_key="secret"))
    assert found is not None
    assert found.name == "m"


def test_its_key_is_not_told_to_whoever_reads_the_settings() -> None:
    assert "secret" not in Settings(rewording_key="secret").model_dump_json()
