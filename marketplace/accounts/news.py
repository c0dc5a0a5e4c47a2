"""What people are told of their account. Letters that open something go to the address alone."""

from marketplace.core.news import MAIL_ONLY, News, declare
from marketplace.core.text import _

declare(
    News(
        kind="account.verify_email",
        label=_("验证邮箱"),
        title=_("请验证邮箱"),
        text=_("有人用这个邮箱注册了揭榜台的账户。如果是您，请打开下面的链接并按下按钮（%(hours)s 小时内有效）："),
        path="/verify-email/%(token)s",
        after=_("如果不是您，不必理会，账户不会启用。"),
        must=MAIL_ONLY,
        in_inbox=False,
    ),
    News(
        kind="account.finish_registration",
        label=_("完成注册"),
        title=_("完成注册"),
        text=_(
            "有人用这个邮箱再次注册。这个邮箱已有一个还没有验证的账户，"
            "请打开下面的链接设置密码，完成注册（%(hours)s 小时内有效）："
        ),
        path="/password/reset/%(token)s",
        after=_("如果不是您，不必理会，账户不会启用。"),
        must=MAIL_ONLY,
        in_inbox=False,
    ),
    News(
        kind="account.already_registered",
        label=_("您已有账户"),
        title=_("您已有账户"),
        text=_("有人用这个邮箱注册揭榜台，但它已有账户。如果是您，请直接登录；忘记密码也在那里重设："),
        path="/login",
        after=_("如果不是您，不必理会，什么都没有改变。"),
        must=MAIL_ONLY,
        in_inbox=False,
    ),
    News(
        kind="account.reset_password",
        label=_("重设密码"),
        title=_("重设密码"),
        text=_("有人申请重设这个账户的密码。如果是您，请打开下面的链接设置新密码（%(hours)s 小时内有效）："),
        path="/password/reset/%(token)s",
        after=_("如果不是您，不必理会，密码没有改变。"),
        must=MAIL_ONLY,
        in_inbox=False,
    ),
    News(
        kind="account.sitting_code",
        label=_("验证码"),
        title=_("验证码"),
        text=_("您正在登录的浏览器里请求了验证码（%(minutes)s 分钟内有效，只能用一次）："),
        quoted="code",
        closing=_("如果不是您，请修改密码，不要把验证码告诉任何人。"),
        path="/account/password",
        must=MAIL_ONLY,
        in_inbox=False,
    ),
)
