"""密级: how widely something may be read. State secrets are never taken; these three kinds are all there is."""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.core.text import _


class Secrecy(StrEnum):
    """公开, 内部, 商业秘密."""

    PUBLIC = "public"
    INTERNAL = "internal"
    TRADE_SECRET = "trade_secret"  # noqa: S105  (a kind, not a secret)


SECRECY_LABELS: Mapping[Secrecy, str] = {
    Secrecy.PUBLIC: _("公开"),
    Secrecy.INTERNAL: _("内部"),
    Secrecy.TRADE_SECRET: _("商业秘密"),
}
NO_STATE_SECRETS = _("不含国家秘密：密级只有公开、内部、商业秘密三种；涉及国家秘密的内容一律不得上传。")
