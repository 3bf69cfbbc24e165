"""The Bot API methods by which a bot says who it is: command menus, name, descriptions."""

import re
from collections.abc import Callable, Mapping

from .params import Params
from .records import bad_request
from .world import World

MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION_LENGTH = 256
_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats"})


def set_my_commands(world: World, params: Params) -> object:
    """Sets the command menu of a scope and a language."""
    menu = [_command(each) for each in params.parsed("commands", list, "commands") or ()]
    if len(menu) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[_scope(params), _language(params)] = menu
    return True


def _profile_setter(field: str, parameter: str, limit: int) -> Callable[[World, Params], object]:
    def setter(world: World, params: Params) -> object:
        text = params.text(parameter)
        if len(text) > limit:
            raise bad_request(f"{parameter} is too long: {len(text)} characters, {limit} at most")
        getattr(world.profile, field)[_language(params)] = text
        return True

    return setter


def _profile_getter(field: str, parameter: str) -> Callable[[World, Params], object]:
    def getter(world: World, params: Params) -> object:
        texts: dict[str, str] = getattr(world.profile, field)
        fallback = world.bot.name if field == "names" else ""
        return {parameter: texts.get(_language(params), texts.get("", fallback))}

    return getter


def _command(given: Mapping[str, str]) -> dict[str, str]:
    command, description = given["command"], given["description"].strip()
    if not re.fullmatch("[a-z0-9_]{1,32}", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_COMMAND_DESCRIPTION_LENGTH:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _scope(params: Params) -> str:
    scope = params.parsed("scope", dict, "BotCommandScope") or {"type": "default"}
    if scope["type"] not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return str(scope["type"])


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


PROFILE_METHODS: Mapping[str, Callable[[World, Params], object]] = {
    "setmycommands": set_my_commands,
    "setmyname": _profile_setter("names", "name", 64),
    "getmyname": _profile_getter("names", "name"),
    "setmydescription": _profile_setter("descriptions", "description", 512),
    "getmydescription": _profile_getter("descriptions", "description"),
    "setmyshortdescription": _profile_setter("short_descriptions", "short_description", 120),
    "getmyshortdescription": _profile_getter("short_descriptions", "short_description"),
}
