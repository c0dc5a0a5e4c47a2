"""Why a file is not taken, in words that say what to do (pure)."""

from marketplace.core.errors import Invalid
from marketplace.core.text import Message, _, say

FIELD = "file"
EMPTY = _("这个文件是空的（0 字节），请重新选择。")
NO_FILE = _("请选择要上传的文件。")
TOO_LARGE = _("文件超过了上限（每个文件最多 %(most)s），请压缩或拆分后再上传。")
THING_FULL = _("附件总量超过了上限（合计最多 %(most)s），请先删除不需要的附件。")
TOO_MANY = _("附件已到上限（最多 %(most)d 个），请先删除不需要的附件。")
NOT_LISTED = _("不接受这种文件（%(ending)s）。可以上传：%(known)s。")
NO_ENDING = _("文件名没有扩展名，看不出是什么文件。可以上传：%(known)s。")
NOT_WHAT_IT_SAYS = _("文件内容和扩展名不符：扩展名是 %(ending)s，内容不是。请用原软件另存后再上传。")
OLD_OFFICE = _("这是旧版 Office 格式或加了密码的文件，请去掉密码，另存为 docx、xlsx 或 pptx 后再上传。")
BROKEN = _("文件已损坏或不完整，打不开。请检查原文件后重新上传。")
WITH_MACROS = _("文件里有宏或控件，不能上传。请另存为不含宏的格式。")
WITH_PROGRAM = _("文件里藏有可执行程序（%(name)s），不能上传。")
WITH_OUTSIDE = _("文件引用了外部模板或对象，不能上传。请断开链接后另存。")
WITH_PASSWORD = _("文件加了密码或权限限制，无法检查。请去掉后再上传。")
WITH_SCRIPT = _("PDF 里有脚本、启动命令或嵌入的文件，不能上传。请用“打印为 PDF”重新生成。")
TWO_IN_ONE = _("文件里混有另一种文件的内容，不能上传。请用原软件另存后再上传。")
BOMB = _("压缩包解开后太大或压缩比异常，不能上传。")
TOO_MANY_MEMBERS = _("压缩包里的文件太多（最多 %(most)d 个），请拆分后再上传。")
NESTED = _("压缩包里不能再有压缩包（%(name)s），请解开后再打包。")
BAD_PATH = _("压缩包里的路径有问题（%(name)s），不能上传。请重新打包。")
BAD_MEMBER = _("压缩包里的“%(name)s”不能上传：%(why)s")
HUGE_PICTURE = _("图片的像素太多，请缩小后再上传。")
NOT_TEXT = _("这不是文本文件，或编码无法识别。请另存为 UTF-8 后再上传。")
NOT_STRIPPED = _("去不掉这个文件里的作者信息，匿名发榜不能附它。PDF 请用“打印为 PDF”重新生成，压缩包请解开后逐个上传。")
SHOWN_NAME = 60


def refused(text: str, **values: object) -> Invalid:
    return Invalid({FIELD: say(text, **values)})


def why(refusal: Invalid) -> Message:
    return refusal.fields[FIELD]


def shown(name: str) -> str:
    """A name from inside a file as a refusal may repeat it."""
    return "".join(character if character.isprintable() else "�" for character in name)[:SHOWN_NAME]
