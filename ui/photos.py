"""The photo of a message, in base64 -> the message with the picture, looked at by nobody before.

A photo is decoded where its answer begins, so limits of pace hold before any work is done for it.
It lives as long as the answer, and is written nowhere.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from contextlib import aclosing

from chatrec.conversations import Conversations
from chatrec.errors import PictureRefused
from chatrec.pictures import decoded
from chatrec.settings import PhotoSettings
from chatrec.types import NOTHING, Picture
from ui.under_way import Events


def base64_chars(photos: PhotoSettings) -> int:
    """How many characters the largest photo has in base64; 0 where none is taken."""
    return 4 * -(-photos.max_bytes // 3) if photos.model else 0


async def taken(photo: str, max_bytes: int) -> Picture:
    """The picture of a file in base64.

    Raises:
        PictureRefused: it is not base64, or no picture that is taken.
    """
    try:
        data = base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise PictureRefused("The photo is not in base64.") from exc
    return await asyncio.to_thread(decoded, data, max_bytes)


async def said_with_photo(
    conversations: Conversations,
    conversation_id: str,
    text: str,
    photo: str,
    max_bytes: int,
    key: str = "",
    profile: Mapping[str, str] = NOTHING,
) -> Events:
    """The events of a message with a photo; what `taken` and `say` raise comes at the first one."""
    conversations.check_photos()
    picture = await taken(photo, max_bytes)
    told = conversations.say(conversation_id, text, key, profile, picture)
    async with aclosing(told) as events:
        async for event in events:
            yield event
