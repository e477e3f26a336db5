"""What time alone brings about happens without anybody asking."""

import time
from datetime import timedelta

from rest_house import House

from api.minding import mind
from models.access import Role
from models.tables import now


def approved_card(house: House, **fields: object) -> tuple[str, str]:
    """Ids of a recording and of an approved card that rests on it."""
    recording = house.recording(**fields)  # type: ignore[arg-type]
    [card] = house.cards(recording, "when it rings like a small bell it is dry")
    moved = house.client(Role.MANAGER).post(f"cards/{card}/transitions", json={"to": "approved"})
    assert moved.status_code == 200, moved.text
    return recording, card


def last(house: House) -> dict[str, object]:
    item: dict[str, object] = house.client(Role.READER).get("feed").json()["items"][-1]
    return item


def test_a_consent_that_runs_out_retires_what_it_allowed(house: House) -> None:
    recording, card = approved_card(house)
    soon = (now() + timedelta(seconds=0.5)).isoformat()
    scopes = ["mine", "quote", "play_audio", "share_feed"]
    agreed = [{"expert": "Mara", "scopes": scopes, "until": soon}]
    assert house.client(Role.MANAGER).put(f"recordings/{recording}/consent", json=agreed).status_code == 200
    mind(house.database)
    assert last(house)["type"] == "card.approved"

    time.sleep(0.6)
    mind(house.database)
    assert last(house)["type"] == "card.retired"
    assert house.client(Role.READER).get(f"cards/{card}").status_code == 410


def test_a_card_that_falls_due_is_told_in_the_feed_once(house: House) -> None:
    _, card = approved_card(house)
    manager = house.client(Role.MANAGER)
    etag = manager.get(f"cards/{card}").headers["etag"]
    due = {"due_at": (now() + timedelta(seconds=0.3)).isoformat()}
    assert manager.patch(f"cards/{card}", json=due, headers={"If-Match": etag}).status_code == 200
    before = last(house)["seq"]

    time.sleep(0.4)
    mind(house.database)
    told = last(house)
    assert (told["type"], int(str(told["seq"])) > int(str(before))) == ("card.updated", True)
    mind(house.database)
    assert last(house)["seq"] == told["seq"]


def test_a_running_application_minds_by_itself(house: House) -> None:
    recording, _ = approved_card(house)
    soon = (now() + timedelta(seconds=0.2)).isoformat()
    agreed = [{"expert": "Mara", "scopes": ["mine", "quote", "share_feed"], "until": soon}]
    assert house.client(Role.MANAGER).put(f"recordings/{recording}/consent", json=agreed).status_code == 200
    time.sleep(0.3)
    with house.client(Role.READER):
        deadline = time.monotonic() + 10
        while last(house)["type"] != "card.retired" and time.monotonic() < deadline:
            time.sleep(0.1)
    assert last(house)["type"] == "card.retired"
