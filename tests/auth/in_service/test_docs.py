"""/docs logs in at the provider of the settings, and docs/auth.md shows code that works."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter

from app.api.auth import requires
from app.api.deps import Db
from app.api.openapi import COMMON
from app.core.config import Settings
from app.main import create_app
from tests.variants import client_with
from tools.postgres import ROOT
from tools.rules import scopes

requires("reports:write", "reports:read")


async def test_docs_ask_for_all_scopes_with_pkce(settings: Settings) -> None:
    named = {"auth_client_id": "docs", "auth_audience": "shop", "auth_scope_prefix": "shop/"}
    login = create_app(settings.model_copy(update=named)).swagger_ui_init_oauth
    assert login is not None
    assert {"shop/reports:read", "shop/reports:write"} <= set(login["scopes"])
    assert (login["clientId"], login["usePkceWithAuthorizationCodeGrant"]) == ("docs", True)
    assert login["additionalQueryStringParams"] == {"audience": "shop"}


async def test_docs_receive_the_code_of_a_login(settings: Settings) -> None:
    async with client_with(settings) as client:
        assert "ui.initOAuth({" in (await client.get("/docs")).text
        assert "'/docs/oauth2-redirect'" in (await client.get("/docs")).text
        redirect = await client.get("/docs/oauth2-redirect")
    assert redirect.status_code == 200
    assert "swaggerUIRedirectOauth2" in redirect.text


def test_the_routes_of_the_page_say_who_may_use_them(settings: Settings) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/auth.md").read_text(), re.DOTALL)
    router = APIRouter(prefix="/reports")
    names: dict[str, Any] = {"Annotated": Annotated, "Final": Final, "router": router}
    exec(code, names | {"COMMON": COMMON, "Db": Db, "Price": str, "Report": str})
    app = create_app(settings)
    app.include_router(router)
    assert not list(scopes.check(app))
    paths = app.openapi()["paths"]
    needs = [
        paths[f"/reports/{name}"]["get"].get("security") for name in ("daily", "mine", "prices")
    ]
    assert needs == [[{"provider": ["reports:read"]}]] * 2 + [None]
