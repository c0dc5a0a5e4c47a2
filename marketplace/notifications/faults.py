"""Why something was not delivered, in words for people (pure). The rows keep the technical ones."""

import re

from marketplace.core.text import Message, _, say

_KNOWN = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"the mail server answered (?P<code>\d+)", _("邮件服务器回答 %(code)s")),
        (r"the mail server cannot be reached", _("连不上邮件服务器")),
        (r"the mail server hung up", _("邮件服务器中断了连接")),
        (r"the mail server does not offer", _("邮件服务器不支持设置要求的加密或登录")),
        (r"no TLS with the mail server", _("与邮件服务器无法加密通信")),
        (r"no gateway is set up", _("没有设置网关")),
        (
            r"the gateway answered (?P<code>\d+): redirects",
            _("网关回答 %(code)s：要转到别的地址，请改填最终的"),
        ),
        (r"the gateway answered (?P<code>\d+) without", _("网关回答 %(code)s，但没有成功标志")),
        (r"the gateway answered (?P<code>\d+)", _("网关回答 %(code)s")),
        (r"the gateway answered with error code (?P<code>-?\d+)", _("网关回答错误码 %(code)s")),
        (r"the gateway lies inside the network", _("网关在内网，而设置没有允许")),
        (r"the gateway's address is one that is never asked", _("网关的地址是不允许访问的")),
        (r"the gateway's (address|headers)", _("网关的地址、请求头或模板不能用")),
        (r"the gateway did not answer in time", _("网关没有及时回答")),
        (r"no TLS with the gateway", _("与网关无法加密通信")),
        (r"the gateway's name leads nowhere", _("找不到网关的域名")),
        (r"the gateway hung up", _("网关中断了连接")),
        (r"the gateway cannot be reached", _("连不上网关")),
        (r"the gateway does not speak HTTP", _("网关的回答不是 HTTP")),
        (r"the words cannot be made", _("消息的文字生成失败，请联系技术人员")),
        (r"the worker ended while sending", _("发送时后台程序中断")),
    )
)
OTHER = _("出了意外的错误，请联系技术人员")


def said_of(error: str) -> Message:
    """The reason that was kept, as a sentence."""
    for pattern, words in _KNOWN:
        found = pattern.match(error)
        if found:
            code = found.groupdict().get("code")
            return say(words, code=code) if code else say(words)
    return say(OTHER)
