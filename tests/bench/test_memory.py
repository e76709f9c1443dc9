"""The benchmark's retriever takes any texts, and finds in them what Pixie finds."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from bench.dialogs import made_up
from bench.memory import Retriever, main


@pytest.fixture(scope="module")
def retriever() -> Iterator[Retriever]:
    with Retriever() as made:
        yield made


def test_notes_without_metas(retriever: Retriever) -> None:
    retriever.index(["my tooth hurts", "the invoice is due", "a poem about the sea", ""])
    assert retriever.search("dentist", 1) == [0]
    assert retriever.search("unpaid bill", 1) == [1]
    assert len(retriever.search("the sea", 10)) <= 4
    retriever.index([])
    assert retriever.search("dentist") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1:56 pm on 8 May, 2023", "2:10 pm on 12 July, 2023"),
        ("2023-05-08T13:56:00", "2023-07-12T14:10:00+02:00"),
        (datetime(2023, 5, 8, tzinfo=UTC), datetime(2023, 7, 12)),
        (date(2023, 5, 8), date(2023, 7, 12)),
    ],
)
def test_a_conversation_with_speakers_and_dates(
    retriever: Retriever, first: object, second: object
) -> None:
    told = [
        ("Ines", first, 1, "I visited the science museum with the kids."),
        ("Tom", first, 1, "Which part did they like?"),
        ("Ines", first, 1, "The planets, they would not leave."),
        ("Tom", second, 2, "I visited the railway museum at last."),
        ("Ines", second, 2, "Which part did you like?"),
        ("Tom", second, 2, "A steam engine from 1902."),
    ]
    retriever.index(
        [text for *_, text in told],
        [{"speaker": who, "date": at, "session": number} for who, at, number, _ in told],
    )
    assert retriever.search("Which museum did Tom visit?", 3)[0] == 3
    assert retriever.search("Which museum did Ines visit?", 3)[0] == 0
    assert retriever.search("Which museum was it in July 2023?", 3)[0] == 3
    assert 2 in retriever.search("Which part of the museum did Ines's kids like?", 4)


def test_words_alone() -> None:
    with Retriever(words_only=True) as words:
        words.index(["my tooth hurts", "see the dentist"], [{}, {}])
        assert words.search("dentist") == [1]


def test_it_runs_inside_a_running_loop(retriever: Retriever) -> None:
    async def inside() -> list[int]:
        retriever.index(["my tooth hurts"])
        return retriever.search("tooth")

    assert asyncio.run(inside()) == [0]


def test_the_command_ends_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(made_up()[:1])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["recall_at_10"] > 85
    assert figures["ratio"] > 1.2
