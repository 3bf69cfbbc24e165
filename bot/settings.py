"""What an operator sets: from the environment, `.env` or `jecite.toml`, one name each."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableValueError

from embeddings.errors import JeCiteError
from retrieval.locations import expand_home
from retrieval.reader import ReaderName

PREFIX = "JECITE_"
ENV_FILE = ".env"
TOML_FILE = "jecite.toml"

# Variables of the same prefix that other parts of the project read.
_FOREIGN = frozenset({"JECITE_SHARED_DATA"})
_TOKEN = re.compile(r"\d+:[\w-]{30,}", re.ASCII)

Ids = Annotated[tuple[int, ...], NoDecode]


class SettingsError(JeCiteError):
    """A setting is unknown, missing or malformed."""


class Settings(BaseSettings):
    """Every setting of `jecite serve`. Load them with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        dotenv_filtering="only_existing",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_token: SecretStr | None = Field(
        default=None, description="the token that @BotFather gave"
    )
    telegram_token_file: Path | None = Field(
        default=None, description="or a file that holds the token"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org", description="another Bot API server, if any"
    )
    index: Path | None = Field(
        default=None, description="the index's folder; by default the user's own"
    )
    reader: ReaderName = Field(
        default="bundled", description="what finds short answers: bundled or none"
    )
    allowed_chats: Ids = Field(
        default=(), description="ids of the chats to answer in, commas between"
    )
    allowed_users: Ids = Field(
        default=(), description="ids of the people to answer, commas between"
    )
    questions_per_minute: int = Field(default=20, ge=1, description="how many one person may ask")
    queue_size: int = Field(default=1000, ge=1, description="how many questions may wait in all")
    workers: int = Field(default=8, ge=1, le=64, description="how many questions are read at once")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="how much is logged, to standard error"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the name is given
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over `.env`, and `.env` over `jecite.toml`."""
        toml = InitSettingsSource(settings_cls, _read_toml(Path(TOML_FILE)))
        return init_settings, env_settings, dotenv_settings, toml

    @model_validator(mode="before")
    @classmethod
    def _leave_out_what_is_empty(cls, values: dict[str, Any]) -> dict[str, Any]:
        stripped = {k: v.strip() if isinstance(v, str) else v for k, v in values.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_truth_values(cls, value: Any) -> Any:
        # No setting is one, and pydantic would read `true` as 1.
        if any(isinstance(each, bool) for each in (value if isinstance(value, list) else [value])):
            raise ValueError("must not be true or false")
        return value

    @field_validator("allowed_chats", "allowed_users", mode="before")
    @classmethod
    def _split_ids(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part for part in re.split(r"[\s,;]+", value.strip(" []")) if part]
        return [value] if isinstance(value, int) else value

    @field_validator("telegram_token_file", "index")
    @classmethod
    def _expand_home(cls, value: Path | None) -> Path | None:
        return value and expand_home(value)

    @field_validator("log_level", mode="before")
    @classmethod
    def _raise_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_api_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        if not re.match(r"https?://[^/\s]", value):
            raise ValueError("must start with https:// or http://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _check_token_sources(self) -> "Settings":
        if self.telegram_token is not None and self.telegram_token_file is not None:
            raise ValueError("set telegram_token or telegram_token_file, not both")
        return self

    def token(self) -> SecretStr:
        """Return the bot's token, from its file where one is named.

        Raises:
            SettingsError: There is none, its file cannot be read, or it is not a token.
        """
        token, origin = self.telegram_token, f"{PREFIX}TELEGRAM_TOKEN"
        if self.telegram_token_file is not None:
            origin = str(self.telegram_token_file)
            try:
                token = SecretStr(self.telegram_token_file.read_text(encoding="utf-8-sig").strip())
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"The token file {origin} cannot be read: {error}") from error
        if token is None:
            raise SettingsError(
                "There is no Telegram token. Ask @BotFather on Telegram for one and set "
                f"{PREFIX}TELEGRAM_TOKEN"
            )
        if not _TOKEN.fullmatch(token.get_secret_value()):
            raise SettingsError(
                f"{origin} holds no Telegram token. One looks like 110201543:AAHdq… "
                "Copy it again from @BotFather"
            )
        return token

    def admits(self, *, chat: int, person: int) -> bool:
        """Tell whether someone may be answered in a chat: either list suffices, none is all."""
        if not self.allowed_chats and not self.allowed_users:
            return True
        return chat in self.allowed_chats or person in self.allowed_users


def load_settings() -> Settings:
    """Read the settings; the environment wins over `.env`, and `.env` over `jecite.toml`.

    Raises:
        SettingsError: A name is unknown or a value malformed; values are not shown.
    """
    try:
        _refuse_unknown_variables(os.environ)
        _refuse_unknown_variables(DotEnvSettingsSource(Settings).env_vars, f" in {ENV_FILE}")
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(fault) for fault in error.errors())) from None
    except UnreadableValueError as error:
        raise SettingsError(f"A setting cannot be read: {error}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{ENV_FILE} is not UTF-8: {error}. Save it as UTF-8") from None
    except OSError as error:
        raise SettingsError(f"A file of settings cannot be read: {error}") from None


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None


def list_settings() -> list[tuple[str, str]]:
    """Return each setting's environment variable and what it is for, its default included."""
    return [
        (f"{PREFIX}{name.upper()}", _described(field.description or "", field.default))
        for name, field in Settings.model_fields.items()
    ]


def _described(description: str, default: object) -> str:
    return description if default in (None, ()) else f"{description} ({default})"


def _refuse_unknown_variables(names: Iterable[str], where: str = "") -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in map(str.upper, names):
        if name.startswith(PREFIX) and name not in known | _FOREIGN:
            raise SettingsError(f"{name}{where} is not a setting. {_suggestion(name, known)}")


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"Did you mean {close[0]}?" if close else "jecite serve --help lists them"


def _explain(fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        plain = name.lower().removeprefix(PREFIX.lower())
        suggestion = _suggestion(plain, Settings.model_fields)
        return f"{name} in {TOML_FILE} is not a setting. {suggestion}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {message}" if name else message
