"""This machine -> what a model can use of it. Loads no torch: asks the driver's own tool."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
from dataclasses import dataclass

import psutil

_NVIDIA_SMI_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores, memory in GB, and the GPU that PyTorch can use, if any."""

    cores: int
    memory_gb: float
    gpu: str | None = None
    gpu_memory_gb: float = 0.0

    def __str__(self) -> str:
        gpu = f"{self.gpu}, {self.gpu_memory_gb:.0f} GB" if self.gpu else "no usable GPU"
        return f"{self.cores} cores, {self.memory_gb:.0f} GB of memory, {gpu}"


def this_machine() -> Machine:
    """The machine as the process sees it; of several GPUs the one with the most memory."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    memory_gb = psutil.virtual_memory().total / 1e9
    gpu, gpu_memory_gb = _largest_gpu() if _torch_has_cuda() else (None, 0.0)
    return Machine(cores, memory_gb, gpu, gpu_memory_gb)


def _torch_has_cuda() -> bool:
    """Whether the installed PyTorch was built for CUDA, told by its version alone."""
    try:
        return not importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:
        return False


def _largest_gpu() -> tuple[str | None, float]:
    tool = shutil.which("nvidia-smi")
    if tool is None or os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return None, 0.0
    query = [tool, "--query-gpu=memory.total,name", "--format=csv,noheader,nounits"]
    try:
        output = subprocess.run(
            query, capture_output=True, text=True, check=True, timeout=_NVIDIA_SMI_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None, 0.0
    found = [_gpu(line) for line in output.splitlines() if "," in line]
    return max(found, key=lambda gpu: gpu[1], default=(None, 0.0))


def _gpu(line: str) -> tuple[str | None, float]:
    mebibytes, name = line.split(",", 1)
    try:
        return name.strip(), int(mebibytes) * 2**20 / 1e9
    except ValueError:  # "[N/A]": memory shared with the CPU
        return None, 0.0
