"""The first page."""

from fastapi import APIRouter, Response

from ews.web.rendering import page
from ews.web.visit import Visiting

router = APIRouter()


@router.get("/", name="home")
def home(visit: Visiting) -> Response:
    """Where a visitor starts."""
    return page(visit.request, "home.html")
