"""What only PostgreSQL does: many connections, races between replicas, servers that go away."""

import asyncio
import time
from datetime import timedelta
from itertools import permutations

import asyncpg
import pytest

from core.deliveries import ClaimedDelivery
from core.errors import ConfigError, StorageDown, StorageError, StorageFull
from core.people import Person
from core.ports import Work
from core.rows import Note, Task
from db.postgres import PostgresStore
from db.store import open_store
from tests import given
from tests.fakes.clock import FakeClock
from tests.postgres import PostgresServer


@pytest.fixture
async def opened(postgres_url: str, clock: FakeClock):
    store = await open_store(postgres_url, clock)
    yield store
    await store.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def test_replicas_that_meet_a_person_at_once_make_one(opened: PostgresStore) -> None:
    def meet(work: Work) -> Person:
        return work.people.by_identity(given.identity()) or given.add_person(work)

    met = await asyncio.gather(*(opened.run(meet) for _ in range(20)))
    assert len({person.id for person in met}) == 1


async def test_units_that_lock_each_other_out_are_run_again(opened: PostgresStore) -> None:
    people = [(await given.person(opened, name)).id for name in ("ann", "bob", "cid")]

    def unit(work: Work, order: tuple[str, ...]) -> None:
        for owner in order:
            work.notes.add(owner, Note(text="x"))

    orders = list(permutations(people)) * 2
    await asyncio.gather(
        *(opened.run(lambda work, order=order: unit(work, order)) for order in orders)
    )
    for owner in people:
        notes = await opened.read(lambda work, owner=owner: work.notes.all(owner))
        assert sorted(note.number for note in notes) == list(range(1, len(orders) + 1))


async def test_many_connections_claim_everything_once(opened: PostgresStore) -> None:
    ann = await given.person(opened)
    chats = 150

    def fill(work: Work) -> None:
        for at in range(chats):
            for part in range(2):
                work.outbox.add(given.delivery(ann.id, f"{at}/{part}", chat=f"chat {at}"))

    await opened.run(fill)

    async def claim_all() -> list[ClaimedDelivery]:
        mine: list[ClaimedDelivery] = []
        while some := await opened.run(lambda work: work.outbox.claim(7, timedelta(minutes=1))):
            assert len(some) <= 7
            mine += some
        return mine

    claimed = [
        each for part in await asyncio.gather(*(claim_all() for _ in range(10))) for each in part
    ]
    assert sorted(each.delivery.key for each in claimed) == sorted(f"{at}/0" for at in range(chats))


async def test_many_connections_claim_every_lane_once(opened: PostgresStore) -> None:
    def fill(work: Work) -> None:
        for at in range(40):
            owner = given.add_person(work, f"p{at}").id
            work.inbox.put(owner, given.message(str(at)))

    await opened.run(fill)
    claims = await asyncio.gather(
        *(
            opened.run(lambda work, most=most: work.inbox.claim(given.LEASE, most))
            for most in (1, 2, 3) * 20
        )
    )
    owners = [claim.owner for several in claims for claim in several]
    assert len(owners) == len(set(owners)) == 40


