"""The Bot API methods that the test server takes, each as strict as Telegram's."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from .chats import Chat
from .entities import Entity, FormattingError
from .formatting import formatted
from .params import Params
from .profile_methods import PROFILE_METHODS
from .records import Button, CallbackAnswer, ChatAction, Message, bad_request
from .world import World

MAX_CALLBACK_DATA_BYTES = 64
MAX_CALLBACK_ANSWER_LENGTH = 200
MAX_BUTTONS = 100
MAX_BUTTONS_A_ROW = 8
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"

Rows = tuple[tuple[Button, ...], ...]


def get_me(world: World, params: Params) -> object:
    """Tells who the bot is."""
    return world.bot.to_api()


def send_message(world: World, params: Params) -> object:
    """Sends a text."""
    chat = world.chat_for(params.text("chat_id"))
    text, entities = _formatted(params)
    replied = _replied(chat, params)
    topic = _topic(chat, params, replied)
    message = Message(
        world.new_message_id(chat),
        chat,
        world.bot,
        int(time.time()),
        text,
        entities,
        buttons=_buttons(params),
        reply_to=replied.message_id if replied else None,
        topic=topic,
        link_preview=_link_preview(params),
    )
    return chat.message_to_api(chat.put(message))


def edit_message_text(world: World, params: Params) -> object:
    """Changes a message of the bot; without `reply_markup` its buttons go."""
    message = _own_message(world, params)
    text, entities = _formatted(params)
    return _edited(message, text=text, entities=entities, buttons=_buttons(params))


def answer_callback_query(world: World, params: Params) -> object:
    """Stops a button from spinning, once."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.given is not None:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if len(text) > MAX_CALLBACK_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    press.given = CallbackAnswer(text, params.boolean("show_alert"))
    press.chat.notify()
    return True


def send_chat_action(world: World, params: Params) -> object:
    """Shows « typing… »."""
    chat = world.chat_for(params.text("chat_id"))
    action = params.text("action")
    if action != "typing":
        raise bad_request("wrong parameter action in request")
    topic = _topic(chat, params, None)
    chat.actions.append(ChatAction(action, time.monotonic(), topic))
    chat.notify()
    return True


def delete_webhook(world: World, params: Params) -> object:
    """Goes back to long polling; what waits still comes."""
    world.webhook_url = ""
    return True


METHODS: Mapping[str, Callable[[World, Params], object]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "deletewebhook": delete_webhook,
    **PROFILE_METHODS,
}


def _formatted(params: Params) -> tuple[str, tuple[Entity, ...]]:
    try:
        return formatted(params.text("text"), parse_mode=params.text("parse_mode"))
    except FormattingError as error:
        raise bad_request(str(error)) from None


def _replied(chat: Chat, params: Params) -> Message | None:
    reply = params.parsed("reply_parameters", dict, "reply parameters")
    if reply is None:
        return None
    message = chat.find(Params(reply).integer("message_id"))
    if message is None and not Params(reply).boolean("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _topic(chat: Chat, params: Params, replied: Message | None) -> int | None:
    topic = params.integer("message_thread_id") or None
    if topic is None:
        return replied.topic if replied else None
    # The thread of a chain of replies in a plain supergroup can't be written to by its number.
    if topic not in (chat.topics or {}):
        raise bad_request("message thread not found")
    if replied is not None and replied.topic != topic:
        raise bad_request("message to be replied not found")
    return topic


def _buttons(params: Params) -> Rows:
    markup = params.parsed("reply_markup", dict, "reply keyboard markup") or {}
    rows = tuple(tuple(map(_button, row)) for row in markup.get("inline_keyboard", ()))
    if max(map(len, rows), default=0) > MAX_BUTTONS_A_ROW or sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _button(given: Mapping[str, str]) -> Button:
    if given.keys() != {"text", "callback_data"}:
        raise bad_request(f"a button with {sorted(given)} is not supported by this server")
    button = Button(**given)
    if not button.text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not 1 <= len(button.callback_data.encode()) <= MAX_CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return button


def _link_preview(params: Params) -> bool:
    options = params.parsed("link_preview_options", dict, "link preview options") or {}
    return not options.get("is_disabled")


def _own_message(world: World, params: Params) -> Message:
    chat = world.chat_for(params.text("chat_id"))
    message = chat.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != world.bot:
        raise bad_request("message can't be edited")
    return message


def _edited(message: Message, **changes: object) -> object:
    edited = replace(message, **changes)
    if edited == message:
        raise bad_request(NOT_MODIFIED)
    chat = message.chat
    return chat.message_to_api(chat.put(replace(edited, edits=message.edits + 1)))
