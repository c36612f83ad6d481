"""Hub id -> folder on this machine, downloaded through huggingface_hub. Knows no engine."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from chatrec.errors import ModelUnavailable

_WEIGHTS = ["*.safetensors", "*.json", "*.model", "*.jinja", "*.txt", "*.xml", "*.bin", "*.gguf"]
_DUPLICATES = ["original/*", "onnx/*", "pytorch_model*", "consolidated*"]


def snapshot(hub_id: str, cache_dir: Path) -> Path:
    """The folder of a model, downloaded where the cache lacks it; an interrupted download resumes.

    Raises:
        ModelUnavailable: no such model, no permission, no network, no room; says what to do.
    """
    try:
        folder = huggingface_hub.snapshot_download(
            hub_id,
            cache_dir=cache_dir / "hub",
            allow_patterns=_WEIGHTS,
            ignore_patterns=_DUPLICATES,
        )
    except GatedRepoError as exc:
        raise ModelUnavailable(
            f"{hub_id} wants its licence accepted: do so on its page, then run 'hf auth login'"
        ) from exc
    except (RepositoryNotFoundError, HFValidationError) as exc:
        raise ModelUnavailable(
            f"{hub_id!r} is no model on the hub, no local folder and no GGUF file; "
            "'chatrec models list' shows models that are known to work"
        ) from exc
    except (LocalEntryNotFoundError, HfHubHTTPError) as exc:
        raise ModelUnavailable(
            f"{hub_id} could not be downloaded from the hub and is not in the cache. Check the "
            "network (HF_ENDPOINT names a mirror), or download the folder elsewhere and give its "
            "path as model.name. Without a network the small CPU model runs: model.engine = "
            "'openvino'."
        ) from exc
    except OSError as exc:
        raise ModelUnavailable(
            f"{hub_id} could not be stored in {cache_dir / 'hub'}: {exc}. Free some room, or set "
            "CHATREC_CACHE_DIR to another disk."
        ) from exc
    return Path(folder)
