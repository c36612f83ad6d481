"""Environment, `chatrec.toml` and command line -> Settings, read once at the start.

Precedence: explicit values, then environment variables (``CHATREC_DATA_DIR``,
``CHATREC_MODEL__ENGINE`` ...), then `chatrec.toml` in the working folder, then the defaults here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from chatrec.errors import SettingsError
from chatrec.types import Tone

_ORIGIN = r"^https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$"
Origin: TypeAlias = Annotated[str, StringConstraints(pattern=_ORIGIN)]
"""Scheme, host and port as a browser sends them; ``*.`` stands for any sub-domain, nothing else."""

_PACE = r"^(\d+/(second|minute|hour|day)(;\d+/(second|minute|hour|day))*)?$"
Pace: TypeAlias = Annotated[str, StringConstraints(pattern=_PACE)]
"""How often: "30/minute;500/day", every part of which holds; "" is no limit."""
MIN_KEY_CHARS = 32
"""Shortest key that signs: 256 bits, what HS256 asks for (RFC 7518, 3.2)."""


HappeningType: TypeAlias = Literal[
    "conversation.started",
    "conversation.handed_over",
    "conversation.erased",
    "message.answered",
    "reply.rated",
    "item.clicked",
    "item.added_to_cart",
    "item.purchased",
]
"""What webhooks are told of."""


class ModelSettings(BaseModel):
    """Which language model answers, and where it runs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engine: Literal["auto", "openvino", "transformers", "langchain"] = Field(
        "auto", description="auto: transformers where CUDA is found, otherwise openvino"
    )
    name: str = Field(
        "auto", description="hub id, local folder, GGUF file, or LangChain's provider:model"
    )
    adapter: str = Field(
        "auto", description="adapter folder, 'none', or auto: the shipped one if it fits the model"
    )
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1 ...")
    threads: int = Field(0, ge=0, description="CPU threads of the engine; 0: all cores")
    context: int = Field(4096, ge=512, description="context window in tokens")
    options: dict[str, Any] = Field(
        default_factory=dict, description="passed to LangChain's init_chat_model"
    )


class ShopSettings(BaseModel):
    """What the shop tells about itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "our shop"
    contact: str = Field("", description="how to reach a person, told when one is needed")
    tone: Tone = Field("warm", description="how it speaks: warm, plain or formal")
    locale: str = "en"
    languages: tuple[str, ...] = Field(
        (), description="beside English, of those that help pages are in; none named: all"
    )


class HandoffSettings(BaseModel):
    """Where conversations go that need a person; nowhere unless one of the ways is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: str = Field("", description="URL that gets each summary as JSON")
    secret: SecretStr = Field(
        SecretStr(""), description="key of the webhook's HMAC-SHA256 signature"
    )
    email_to: str = Field("", description="address that gets each summary")
    email_from: str = ""
    smtp_host: str = "localhost"
    smtp_port: int = Field(25, ge=1, le=65535)
    queue: bool = Field(False, description="append summaries to handoffs.jsonl in the data folder")
    next_step: str = Field("", description="what the shopper is told happens next")


class WebhookSettings(BaseModel):
    """A system of the shop's that is told what happens in conversations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern="^https?://", description="gets each happening as JSON")
    secret: SecretStr = Field(description="whsec_ and base64: key of the signatures")
    events: tuple[HappeningType, ...] = Field((), description="what it is told of; all if none")

    @field_validator("secret")
    @classmethod
    def _is_written_as_the_standard_does(cls, secret: SecretStr) -> SecretStr:
        if not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,}={0,2}", secret.get_secret_value()):
            raise ValueError("has to be whsec_ and 24 bytes or more in base64")
        return secret


class SlotSettings(BaseModel):
    """Something that a lookup needs to be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ask: str = Field(description="the question for it")
    pattern: str = Field(description="regular expression that finds it in a message")


