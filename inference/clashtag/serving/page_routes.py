"""The page at `/`, where a person pastes an article."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import resources

from fastapi import APIRouter
from starlette.responses import Response

_FILES = {
    "/": ("clashtag.serving", "index.html", "text/html"),
    "/colours.css": ("clashtag.formats", "colours.css", "text/css"),
    "/page.css": ("clashtag.serving", "page.css", "text/css"),
    "/page.js": ("clashtag.serving", "page.js", "text/javascript"),
    "/highlight.js": ("clashtag.serving", "highlight.js", "text/javascript"),
    "/icon.svg": ("clashtag.serving", "icon.svg", "image/svg+xml"),
}


def page_router() -> APIRouter:
    """Return the routes of the page's files; none of them comes from elsewhere."""
    router = APIRouter(include_in_schema=False)
    for path, (package, name, media_type) in _FILES.items():
        content = resources.files(package).joinpath("page", name).read_bytes()
        router.add_api_route(path, _file(content, media_type), methods=["GET"])
    return router


def _file(content: bytes, media_type: str) -> Callable[[], Awaitable[Response]]:
    async def file() -> Response:
        return Response(content, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return file
