"""Settings: one name each, from the environment, `.env` or `jecite.toml`."""

import pytest

from bot.settings import SettingsError, list_settings, load_settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_defaults(tmp_path):
    settings = load_settings()
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.questions_per_minute == 20
    assert settings.index is None
    assert settings.reader == "bundled"
    assert settings.admits(chat=1, person=2)


def test_the_environment_wins_over_env_file_over_toml(tmp_path, monkeypatch):
    (tmp_path / "jecite.toml").write_text("workers = 1\nqueue_size = 1\nquestions_per_minute = 1\n")
    (tmp_path / ".env").write_text("JECITE_WORKERS=2\nJECITE_QUEUE_SIZE=2\n")
    monkeypatch.setenv("JECITE_WORKERS", "3")
    settings = load_settings()
    assert (settings.workers, settings.queue_size, settings.questions_per_minute) == (3, 2, 1)


def test_an_empty_variable_leaves_what_a_file_says(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("JECITE_WORKERS=2\n")
    monkeypatch.setenv("JECITE_WORKERS", "")
    assert load_settings().workers == 2


@pytest.mark.parametrize("given", ["1,-200", "1, -200", "[1, -200]", "1 -200"])
def test_ids_are_read_with_commas(monkeypatch, given):
    monkeypatch.setenv("JECITE_ALLOWED_CHATS", given)
    settings = load_settings()
    assert settings.allowed_chats == (1, -200)
    assert settings.admits(chat=-200, person=7)
    assert not settings.admits(chat=-201, person=7)


def test_the_reader_can_be_turned_off(tmp_path):
    (tmp_path / "jecite.toml").write_text("reader = 'none'\n")
    assert load_settings().reader == "none"


def test_ids_from_toml(tmp_path):
    (tmp_path / "jecite.toml").write_text("allowed_users = [42, 43]\n")
    assert load_settings().allowed_users == (42, 43)


@pytest.mark.parametrize(
    "content", ["allowed_users = true", "allowed_users = [true]", "workers = true"]
)
def test_true_is_no_number(tmp_path, content):
    (tmp_path / "jecite.toml").write_text(content)
    with pytest.raises(SettingsError, match=r"JECITE_\w+: must not be true or false"):
        load_settings()


def test_a_tilde_is_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".env").write_text("JECITE_INDEX=~/index\nJECITE_TELEGRAM_TOKEN_FILE=~/token\n")
    (tmp_path / "token").write_text(TOKEN)
    settings = load_settings()
    assert settings.index == tmp_path / "index"
    assert settings.token().get_secret_value() == TOKEN


@pytest.mark.parametrize(
    ("where", "content", "named"),
    [
        ("jecite.toml", "telegram_tokn = 'x'\n", r"_tokn in jecite\.toml is .* telegram_token\?"),
        (".env", "JECITE_QUEUE=3\n", r"JECITE_QUEUE in \.env is .* JECITE_QUEUE_SIZE\?"),
    ],
)
def test_an_unknown_key_in_a_file_is_an_error(tmp_path, where, content, named):
    (tmp_path / where).write_text(content)
    with pytest.raises(SettingsError, match=named):
        load_settings()


def test_an_env_file_may_hold_what_others_read(tmp_path):
    content = "DATABASE_URL=x\nJECITE_SHARED_DATA=/data\nJECITE_WORKERS=3\n"
    (tmp_path / ".env").write_text(content)
    assert load_settings().workers == 3


@pytest.mark.parametrize("empty", ["", " "])
def test_what_is_empty_is_not_set(tmp_path, monkeypatch, empty):
    (tmp_path / "token").write_text(TOKEN)
    names = [name for name, _ in list_settings()]
    for name in names:
        monkeypatch.setenv(name, empty)
    (tmp_path / ".env").write_text("".join(f"{name}={empty}\n" for name in names))
    (tmp_path / "jecite.toml").write_text(f"reader = '{empty}'\ntelegram_token_file = 'token'\n")
    settings = load_settings()
    assert settings.index is None
    assert settings.model_fields_set <= {"telegram_token_file"}


