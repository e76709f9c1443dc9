"""The real model, loaded once: importing PyTorch takes ten seconds."""

import pytest

from adapters.embeddings import EmbeddingSettings, MiniLM


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    model = MiniLM(EmbeddingSettings(embeddings="auto"))
    model.start()
    assert model.wait(90), model.status()
    return model
