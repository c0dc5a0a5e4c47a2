"""Typed parts of addresses."""

from werkzeug.routing import BaseConverter

from marketplace.core.public_id import ALPHABET, LENGTH


class PublicIdConverter(BaseConverter):
    """``<id:challenge_id>``: a random public id; anything else is no such page."""

    regex = f"[{ALPHABET}]{{{LENGTH}}}"


class CodeConverter(BaseConverter):
    """``<code:direction>``: a kebab-case code of the taxonomy."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


CONVERTERS = {"id": PublicIdConverter, "code": CodeConverter}
