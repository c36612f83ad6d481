"""What importing a room loads: nothing that is heavy or belongs to an adapter."""

from __future__ import annotations

import subprocess
import sys

import pytest

ROOMS = [
    "chatrec",
    "chatrec.types",
    "chatrec.ports",
    "chatrec.understand",
    "chatrec.retrieve",
    "chatrec.rank",
    "chatrec.respond.explain",
    "chatrec.answer",
    "chatrec.dialogue",
]
HEAVY = (
    "torch transformers langchain langchain_core chromadb gradio fastapi sqlite_utils openvino "
    "openvino_genai bitsandbytes"
).split()


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_loads_no_engine_store_or_web_framework(room: str) -> None:
    code = f"import sys, {room}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
