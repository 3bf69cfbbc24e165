"""The Bot API methods that the test server takes, each as strict as Telegram's."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from .chats import Chat
from .entities import Entity, FormattingError, checked_link
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

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_OTHER_KEYBOARDS = frozenset({"keyboard", "remove_keyboard", "force_reply"})

Rows = tuple[tuple[Button, ...], ...]


def get_me(world: World, params: Params) -> object:
    """Tells who the bot is."""
    return {
        **world.bot.to_api(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


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
        buttons=_buttons(params) or (),
        reply_to=replied.message_id if replied else None,
        topic=topic,
        link_preview=_link_preview(params),
    )
    return chat.message_to_api(chat.put(message))


def edit_message_text(world: World, params: Params) -> object:
    """Changes a message of the bot; without `reply_markup` its buttons go."""
    message = _own_message(world, params)
    text, entities = _formatted(params)
    return _edited(message, text=text, entities=entities, buttons=_buttons(params) or ())


def edit_message_reply_markup(world: World, params: Params) -> object:
    """Changes the buttons of a message of the bot, or takes them away."""
    return _edited(_own_message(world, params), buttons=_buttons(params) or ())


def delete_message(world: World, params: Params) -> object:
    """Deletes a message: the bot's, or anyone's where the bot may."""
    chat = world.chat_for(params.text("chat_id"))
    message = chat.find(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not message.from_bot and chat.kind != "private" and not chat.sees_everything:
        raise bad_request("message can't be deleted")
    chat.loses(message)
    return True


def answer_callback_query(world: World, params: Params) -> object:
    """Stops a button from spinning, once, while it isn't too late."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.is_over:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if len(text) > MAX_CALLBACK_ANSWER_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    url = params.text("url") or None
    press.given = CallbackAnswer(text, params.boolean("show_alert"), url)
    press.chat.notify()
    return True


def send_chat_action(world: World, params: Params) -> object:
    """Shows « typing… » or the like."""
    chat = world.chat_for(params.text("chat_id"))
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    topic = _topic(chat, params, None)
    chat.actions.append(ChatAction(action, time.monotonic(), topic))
    chat.notify()
    return True


def get_webhook_info(world: World, params: Params) -> object:
    """Tells whether updates go to a webhook."""
    return {
        "url": world.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }


def delete_webhook(world: World, params: Params) -> object:
    """Goes back to long polling."""
    world.webhook_url = ""
    if params.boolean("drop_pending_updates"):
        world.updates.clear()
        world.changed.notify_all()
    return True


METHODS: Mapping[str, Callable[[World, Params], object]] = {
    "getme": get_me,
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "getwebhookinfo": get_webhook_info,
    "deletewebhook": delete_webhook,
    **PROFILE_METHODS,
}


def _formatted(params: Params) -> tuple[str, tuple[Entity, ...]]:
    entities = params.parsed("entities", list, "entities") or []
    if not all(isinstance(entity, dict) for entity in entities):
        raise bad_request("can't parse MessageEntity: Object expected")
    try:
        return formatted(
            params.text("text"), parse_mode=params.text("parse_mode"), entities=entities
        )
    except FormattingError as error:
        raise bad_request(str(error)) from None


def _replied(chat: Chat, params: Params) -> Message | None:
    reply = params.parsed("reply_parameters", dict, "reply parameters")
    if reply is None and params.has("reply_to_message_id"):
        reply = params.given | {"message_id": params.integer("reply_to_message_id")}
    if reply is None:
        return None
    if reply.get("chat_id") not in (None, chat.chat_id):
        raise bad_request("replies to another chat are not supported by this server")
    message = chat.find(Params(reply).integer("message_id"))
    if message is None and not Params(reply).boolean("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    if message is not None and reply.get("quote", "") not in message.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message


def _topic(chat: Chat, params: Params, replied: Message | None) -> int | None:
    topic = params.integer("message_thread_id") or None
    if topic is None:
        return replied.topic if replied else None
    # The thread of a chain of replies in a plain supergroup can't be written to by its number.
    if topic not in (chat.topics or {}):
        raise bad_request("message thread not found")
    if topic in chat.closed_topics:
        raise bad_request("TOPIC_CLOSED")
    if replied is not None and replied.topic != topic:
        raise bad_request("message to be replied not found")
    return topic


def _buttons(params: Params) -> Rows | None:
    markup = params.parsed("reply_markup", dict, "reply keyboard markup")
    if markup is None or markup.keys() & _OTHER_KEYBOARDS:
        return None
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    keyboard = tuple(tuple(_button(button) for button in row) for row in rows if row)
    crowded = any(len(row) > MAX_BUTTONS_A_ROW for row in keyboard)
    if crowded or sum(len(row) for row in keyboard) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return keyboard


def _button(given: object) -> Button:
    if not isinstance(given, dict):
        raise bad_request(
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object"
        )
    if not isinstance(given.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    text = Params(given).text("text")
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = given.keys() - {"text", "style", "icon_custom_emoji_id"}
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if actions == {"callback_data"}:
        data = Params(given).text("callback_data")
        if not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
        return Button(text, callback_data=data)
    if actions == {"url"}:
        link = checked_link(Params(given).text("url"))
        if link is None:
            raise bad_request(
                f"inline keyboard button URL '{given['url']}' is invalid: Wrong HTTP URL"
            )
        return Button(text, url=link)
    raise bad_request(f"buttons with {sorted(actions)} are not supported by this server")


def _link_preview(params: Params) -> bool:
    options = params.parsed("link_preview_options", dict, "link preview options") or {}
    disabled = options.get("is_disabled") or params.boolean("disable_web_page_preview")
    return not disabled


def _own_message(world: World, params: Params) -> Message:
    if params.has("inline_message_id"):
        raise bad_request("inline messages are not supported by this server")
    chat = world.chat_for(params.text("chat_id"))
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
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