async def test_two_savers_of_one_row_do_not_overwrite_each_other(opened: PostgresStore) -> None:
    ann = await given.person(opened)
    task = await opened.run(lambda work: work.tasks.add(ann.id, Task(title="call mom")))
    results = await asyncio.gather(
        *(opened.run(lambda work: work.tasks.save(ann.id, task)) for _ in range(8)),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Stale"] * 7 + ["Task"]


async def test_a_connection_that_was_cut_is_replaced(
    opened: PostgresStore, postgres_url: str
) -> None:
    ann = await given.person(opened)
    await execute(
        postgres_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    note = await opened.run(lambda work: work.notes.add(ann.id, Note(text="x")))
    assert note.number == 1
    assert await opened.read(lambda work: work.notes.all(ann.id)) == [note]


async def test_a_schema_that_changes_meanwhile_is_met_again(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.create("changing")
    store = await open_store(url, FakeClock())
    ann = await given.person(store)
    note = await store.run(lambda work: work.notes.add(ann.id, Note(text="x")))
    for _ in range(3):
        assert await store.read(lambda work: work.notes.get(ann.id, note.id)) == note
    await execute(url, "ALTER TABLE notes ALTER COLUMN source TYPE varchar(5000)")
    assert await store.read(lambda work: work.notes.get(ann.id, note.id)) == note
    await store.close()


async def test_a_server_that_goes_away_is_said_and_comes_back(clock: FakeClock) -> None:
    server = PostgresServer(durable=True)
    server.start()
    try:
        store = await open_store(await server.create("pixie"), clock)
        ann = await given.person(store)
        notes = [
            await store.run(lambda work: work.notes.add(ann.id, Note(text="x"))) for _ in range(5)
        ]
        server.kill()
        for _ in range(2):
            with pytest.raises(StorageDown, match="cannot be reached"):
                await store.run(lambda work: work.notes.add(ann.id, Note(text="lost")))
        server.start()
        stored = await store.read(lambda work: work.notes.all(ann.id))
        assert {note.id for note in stored} == {note.id for note in notes}
        await store.close()
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("53100", StorageFull),
        ("53300", StorageDown),
        ("57P01", StorageDown),
        ("XX001", StorageError),
    ],
)
async def test_a_server_in_trouble_is_told_from_our_mistakes(
    postgres_server: PostgresServer, state: str, error: type[StorageError]
) -> None:
    url = await postgres_server.create(f"trouble_{state.lower()}")
    store = await open_store(url, FakeClock())
    ann = await given.person(store)
    await execute(
        url,
        f"""
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'trouble' USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION fail()
        """,
    )
    with pytest.raises(error) as caught:
        await store.run(lambda work: work.notes.add(ann.id, Note(text="s3cret")))
    assert type(caught.value) is error
    assert "s3cret" not in str(caught.value)
    await store.close()


async def test_a_server_that_takes_no_more_connections_is_named(postgres_url: str) -> None:
    await execute(
        postgres_url,
        "DO $$ BEGIN CREATE ROLE crowded LOGIN CONNECTION LIMIT 0; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    with pytest.raises(ConfigError, match="not ready"):
        await open_store(postgres_url.replace("postgres@", "crowded@"), FakeClock())


async def test_a_person_without_rights_is_our_operator_s_to_mend(postgres_url: str) -> None:
    await execute(
        postgres_url,
        "DO $$ BEGIN CREATE ROLE outsider LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    with pytest.raises(ConfigError, match="may not"):
        await open_store(postgres_url.replace("postgres@", "outsider@"), FakeClock())


async def test_the_database_s_clock_is_the_common_one(
    postgres_url: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr("db.postgres.time.time", lambda: real() - 100)
    store = await open_store(postgres_url, clock)
    ahead = await store.read(lambda work: work.now) - clock.now()
    assert abs(ahead - timedelta(seconds=100)) < timedelta(seconds=5)
    await store.close()


async def test_a_wrong_password_is_explained_without_it(postgres_url: str) -> None:
    await execute(
        postgres_url,
        "DO $$ BEGIN CREATE ROLE guarded LOGIN PASSWORD 'right'; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    for credentials in ("guarded:wr0ng", "guarded", "stranger:wr0ng"):
        url = postgres_url.replace("postgres@", f"{credentials}@")
        with pytest.raises(ConfigError, match="user or the password") as caught:
            await open_store(url, FakeClock())
        assert caught.value.setting == "PIXIE_DATABASE_URL"
        assert "wr0ng" not in str(caught.value)


async def test_a_database_that_is_not_there_is_named(postgres_url: str) -> None:
    url = postgres_url.rpartition("/")[0] + "/nowhere"
    with pytest.raises(ConfigError, match="no database nowhere"):
        await open_store(url, FakeClock())


@pytest.mark.parametrize("where", ["127.0.0.1:1", "pixie.invalid:5432"])
async def test_a_server_that_does_not_answer_is_named(where: str) -> None:
    with pytest.raises(ConfigError, match=f"No database answers at {where}") as caught:
        await open_store(f"postgresql://ann:s3cret@{where}/pixie", FakeClock())
    assert "s3cret" not in str(caught.value)


async def test_other_spellings_of_the_url_are_understood(postgres_url: str) -> None:
    for url in (
        postgres_url.replace("postgresql:", "postgres:"),
        postgres_url.replace("postgresql:", "postgresql+asyncpg:"),
        f"{postgres_url}?sslmode=disable",
    ):
        store = await open_store(url, FakeClock())
        await store.close()
