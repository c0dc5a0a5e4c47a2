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
from marketplace.notifications.webhooks import Gateway, WebhookChannel
from marketplace.notifications.words import Render, renderer, voice
from marketplace.settings import current, keys
from marketplace.settings import queries as settings
from marketplace.web.transaction import reading

KEY = "jiebang.letters"


@dataclass(frozen=True, slots=True)
class Letters:
    """What the worker needs to send what is due."""

    channels: Mapping[ChannelName, Channel]
    render: Render


def init_app(app: Flask, config: Config) -> None:
    """Nothing is opened until the first letter."""
    mail = open_channel(config.mail_url, folder=config.mail_folder, sender=lambda: _sender(config))
    app.extensions[KEY] = Letters(
        channels={
            ChannelName.MAIL: mail,
            ChannelName.SMS: WebhookChannel(lambda: _sms(config)),
            ChannelName.WECOM: WebhookChannel(lambda: _wecom(config)),
        },
        render=render_for(config, Path(str(app.template_folder)), app.config["BABEL_TRANSLATION_DIRECTORIES"]),
    )


def offered_channels() -> Sequence[ChannelName]:
    """The channels that people may choose: those that are set up."""
    gateways = {ChannelName.SMS: keys.SMS_URL, ChannelName.WECOM: keys.WECOM_URL}
    return tuple(one for one in ChannelName if one not in gateways or current.value(gateways[one]))


def _sender(config: Config) -> str:
    with reading() as session:
        name = settings.value(session, keys.MAIL_FROM_NAME) or settings.value(session, keys.SITE_NAME)
        return sender_of(config.base_url, name=name, address=settings.value(session, keys.MAIL_FROM))


def _sms(config: Config) -> Gateway | None:
    with reading() as session:
        url = settings.value(session, keys.SMS_URL)
        if not url:
            return None
        return Gateway(
            url=url,
            method=settings.value(session, keys.SMS_METHOD),
            headers=settings.value(session, keys.SMS_HEADERS),
            template=settings.value(session, keys.SMS_TEMPLATE),
            success=settings.value(session, keys.SMS_SUCCESS),
            secret=settings.secret(session, keys.SMS_SECRET, seal_key=config.seal_key) or "",
            may_be_inside=settings.value(session, keys.SMS_INSIDE),
        )


def _wecom(config: Config) -> Gateway | None:
    with reading() as session:
        url = settings.value(session, keys.WECOM_URL)
        if not url:
            return None
        return Gateway(
            url=url,
            template=settings.value(session, keys.WECOM_TEMPLATE),
            success=settings.value(session, keys.WECOM_SUCCESS),
            secret=settings.secret(session, keys.WECOM_SECRET, seal_key=config.seal_key) or "",
            may_be_inside=settings.value(session, keys.WECOM_INSIDE),
        )


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