class LookupSettings(BaseModel):
    """Something that the shop's own system can be asked: an order's status, a stock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str = Field(
        description="python:module:function, langchain:module:tool, mcp+https://host/path#tool, URL"
    )
    triggers: tuple[str, ...] = Field(description="regular expressions of what asks for it")
    slots: dict[str, SlotSettings] = Field(default_factory=dict)
    fields: dict[str, str] = Field(description="path into the answer: what it is called")
    signed_in: bool = Field(False, description="only for shoppers whom the host page knows")
    own: str = Field(
        "", description="slot that has to be one of the token's orders unless someone is signed in"
    )
    headers: dict[str, str] = Field(default_factory=dict, description="sent to the system")
    seconds: float = Field(8.0, gt=0, description="until the system is given up on")


class ServeSettings(BaseModel):
    """How the pages and the API are served."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    admin_key_hash: str = Field(
        "",
        pattern="^(sha256:[0-9a-f]{64})?$",
        description="of the key for requests of the shop's staff; `chatrec keys` makes both",
    )
    token_key: SecretStr = Field(
        SecretStr(""), description="signs visitors' tokens; one is kept in the data folder without"
    )
    token_seconds: int = Field(
        3600, ge=60, le=86400, description="how long an anonymous visitor's token lasts"
    )
    signed_only: bool = Field(False, description="talk only to bearers of the shop's own tokens")
    proxies: tuple[str, ...] = Field(
        ("127.0.0.1",), description="addresses that may say whom a request comes from"
    )
    max_message_chars: int = Field(2000, ge=1)
    origins: tuple[Origin, ...] = Field(
        (), description="pages that may use the API: https://shop.example, https://*.shop.example"
    )

    @field_validator("token_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key) < MIN_KEY_CHARS:
            raise ValueError(f"has to have {MIN_KEY_CHARS} characters: `chatrec keys` makes one")
        return key


class LimitSettings(BaseModel):
    """How much is answered. Paces are "30/minute;500/day"; "" for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visitor_messages: Pace = Field("30/minute;500/day", description="of one visitor")
    address_messages: Pace = Field("120/minute;5000/day", description="of one address")
    shop_messages: Pace = Field("1200/minute", description="of all visitors together")
    address_tokens: Pace = Field(
        "60/minute;1000/day", description="visitors and conversations begun from one address"
    )
    address_requests: Pace = Field("1200/minute", description="anything else, from one address")
    visitor_streams: int = Field(3, ge=1, description="answers under way, to one visitor")
    address_streams: int = Field(20, ge=1, description="answers under way, to one address")
    shop_streams: int = Field(100, ge=1, description="answers under way, to all")
    visitor_conversations: int = Field(50, ge=1, description="conversations of one visitor")
    conversation_turns: int = Field(200, ge=1, description="messages of one conversation")


class PhotoSettings(BaseModel):
    """Whether shoppers may search by a photo, and where the products' pictures come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "", description="CLIP-like model, as a hub id or local folder; none: no photos are taken"
    )
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1 ...")
    max_bytes: int = Field(5_000_000, ge=1000, description="of a picture's file")
    private_addresses: bool = Field(
        False, description="fetch products' pictures from hosts inside the own network too"
    )


class PrivacySettings(BaseModel):
    """What is kept of the shoppers, and how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mask: bool = Field(True, description="keep messages without e-mails, phones, cards, addresses")
    country: str = Field(
        "US", pattern="^[A-Z]{2}$", description="whose national phone numbers are known"
    )
    learn: bool = Field(
        False, description="shoppers agree that `chatrec tune --logged` learns from what they say"
    )
    retention_days: int = Field(
        90, ge=0, description="conversations idle for longer are erased; 0: none"
    )


class Settings(BaseSettings):
    """All settings of one chatrec."""

    model_config = SettingsConfigDict(
        env_prefix="CHATREC_",
        env_nested_delimiter="__",
        toml_file="chatrec.toml",
        extra="forbid",
        frozen=True,
    )

    data_dir: Path = Field(Path(".chatrec"), description="index, conversations, logs")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("chatrec"),
        description="fetched and converted models",
    )
    embedder: str = Field(
        "minilm", description="minilm, or a LangChain Embeddings as 'package.module:Class'"
    )
    faq_floor: float | None = Field(
        None,
        ge=0,
        le=1,
        description="score from which a FAQ entry answers; `chatrec eval faq` proposes one",
    )
    shown: int = Field(3, ge=1, le=10, description="items a reply shows")
    model: ModelSettings = ModelSettings()
    shop: ShopSettings = ShopSettings()
    serve: ServeSettings = ServeSettings()
    limits: LimitSettings = LimitSettings()
    photos: PhotoSettings = PhotoSettings()
    privacy: PrivacySettings = PrivacySettings()
    handoff: HandoffSettings = HandoffSettings()
    webhooks: tuple[WebhookSettings, ...] = ()
    lookups: dict[str, LookupSettings] = Field(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add the TOML file below the environment."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**explicit: Any) -> Settings:
    """The settings in force; keyword arguments win.

    Raises:
        SettingsError: names each setting that is unknown or wrong.
    """
    try:
        return Settings(**explicit)
    except ValidationError as exc:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in exc.errors()]
        raise SettingsError(
            "settings are wrong (command line, CHATREC_* variables or chatrec.toml):\n  "
            + "\n  ".join(lines)
        ) from exc
    except ValueError as exc:
        raise SettingsError(f"chatrec.toml cannot be read: {exc}") from exc
