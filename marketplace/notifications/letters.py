"""The letters of this application (adapter to Flask): where they go and in which words, as the settings say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.support import Translations
from flask import Flask

from config import Config
from marketplace.core.news import ChannelName
from marketplace.notifications.channels import Channel, open_channel, sender_of
from marketplace.notifications.words import Render, renderer, voice

KEY = "jiebang.letters"


@dataclass(frozen=True, slots=True)
class Letters:
    """What the worker needs to send what is due."""

    channels: Mapping[ChannelName, Channel]
    render: Render


def init_app(app: Flask, config: Config) -> None:
    """Nothing is opened until the first letter."""
    mail = open_channel(config.mail_url, folder=config.mail_folder, sender=sender_of(config.base_url))
    app.extensions[KEY] = Letters(
        channels={ChannelName.MAIL: mail},
        render=render_for(config, Path(str(app.template_folder)), app.config["BABEL_TRANSLATION_DIRECTORIES"]),
    )


def offered_channels(app: Flask) -> Sequence[ChannelName]:
    """The channels that people may choose: those that are set up."""
    letters: Letters = app.extensions[KEY]
    return tuple(letters.channels)


def render_for(config: Config, templates: Path, translations: str) -> Render:
    """Chinese as written, English by the catalogue."""
    english: Any = Translations.load(translations, ["en"])
    return renderer(
        {
            "zh": voice(templates, html_lang="zh-CN", gettext=_as_written, ngettext=_one_or_many),
            "en": voice(templates, html_lang="en", gettext=english.gettext, ngettext=english.ngettext),
        },
        base_url=config.base_url,
    )


def _as_written(text: str) -> str:
    return text


def _one_or_many(one: str, many: str, number: int) -> str:
    return one if number == 1 else many
