"""States of a stored file and the kinds that its content may turn out to be."""

from django.db import models


class FileState(models.TextChoices):
    """Where a file stands between arrival and use."""

    QUARANTINED = "QUARANTINED", "等待病毒检查"
    CLEAN = "CLEAN", "检查通过"
    # Only where a deployment accepts it (the demonstration); shown as such wherever the file is shown.
    NOT_SCANNED = "NOT_SCANNED", "未作病毒检查"
    INFECTED = "INFECTED", "含恶意代码"


# kind -> (media type, what a person calls it)
KINDS: dict[str, tuple[str, str]] = {
    "pdf": ("application/pdf", "PDF 文件"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word 文档（.docx）",
    ),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel 表格（.xlsx）",
    ),
    "png": ("image/png", "PNG 图片"),
    "jpeg": ("image/jpeg", "JPEG 图片"),
    "text": ("text/plain", "纯文本文件"),
    "html": ("text/html", "网页文件（.html）"),
    "xml": ("application/xml", "XML 文件"),
    "zip": ("application/zip", "压缩包（.zip）"),
    "macro": ("application/octet-stream", "带宏的 Office 文件"),
    "doc": ("application/msword", "旧版 Word 文件（.doc）"),
    "xls": ("application/vnd.ms-excel", "旧版 Excel 文件（.xls）"),
    "other": ("application/octet-stream", "无法识别的文件"),
}
# What to tell a person whose file is of a kind that a better one replaces.
ADVICE: dict[str, str] = {
    "doc": "请在 Word 中另存为 .docx 后再上传。",
    "xls": "请在 Excel 中另存为 .xlsx 后再上传。",
    "macro": "请另存为不含宏的 .docx 或 .xlsx 后再上传。",
    "zip": "请解压后逐个上传。",
}