def test_case_and_space_that_mean_nothing(monkeypatch):
    monkeypatch.setenv("JECITE_LOG_LEVEL", "debug")
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN", f" {TOKEN}\n")
    settings = load_settings()
    assert settings.log_level == "DEBUG"
    assert settings.token().get_secret_value() == TOKEN


def test_an_unknown_variable_is_an_error(monkeypatch):
    monkeypatch.setenv("JECITE_INDEXX", "x")
    with pytest.raises(SettingsError, match=r"JECITE_INDEXX is not a setting. .* JECITE_INDEX\?"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("JECITE_WORKERS", "many", "JECITE_WORKERS"),
        ("JECITE_WORKERS", "0", "JECITE_WORKERS"),
        ("JECITE_TELEGRAM_API_URL", "localhost:80", "https://"),
        ("JECITE_ALLOWED_CHATS", "équipe", "JECITE_ALLOWED_CHATS"),
        ("JECITE_LOG_LEVEL", "LOUD", "JECITE_LOG_LEVEL"),
        ("JECITE_READER", "magic", "JECITE_READER: .*'bundled' or 'none'"),
    ],
)
def test_a_malformed_value_names_its_setting(monkeypatch, name, value, reason):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=reason):
        load_settings()


def test_broken_toml(tmp_path):
    (tmp_path / "jecite.toml").write_text("workers = \n")
    with pytest.raises(SettingsError, match=r"jecite\.toml"):
        load_settings()


@pytest.mark.parametrize(
    "content",
    [b"index = " + b"[" * 5000, b"workers = " + b"1" * 5000, "index = 'é'\n".encode("latin-1")],
    ids=["nested", "digits", "latin-1"],
)
def test_toml_that_the_parser_refuses(tmp_path, content):
    (tmp_path / "jecite.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"^jecite\.toml is not valid TOML"):
        load_settings()


def test_an_env_file_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "jecite.toml").write_text("workers = 1\n")
    (tmp_path / ".env").write_bytes("JECITE_INDEX=été\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"^\.env is not UTF-8"):
        load_settings()


@pytest.mark.parametrize("name", [".env", "jecite.toml"])
def test_a_file_that_cannot_be_read(tmp_path, name):
    (tmp_path / name).symlink_to("/proc/self/mem")  # opens, but its first byte is nobody's
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path):
    (tmp_path / "jecite.toml").write_text("\ufeffworkers = 3\n", encoding="utf-8")
    (tmp_path / ".env").write_text("\ufeffJECITE_QUEUE_SIZE=2\n", encoding="utf-8")
    settings = load_settings()
    assert (settings.workers, settings.queue_size) == (3, 2)


def test_the_token_is_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN", TOKEN)
    settings = load_settings()
    assert settings.token().get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings)
    assert TOKEN not in repr(settings.token())
    (tmp_path / "jecite.toml").write_text("telegram_token = 123456789\n")
    monkeypatch.delenv("JECITE_TELEGRAM_TOKEN")
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    assert "123456789" not in str(wrong.value)


def test_the_token_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "token").write_text(f"\ufeff{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    assert load_settings().token().get_secret_value() == TOKEN
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN", TOKEN)
    with pytest.raises(SettingsError, match="not both"):
        load_settings()


@pytest.mark.parametrize("content", ["", "my token\n", "12:34\n"])
def test_a_file_without_a_token(tmp_path, monkeypatch, content):
    (tmp_path / "token").write_text(content)
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(SettingsError, match="holds no Telegram token"):
        load_settings().token()


def test_a_missing_token_file(tmp_path, monkeypatch):
    monkeypatch.setenv("JECITE_TELEGRAM_TOKEN_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="nowhere"):
        load_settings().token()


def test_the_list_names_each_setting_with_its_default():
    listed = dict(list_settings())
    assert "JECITE_TELEGRAM_TOKEN" in listed
    assert "(20)" in listed["JECITE_QUESTIONS_PER_MINUTE"]
