"""The words of onboarding: applications, their documents, the tests before an operator is connected."""

from django.db.models import TextChoices


class ApplicationState(TextChoices):
    """Where an application for linkage stands."""

    DRAFT = "DRAFT", "待申请人填写"
    SUBMITTED = "SUBMITTED", "待经办审核"
    RETURNED = "RETURNED", "退回补正"
    RECOMMENDED = "RECOMMENDED", "待复核"
    APPROVED = "APPROVED", "同意对接"
    REFUSED = "REFUSED", "不予对接"


class BusinessSystem(TextChoices):
    """With which business system an operator issues and redeems (REG18 Art. 10 and 11)."""

    OWN = "OWN", "自建业务处理系统"
    PUBLIC_BASE = "PUBLIC_BASE", "公共基础业务处理系统"


class DocumentKind(TextChoices):
    """What an applicant hands in."""

    CHARTER = "CHARTER", "单用途卡章程"
    CONTRACT = "CONTRACT", "购卡合同文本"
    STATEMENT = "STATEMENT", "上年度财务报表"
    OTHER = "OTHER", "其他材料"


class LinkageStepKind(TextChoices):
    """What happened on the way to linkage."""

    REGISTERED = "REGISTERED", "登记经营者"
    COMPARED = "COMPARED", "比对登记信息"
    ACCOUNT = "ACCOUNT", "开立经营者账号"
    FILLED_IN = "FILLED_IN", "填写申请"
    UPDATED = "UPDATED", "更新信息"
    SUBMITTED = "SUBMITTED", "提交对接申请"
    RETURNED = "RETURNED", "退回补正"
    RECOMMENDED = "RECOMMENDED", "经办同意"
    APPROVED = "APPROVED", "复核同意"
    REFUSED = "REFUSED", "不予对接"
    KEY = "KEY", "登记公钥"
    KEY_REVOKED = "KEY_REVOKED", "停用公钥"
    TESTED = "TESTED", "样例检查"
    CONNECTED = "CONNECTED", "完成对接"
    MARK_ISSUED = "MARK_ISSUED", "核发对接标识"
    MARK_WITHDRAWN = "MARK_WITHDRAWN", "收回对接标识"
