"""Whatever three owners request in whatever order: each has a service of its own."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final, NamedTuple

from anyio import from_thread, to_thread
from httpx2 import AsyncClient, Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tokens import token_for

FOLDERS: Final = "/api/v1/folders/"
NOTES: Final = "/api/v1/notes/"
OWNERS: Final = 3
OK, CREATED, GONE, MISSING, CONFLICT, REFUSED = 200, 201, 204, 404, 409, 422
RUNS: Final = count()


class Step(NamedTuple):
    """A request: who sends it, and which rows and titles it is about; rows of anybody, or none."""

    kind: str
    owner: int
    row: int
    other: int
    title: str


steps: Final = st.lists(
    st.builds(
        Step,
        st.sampled_from(["folder", "note", "get", "title", "move", "delete", "pages", "children"]),
        st.integers(0, OWNERS - 1),
        st.integers(0, 9),
        st.integers(0, 9),
        st.sampled_from(["a", "b"]),
    ),
    min_size=5,
    max_size=25,
)


class World:
    """What the service has to know, by owner; and all rows that there have ever been."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.names = [f"owner {next(RUNS)}" for _ in range(OWNERS)]
        self.rows: list[dict[str, dict[int, Any]]] = [
            {FOLDERS: {}, NOTES: {}} for _ in range(OWNERS)
        ]
        self.ids: dict[str, list[int]] = {FOLDERS: [], NOTES: []}

    async def ask(self, owner: int, method: str, path: str, **options: Any) -> Response:
        """Send a request of an owner."""
        token = token_for(subject=self.names[owner])
        headers = {"Authorization": f"Bearer {token}"} | options.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **options)

    def id_of(self, path: str, number: int) -> int:
        """Return the id of a row of anybody, or one that no row has."""
        return dict(enumerate(self.ids[path])).get(number, 2**63 - 1)

    async def take(self, step: Step) -> None:
        """Send the request of a step, and compare the answer with what has to be."""
        steps: dict[str, Callable[[Step, dict[int, Any], dict[int, Any]], Any]] = {
            "folder": self.create_folder,
            "note": self.create_note,
            "get": self.get,
            "title": self.change_title,
            "move": self.move,
            "delete": self.delete,
            "pages": self.list_pages,
            "children": self.list_children,
        }
        own = self.rows[step.owner]
        await steps[step.kind](step, own[FOLDERS], own[NOTES])

    async def create_folder(self, step: Step, folders: dict[int, Any], _: object) -> None:
        answer = await self.ask(step.owner, "POST", FOLDERS, json={"title": step.title})
        taken = step.title in folders.values()
        assert answer.status_code == (CONFLICT if taken else CREATED)
        if not taken:
            folders[answer.json()["id"]] = step.title
            self.ids[FOLDERS].append(answer.json()["id"])

    async def create_note(self, step: Step, folders: dict[int, Any], notes: dict[int, Any]) -> None:
        folder, other = self.id_of(FOLDERS, step.row), self.id_of(FOLDERS, step.other)
        sent = {"folder_id": folder, "other_id": other, "label": step.title}
        answer = await self.ask(step.owner, "POST", NOTES, json=sent)
        known = {folder, other} <= folders.keys()
        assert answer.status_code == (CREATED if known else REFUSED)
        if known:
            notes[answer.json()["id"]] = [folder, other]
            self.ids[NOTES].append(answer.json()["id"])

    async def get(self, step: Step, folders: dict[int, Any], notes: dict[int, Any]) -> None:
        for path, own in ((FOLDERS, folders), (NOTES, notes)):
            row_id = self.id_of(path, step.row)
            headers = {"If-None-Match": "*"} if step.title == "b" else {}
            answer = await self.ask(step.owner, "GET", f"{path}{row_id}", headers=headers)
            assert (answer.status_code == MISSING) == (row_id not in own)

    async def change_title(self, step: Step, folders: dict[int, Any], _: object) -> None:
        row_id = self.id_of(FOLDERS, step.row)
        sent = {"title": step.title}
        answer = await self.ask(step.owner, "PATCH", f"{FOLDERS}{row_id}", json=sent)
        others = [title for key, title in folders.items() if key != row_id]
        if row_id not in folders:
            assert answer.status_code == MISSING
        elif step.title in others:
            assert answer.status_code == CONFLICT
        else:
            assert answer.status_code == OK
            folders[row_id] = step.title

    async def move(self, step: Step, folders: dict[int, Any], notes: dict[int, Any]) -> None:
        row_id, folder = self.id_of(NOTES, step.row), self.id_of(FOLDERS, step.other)
        sent = {"folder_id": folder}
        answer = await self.ask(step.owner, "PATCH", f"{NOTES}{row_id}", json=sent)
        if row_id not in notes:
            assert answer.status_code == MISSING
        elif folder not in folders:
            assert answer.status_code == REFUSED
        else:
            assert answer.status_code == OK
            notes[row_id][0] = folder

    async def delete(self, step: Step, folders: dict[int, Any], notes: dict[int, Any]) -> None:
        path = FOLDERS if step.title == "a" else NOTES
        own, row_id = (folders if path is FOLDERS else notes), self.id_of(path, step.row)
        answer = await self.ask(step.owner, "DELETE", f"{path}{row_id}")
        if row_id not in own:
            assert answer.status_code == MISSING
        elif path is FOLDERS and row_id in [folder for folder, _ in notes.values()]:
            assert answer.status_code == CONFLICT
        else:
            assert answer.status_code == GONE
            del own[row_id]
            for note in notes.values():
                note[1] = None if path is FOLDERS and note[1] == row_id else note[1]

    async def list_pages(self, step: Step, folders: dict[int, Any], notes: dict[int, Any]) -> None:
        for path, own in ((FOLDERS, folders), (NOTES, notes)):
            sign = "-" if step.title == "b" else ""
            url, found = f"{path}?limit=2&sort={sign}id", []
            while url:
                answer = await self.ask(step.owner, "GET", url)
                found += answer.json()["items"]
                url = answer.links.get("next", {}).get("url", "")
            assert [row["id"] for row in found] == sorted(own, reverse=bool(sign))
            if path is NOTES:
                assert {row["id"]: [row["folder_id"], row["other_id"]] for row in found} == own

    async def list_children(
        self, step: Step, folders: dict[int, Any], notes: dict[int, Any]
    ) -> None:
        row_id = self.id_of(FOLDERS, step.row)
        answer = await self.ask(step.owner, "GET", f"{FOLDERS}{row_id}/notes/?limit=100")
        assert answer.status_code == (OK if row_id in folders else MISSING)
        if row_id in folders:
            children = {key for key, (folder, _) in notes.items() if folder == row_id}
            assert {row["id"] for row in answer.json()["items"]} == children


async def test_each_owner_has_a_service_of_its_own(client: AsyncClient) -> None:
    async def run(sequence: list[Step]) -> None:
        world = World(client)
        for step in sequence:
            await world.take(step)
        for owner in range(OWNERS):
            await world.take(Step("pages", owner, 0, 0, "a"))

    @settings(
        max_examples=20,
        phases=[Phase.generate],  # to find a smaller example would take minutes
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequence=steps)
    def check(sequence: list[Step]) -> None:
        from_thread.run(run, sequence)

    await to_thread.run_sync(check)
