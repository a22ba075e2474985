"""The development issuer answers what Swagger UI 5 asks, and its tokens are accepted by its service only."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import pytest
from httpx2 import URL, ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from app.auth.errors import InvalidTokenError
from app.auth.tokens import Authenticator
from app.core.about import NAME
from app.core.config import Settings, SettingsError
from tools.issuer.app import create_issuer

ISSUER = "http://127.0.0.1:9000"
DOCS = "http://127.0.0.1:8000"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
LOGIN = {
    "response_type": "code",
    "client_id": "development",
    "redirect_uri": f"{DOCS}/docs/oauth2-redirect",
    "scope": "products:read products:write",
    "state": "VGh1IE5vdg+/==",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "audience": "shop",
}
EXCHANGE = {
    "grant_type": "authorization_code",
    "client_id": "development",
    "redirect_uri": LOGIN["redirect_uri"],
    "code_verifier": VERIFIER,
}
AT_ONCE = {"grant_type": "client_credentials", "sub": "alice", "scope": "products:read"}


@pytest.fixture
def app() -> Starlette:
    return create_issuer(ISSUER)


@pytest.fixture
async def issuer(app: Starlette) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url=ISSUER) as client:
        yield client


@asynccontextmanager
async def verifier(settings: Settings, app: Starlette) -> AsyncIterator[Authenticator]:
    """Give what verifies tokens in a service that trusts an issuer at the URL of its settings."""
    authenticator = Authenticator(settings, ASGITransport(app))
    yield authenticator
    await authenticator.keys.close()


def trusting(settings: Settings, issuer: str = ISSUER, host: str = "127.0.0.1") -> Settings:
    """Return the settings of a service that trusts an issuer."""
    changes = {"auth_issuer": issuer, "auth_audience": NAME, "host": host}
    return settings.model_copy(update=changes)


async def log_in(issuer: AsyncClient, **answers: str) -> str:
    """Log in, and return the code that the browser brings back."""
    answer = await issuer.get("/authorize", params=LOGIN | {"sub": "bob"} | answers)
    assert answer.status_code == 302
    return URL(answer.headers["Location"]).params["code"]


async def exchange(issuer: AsyncClient, **form: str) -> Response:
    """Exchange a code, as a page of the service does."""
    return await issuer.post("/token", data=EXCHANGE | form, headers={"Origin": DOCS})


async def test_both_forms_of_discovery_describe_it(issuer: AsyncClient) -> None:
    names = ("openid-configuration", "oauth-authorization-server")
    first, second = [(await issuer.get(f"/.well-known/{name}")).json() for name in names]
    assert first == second
    assert first["issuer"] == ISSUER
    assert first["grant_types_supported"] == ["authorization_code"]  # one form in /docs


async def test_a_page_of_this_machine_may_ask_and_no_other_page(issuer: AsyncClient) -> None:
    preflight = {"Access-Control-Request-Method": "POST"}
    preflight |= {"Access-Control-Request-Headers": "content-type,x-requested-with"}
    for origin, status in ((DOCS, 200), ("http://localhost:5173", 200), ("https://a.test", 400)):
        answer = await issuer.options("/token", headers=preflight | {"Origin": origin})
        assert answer.status_code == status
        allowed = (await issuer.get("/keys", headers={"Origin": origin})).headers
        assert allowed.get("Access-Control-Allow-Origin") == (origin if status == 200 else None)


async def test_docs_log_in(issuer: AsyncClient) -> None:
    page = await issuer.get("/authorize", params=LOGIN | {"scope": '"><script>'})
    assert 'value="&quot;&gt;&lt;script&gt;"' in page.text
    for name, value in LOGIN.items():
        assert name == "scope" or f'name="{name}" value="{value}"' in page.text
    answer = await issuer.get("/authorize", params=LOGIN | {"sub": "bob"})
    target = URL(answer.headers["Location"])
    assert str(target.copy_with(query=None)) == LOGIN["redirect_uri"]
    assert (target.params["state"], target.params["iss"]) == (LOGIN["state"], ISSUER)
    answer = await exchange(issuer, code=target.params["code"])
    assert answer.headers["Access-Control-Allow-Origin"] == DOCS
    assert (answer.json()["token_type"], answer.json()["scope"]) == ("Bearer", LOGIN["scope"])


async def test_a_code_is_exchanged_once_and_by_the_page_that_asked(issuer: AsyncClient) -> None:
    for wrong in ({"code_verifier": "w" * 43}, {"redirect_uri": DOCS}, {"code_verifier": ""}):
        answer = await exchange(issuer, code=await log_in(issuer), **wrong)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
    code = await log_in(issuer)
    assert [(await exchange(issuer, code=code)).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://a.test/"},
        {"redirect_uri": "http://127.0.0.1.a.test/"},
        {"redirect_uri": "http://localhost@a.test/"},
        {"redirect_uri": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
    ],
)
async def test_it_redirects_to_this_machine_only_and_with_pkce(
    issuer: AsyncClient, wrong: dict[str, str]
) -> None:
    answer = await issuer.get("/authorize", params=LOGIN | {"sub": "bob"} | wrong)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


async def test_its_service_accepts_a_token_with_any_subject_scopes_and_claims(
    settings: Settings, app: Starlette, issuer: AsyncClient
) -> None:
    form = AT_ONCE | {"claims": '{"tenant": "acme"}'}
    token = (await issuer.post("/token", data=form)).json()["access_token"]
    async with verifier(trusting(settings), app) as authenticator:
        caller = await authenticator.authenticate(token)
    assert (caller.subject, caller.scopes) == ("alice", frozenset({"products:read"}))
    assert caller.claims["tenant"] == "acme"


@pytest.mark.parametrize("claims", ["[1]", "1", "{"])
async def test_claims_that_are_no_object_are_refused(issuer: AsyncClient, claims: str) -> None:
    answer = await issuer.post("/token", data=AT_ONCE | {"claims": claims})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize("other", [ISSUER, "https://login.example"])
async def test_no_other_service_accepts_its_tokens(
    settings: Settings, issuer: AsyncClient, other: str
) -> None:
    token = (await issuer.post("/token", data=AT_ONCE)).json()["access_token"]
    app = create_issuer(other)  # even with the same URL: its key is another one
    async with verifier(trusting(settings, other), app) as authenticator:
        with pytest.raises(InvalidTokenError):
            await authenticator.authenticate(token)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "shop.example"])
async def test_a_service_that_others_can_reach_refuses_it(settings: Settings, host: str) -> None:
    with pytest.raises(SettingsError, match="AUTH_ISSUER is not valid: it must begin with https"):
        Authenticator(trusting(settings, host=host))
