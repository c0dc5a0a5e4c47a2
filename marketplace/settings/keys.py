"""The settings of the site as a whole (pure): its name, the foot of its pages, its gateways.

A feature declares what it alone reads beside its own modules; what several read stands here.
In addresses, headers and templates of gateways ``{secret}`` is where the secret goes; what else can be filled in for
each message says ``gateway_texts.PLACES``.
"""

from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email

from marketplace.core.setting import Setting, SettingGroup, SettingType
from marketplace.core.text import Message, _, say
from marketplace.settings import gateway_texts

NOT_AN_ADDRESS = _("这不是有效的邮箱地址，例如 office@example.com。")
NOT_A_HEADER = _("第 %(line)d 行要写成“名称: 值”。")


def _address_fault(text: str) -> Message | None:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return say(NOT_AN_ADDRESS)
    return None


def _header_fault(text: str) -> Message | None:
    for number, line in enumerate(text.splitlines(), start=1):
        name, colon, value = line.partition(":")
        is_name = name.isascii() and all(mark.isalnum() or mark in "-_" for mark in name) and name
        if not (colon and is_name and value.strip()):
            return say(NOT_A_HEADER, line=number)
    return gateway_texts.header_places_fault(text)


SUCCESS_HELP = _('网关回答里出现这段文字才算送到，例如 "code":0。不填时看回答的状态，有 errcode 的还要它是 0。')
INSIDE = _("网关在内网")
INSIDE_HELP = _("勾选后可以访问内网和本机的地址；不勾选时一律拒绝，以免这个地址被用来探测内网。")

SITE = SettingGroup("site", _("站点"), _("站点的名称，以及以谁的名义发布。"))
SITE_NAME = Setting(name="site-name", group=SITE, label=_("站点名称"), default="", help=_("不填就用“揭榜台”。"))
SITE_NAME_EN = Setting(name="site-name-en", group=SITE, label=_("站点英文名称"), default="")
SITE_OFFICE = Setting(
    name="site-office",
    group=SITE,
    label=_("发布单位"),
    default="",
    help=_("榜单正文和公示的落款。不填就用主办单位。"),
)

FOOTER = SettingGroup("footer", _("页脚"), _("显示在每一页的页脚；没有填的不显示。"))
FOOTER_HOST = Setting(name="footer-host", group=FOOTER, label=_("主办单位"), default="")
FOOTER_HOST_EN = Setting(name="footer-host-en", group=FOOTER, label=_("主办单位英文名称"), default="")
FOOTER_OPERATOR = Setting(name="footer-operator", group=FOOTER, label=_("承办单位"), default="")
FOOTER_OPERATOR_EN = Setting(name="footer-operator-en", group=FOOTER, label=_("承办单位英文名称"), default="")
FOOTER_PHONE = Setting(name="footer-phone", group=FOOTER, label=_("联系电话"), default="")
FOOTER_EMAIL = Setting(name="footer-email", group=FOOTER, label=_("联系邮箱"), default="", check=_address_fault)
FOOTER_ADDRESS = Setting(name="footer-address", group=FOOTER, label=_("地址"), default="")
FOOTER_ADDRESS_EN = Setting(name="footer-address-en", group=FOOTER, label=_("英文地址"), default="")
FOOTER_ICP = Setting(
    name="footer-icp", group=FOOTER, label=_("ICP 备案号"), default="", help=_("例如 沪ICP备00000000号-1。")
)
FOOTER_POLICE = Setting(
    name="footer-police",
    group=FOOTER,
    label=_("公安备案号"),
    default="",
    help=_("例如 沪公网安备 31011400000000号。"),
)

SMS = SettingGroup(
    "sms",
    _("短信网关"),
    _(
        "填了地址才发短信。每条短信向这个地址请求一次，地址、请求头和内容里可以写占位符："
        "{phone} 号码、{text} 内容、{subject} 标题、{url} 链接、{reference} 投递编号（重复投递时不变）、{secret} 密钥。"
    ),
)
SMS_URL = Setting(
    name="sms-url",
    group=SMS,
    label=_("网关地址"),
    type=SettingType.URL,
    default="",
    help=_("网关若转到别的地址不会跟去；请直接填最终的地址。"),
    check=gateway_texts.address_fault,
)
SMS_METHOD = Setting(
    name="sms-method",
    group=SMS,
    label=_("请求方法"),
    type=SettingType.CHOICE,
    default="POST",
    choices={"POST": "POST", "GET": "GET"},
    help=_("用 GET 时不发内容模板，号码和内容要写在地址里。"),
)
SMS_HEADERS = Setting(
    name="sms-headers",
    group=SMS,
    label=_("请求头"),
    type=SettingType.LINES,
    default="Content-Type: application/json",
    help=_("每行一个，写成“名称: 值”。"),
    check=_header_fault,
)
SMS_TEMPLATE = Setting(
    name="sms-template",
    group=SMS,
    label=_("请求内容模板"),
    type=SettingType.LINES,
    default='{"phone": "{phone}", "text": "{text}"}',
    help=_("一个 JSON 对象。"),
    check=gateway_texts.template_fault,
)
SMS_SUCCESS = Setting(name="sms-success", group=SMS, label=_("成功标志"), default="", help=SUCCESS_HELP)
SMS_SECRET = Setting(name="sms-secret", group=SMS, label=_("网关密钥"), type=SettingType.SECRET, default="")
SMS_INSIDE = Setting(
    name="sms-inside", group=SMS, label=INSIDE, type=SettingType.BOOLEAN, default=False, help=INSIDE_HELP
)

