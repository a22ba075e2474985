"""The application factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from app.api import health
from app.api.errors import install_error_handlers
from app.api.middleware import HeadMiddleware, PlainErrorMiddleware, RequestMiddleware, cors
from app.api.openapi import DocumentedFastAPI, operation_id
from app.api.routing import SlashTolerance
from app.api.v1.router import PREFIX, find_routers
from app.core.about import API_VERSION, DESCRIPTION, NAME
from app.core.config import Settings, load_settings
from app.core.logging import configure_logging
from app.core.telemetry import export_telemetry
from app.db.session import Database


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; settings are read from the environment by default.

    Raises:
        SettingsError: Settings are missing or invalid.
    """
    settings = settings or load_settings()
    configure_logging(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with export_telemetry(settings):
            app.state.database = Database(settings)
            yield
            await app.state.database.close()

    with_cors = cors(settings)
    app = DocumentedFastAPI(
        title=NAME,
        description=DESCRIPTION,
        version=API_VERSION,
        lifespan=lifespan,
        middleware=[
            Middleware(RequestMiddleware, with_cors=with_cors),
            Middleware(HeadMiddleware),
            Middleware(PlainErrorMiddleware),
            Middleware(with_cors),
            Middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_body_size),
        ],
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        telemetry={"auto_configure": False, "logs": False, "exclude": health.is_check},
    )
    app.router.default = SlashTolerance(app.router)
    install_error_handlers(app)
    app.include_router(health.router)
    for router in find_routers():
        app.include_router(router, prefix=PREFIX)
    return app
