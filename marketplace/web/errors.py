"""Where domain errors and HTTP errors become pages, once for all of them."""

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from marketplace.core.errors import Conflict, DomainError, Invalid, Locked, NotAllowed, NotFound, Unavailable
from marketplace.core.text import Message, _, say
from marketplace.web import problems
from marketplace.web.access import is_api
from marketplace.web.language import gettext, translate
from marketplace.web.uploads import words_of_refusal

STATUS: dict[type, int] = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Locked: 429,
    Unavailable: 503,
    DomainError: 422,
}

TITLES = {
    400: _("请求有误"),
    401: _("请先登录"),
    403: _("没有权限"),
    404: _("没有找到"),
    405: _("不支持这种操作"),
    409: _("内容已变化"),
    412: _("版本不符"),
    413: _("内容太大"),
    415: _("格式不对"),
    422: _("无法处理"),
    428: _("缺少版本"),
    429: _("请稍后再试"),
    500: _("系统出错了"),
    503: _("暂时不可用"),
}
WORDS = {
    400: _("这个请求无法理解，请返回上一页重试。"),
    401: _("登录已过期或尚未登录。登录后请重新提交；本页填写的内容在浏览器里保留着。"),
    403: _("你没有权限做这一步。"),
    404: _("没有找到，或者你无权查看。"),
    405: _("这个地址不支持这种操作。"),
    412: _("你看到的版本之后，内容又被改过。请取得最新版本后再改。"),
    413: _("提交的内容超过了上限（%(most)d MB），请精简后再提交。"),
    415: _("请求的正文要用 JSON（Content-Type: application/json）。"),
    422: _("填写的内容有误，请按提示修改。"),
    428: _("修改时要在 If-Match 里写明你看到的版本，即取得内容时的 ETag。"),
    500: _("出了意料之外的问题，什么都没有改动。请稍后重试。"),
    503: _("数据库正忙，什么都没有改动，请稍后重试。"),
}
DISK_FULL = _("服务器的磁盘满了，什么都没有改动，请稍后重试。")
TOO_LARGE, MEGABYTE = 413, 1024 * 1024
SEMICOLON = _("；")
CSRF_WORDS = _("页面停留太久，安全令牌已失效。请返回上一页刷新后再提交；填写的内容在浏览器里保留着。")


def status_of(error: DomainError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def show(error: DomainError) -> ResponseReturnValue:
    if is_api():
        return problems.of_domain(error, status_of(error), TITLES)
    message = error.message
    if isinstance(error, Invalid) and error.fields:
        message = say("%(what)s", what=gettext(SEMICOLON).join(translate(text) for text in error.fields.values()))
    return page(status_of(error), message)


def page(status: int, message: Message | str) -> ResponseReturnValue:
    title = TITLES.get(status, TITLES[500])
    if is_api():
        return problems.answer(status, title, message)
    return render_template("errors/page.html", title=title, message=translate(message), status=status), status


def show_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, CSRFError):
        return page(400, CSRF_WORDS)
    if status < 400:  # noqa: PLR2004  (redirects raised as exceptions)
        return error
    if is_api():
        return problems.of_http(error, TITLES, WORDS)
    if status == TOO_LARGE:
        most = (request.max_content_length or 0) // MEGABYTE
        return page(status, words_of_refusal() or say(WORDS[status], most=most))
    return page(status, WORDS.get(status, WORDS[500]))


def show_stale(_error: StaleDataError) -> ResponseReturnValue:
    return show(Conflict())


def show_busy(error: OperationalError) -> ResponseReturnValue:
    _log_unexpected(error)
    return page(503, DISK_FULL if is_disk_full(error) else WORDS[503])


def is_disk_full(error: OperationalError) -> bool:
    """SQLite and PostgreSQL (code 53100) both name it; other faults of writing count as a database that is busy."""
    return getattr(error.orig, "sqlstate", None) == "53100" or "disk is full" in str(error.orig)


def show_unexpected(error: Exception) -> ResponseReturnValue:
    _log_unexpected(error)
    return page(500, WORDS[500])


def _log_unexpected(error: Exception) -> None:
    current_app.logger.error("unexpected error", exc_info=error)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, show)
    app.register_error_handler(StaleDataError, show_stale)
    app.register_error_handler(OperationalError, show_busy)
    app.register_error_handler(HTTPException, show_http)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, show_unexpected)
