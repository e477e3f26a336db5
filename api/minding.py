"""What time alone brings about: consents that run out, cards that fall due."""

import logging

import anyio
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import OperationalError

from models import consent, review
from models.db import Database

EVERY_S = 60.0

log = logging.getLogger("tacit.api")


def mind(database: Database) -> None:
    """Act on every consent that has run out, and tell the feed of every card that has fallen due."""
    with database.writing() as session:
        consent.expire(session)
        review.tell_due(session)


async def mind_now_and_then(database: Database) -> None:
    """`mind`, once a minute, until it is cancelled."""
    while True:
        try:
            await run_in_threadpool(mind, database)
        except OperationalError:
            log.warning("consents and due cards could not be looked through", exc_info=True)
        await anyio.sleep(EVERY_S)
