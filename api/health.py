"""Is it alive, and can it serve? For whoever runs it; answered without a key."""

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from api.deps import ServicesDep
from api.rules import RuledRoute
from api.schemas import HealthOut
from models.db import Database
from models.errors import Unavailable

router = APIRouter(route_class=RuledRoute, tags=["health"])


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> HealthOut:
    return HealthOut()


@router.get("/readyz", summary="Can requests be served?")
async def ready(services: ServicesDep) -> HealthOut:
    """With or without speech weights: those are a job's matter."""
    await run_in_threadpool(check, services.database)
    return HealthOut()


def check(database: Database) -> None:
    """Raises Unavailable where the database cannot be reached or has another form than this program wants."""
    try:
        current = database.is_current()
    except SQLAlchemyError as error:
        raise Unavailable("The database cannot be reached.") from error
    if not current:
        raise Unavailable("The database has an older or newer form.", remedy="Run “tacit db upgrade”, then restart.")
