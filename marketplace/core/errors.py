"""What can go wrong in the domain, before anyone has heard of HTTP.

Every error carries a message for the person asking; it is translated at the edge.
"""

from collections.abc import Mapping

from marketplace.core.text import Message, _


class DomainError(Exception):
    """A rule said no. The message is safe to show to the person asking."""

    default = _("这一步现在不能做。")

    def __init__(self, message: Message | str | None = None) -> None:
        self.message = message if isinstance(message, Message) else Message(message or self.default)
        super().__init__(str(self.message))


class NotFound(DomainError):
    """There is no such thing, or not for this actor: the two are never told apart."""

    default = _("没有找到，或者你无权查看。")


class NotAllowed(DomainError):
    default = _("你没有权限做这一步。")


class Conflict(DomainError):
    """The thing is no longer in the state that the step needs."""

    default = _("这条内容刚刚被别人改过，请看过最新内容后再操作。")


class Invalid(DomainError):
    """Input that cannot be taken, by field: the form shows each message at its place."""

    default = _("填写的内容有误，请按提示修改。")

    def __init__(self, fields: Mapping[str, Message | str], message: Message | str | None = None) -> None:
        super().__init__(message)
        self.fields: dict[str, Message] = {
            name: text if isinstance(text, Message) else Message(text) for name, text in fields.items()
        }

    def __str__(self) -> str:
        return "; ".join(f"{name}: {text}" for name, text in self.fields.items())


class Unavailable(DomainError):
    """A part of the site does not work just now: a disk is full, a content cannot be had."""

    default = _("暂时不可用，什么都没有改动，请稍后重试。")


class Locked(DomainError):
    """Too many attempts; wait."""

    default = _("尝试次数过多，请稍后再试。")