WECOM = SettingGroup(
    "wecom",
    _("企业微信"),
    _(
        "填了地址才发企业微信消息，占位符与短信网关相同。群机器人会把消息发到整个群："
        "要让消息只到本人，请用能按 {phone} 找到本人的网关。"
    ),
)
WECOM_URL = Setting(
    name="wecom-url",
    group=WECOM,
    label=_("机器人或网关地址"),
    type=SettingType.URL,
    default="",
    help=_("密钥不要写在这里，用 {secret} 占位。"),
    check=gateway_texts.address_fault,
)
WECOM_TEMPLATE = Setting(
    name="wecom-template",
    group=WECOM,
    label=_("请求内容模板"),
    type=SettingType.LINES,
    default='{"msgtype": "text", "text": {"content": "{subject}\\n{text}", "mentioned_mobile_list": ["{phone}"]}}',
    help=_("一个 JSON 对象。"),
    check=gateway_texts.template_fault,
)
WECOM_SUCCESS = Setting(name="wecom-success", group=WECOM, label=_("成功标志"), default="", help=SUCCESS_HELP)
WECOM_SECRET = Setting(name="wecom-secret", group=WECOM, label=_("网关密钥"), type=SettingType.SECRET, default="")
WECOM_INSIDE = Setting(
    name="wecom-inside", group=WECOM, label=INSIDE, type=SettingType.BOOLEAN, default=False, help=INSIDE_HELP
)

MAIL = SettingGroup("mail", _("邮件"), _("站点发出的邮件写谁为发件人。"))
MAIL_FROM = Setting(
    name="mail-from",
    group=MAIL,
    label=_("发件地址"),
    default="",
    help=_("不填就用 noreply@ 加站点的域名。"),
    check=_address_fault,
)
MAIL_FROM_NAME = Setting(
    name="mail-from-name", group=MAIL, label=_("发件人名称"), default="", help=_("不填就用站点名称。")
)

TERMS = SettingGroup("terms", _("期限"), _("按工作日历推算，开始的当天不算。"))
REVIEW_DAYS = Setting(
    name="review-days",
    group=TERMS,
    label=_("审核期限（工作日）"),
    type=SettingType.INTEGER,
    default=5,
    smallest=1,
    largest=60,
    help=_("提交之后多少个工作日内审核完，写在运营专员的待办里。"),
)

DEMO = SettingGroup("demo", _("演示环境"))
DEMO_SECOND_FACTOR = Setting(
    name="demo-second-factor",
    group=DEMO,
    label=_("演示环境也要求第二重验证"),
    type=SettingType.BOOLEAN,
    default=False,
    help=_("正式环境总是要求，这一项只管演示环境。"),
)

KEYS: Sequence[Setting[Any]] = (
    SITE_NAME, SITE_NAME_EN, SITE_OFFICE,
    FOOTER_HOST, FOOTER_HOST_EN, FOOTER_OPERATOR, FOOTER_OPERATOR_EN, FOOTER_PHONE, FOOTER_EMAIL,
    FOOTER_ADDRESS, FOOTER_ADDRESS_EN, FOOTER_ICP, FOOTER_POLICE,
    SMS_URL, SMS_METHOD, SMS_HEADERS, SMS_TEMPLATE, SMS_SUCCESS, SMS_SECRET, SMS_INSIDE,
    WECOM_URL, WECOM_TEMPLATE, WECOM_SUCCESS, WECOM_SECRET, WECOM_INSIDE,
    MAIL_FROM, MAIL_FROM_NAME,
    REVIEW_DAYS,
    DEMO_SECOND_FACTOR,
)  # fmt: skip
