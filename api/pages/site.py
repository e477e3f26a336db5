"""All pages together, and what they look like."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.pages import cards, concepts, corrections, guides, maps, recordings, redactions, signing
from api.pages.page import API, SignInFirst, to_sign_in


def install(app: FastAPI) -> None:
    """Add the pages to the application."""
    app.add_exception_handler(SignInFirst, to_sign_in)
    pages = (signing, cards, maps, concepts, recordings, corrections, redactions, guides)
    for router in (page.router for page in pages):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=API / "static"), name="static")
