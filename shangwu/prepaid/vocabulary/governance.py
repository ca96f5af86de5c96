"""The words of credit governance: letters, inspections, grades, the list, what is exchanged."""

from django.db.models import TextChoices


class CaseOrigin(TextChoices):
    """What made an agency open a case."""

    OBSERVATION = "OBSERVATION", "平台发现的异常"
    ALERT = "ALERT", "风险预警"
    COMPLAINT = "COMPLAINT", "消费者投诉"
    INSPECTION = "INSPECTION", "现场检查"
    DAILY = "DAILY", "日常监管"


class StepStatus(TextChoices):
    """Whether an act in a case was drafted, signed by a second person, or sent back."""

    DRAFTED = "DRAFTED", "待签发"
    SIGNED = "SIGNED", "已生效"
    RETURNED = "RETURNED", "已退回"


class EvidenceKind(TextChoices):
    """What a piece of evidence is."""

    OBSERVATION = "OBSERVATION", "异常记录"
    LEDGER_DAY = "LEDGER_DAY", "经营者日账"
    STANDING = "STANDING", "存管核算"
    INSPECTION = "INSPECTION", "现场检查记录"
    REPLY = "REPLY", "当事人答复"
    FILE = "FILE", "材料"
    STATEMENT = "STATEMENT", "情况说明"


class LetterKind(TextChoices):
    """An official paper of a case."""

    WARNING = "WARNING", "监管警示函"
    INTERVIEW = "INTERVIEW", "约谈记录"
    RECTIFICATION = "RECTIFICATION", "限期改正通知书"
    STOP_SALES = "STOP_SALES", "停止收取预付款告知书"
    RESUME_SALES = "RESUME_SALES", "恢复收取预付款告知书"
    HAND_OVER = "HAND_OVER", "案件移送函"


class Delivery(TextChoices):
    """How a paper reached the operator."""

    PLATFORM = "PLATFORM", "平台送达"
    DIRECT = "DIRECT", "直接送达"
    POST = "POST", "邮寄送达"
    PUBLIC = "PUBLIC", "公告送达"


class CheckAnswer(TextChoices):
    """What an inspector found of one item."""

    COMPLIES = "COMPLIES", "符合"
    FAILS = "FAILS", "不符合"
    NOT_APPLICABLE = "NOT_APPLICABLE", "不适用"


class CreditGrade(TextChoices):
    """An operator's grade of credit, by the points of law/."""

    A = "A", "A 级"
    B = "B", "B 级"
    C = "C", "C 级"
    D = "D", "D 级"


class FindingKind(TextChoices):
    """What a pre-check looks up about a business."""

    DISHONESTY_LIST = "DISHONESTY_LIST", "严重失信名单"
    ABNORMAL_LIST = "ABNORMAL_LIST", "经营异常名录"
    JUDGMENT_DEFAULTER = "JUDGMENT_DEFAULTER", "失信被执行人"
    RECENT_PENALTY = "RECENT_PENALTY", "一年内的行政处罚"
    SAME_PERSON = "SAME_PERSON", "同一负责人的其他经营者"
    SAME_ADDRESS = "SAME_ADDRESS", "同一住所的其他经营者"
    SAME_BRAND = "SAME_BRAND", "同一品牌的其他经营者"


class FindingLevel(TextChoices):
    """How a pre-check's finding weighs; whether it stops anything is for a person to say."""

    CLEAR = "CLEAR", "未发现"
    NOTE = "NOTE", "提请注意"
    SERIOUS = "SERIOUS", "应予重点审查"
    UNKNOWN = "UNKNOWN", "未能查明"


class ListingState(TextChoices):
    """Where an entry of the list of seriously dishonest operators stands."""

    PROPOSED = "PROPOSED", "建议列入"
    NOTICED = "NOTICED", "已事先告知"
    LISTED = "LISTED", "已列入"
    DECLINED = "DECLINED", "不予列入"
    REMOVED = "REMOVED", "已移出"


class PetitionKind(TextChoices):
    """What an operator asks about its entry on the list."""

    OBJECTION = "OBJECTION", "异议"
    REPAIR = "REPAIR", "信用修复"


class PetitionState(TextChoices):
    """Where an objection or a request for repair stands."""

    RECEIVED = "RECEIVED", "已收到"
    MARKED = "MARKED", "已标注"
    FORWARDED = "FORWARDED", "已转交"
    UPHELD = "UPHELD", "予以支持"
    DISMISSED = "DISMISSED", "不予支持"


class HandedInBy(TextChoices):
    """Who handed in a paper of a party that has no account; its position, not its name."""

    REPRESENTATIVE = "REPRESENTATIVE", "法定代表人或者负责人"
    EMPLOYEE = "EMPLOYEE", "工作人员"
    AGENT = "AGENT", "委托代理人"
    POST = "POST", "邮寄"


class CreditMessageKind(TextChoices):
    """What is told to the public-credit platform."""

    PENALTY = "PENALTY", "行政处罚"
    LISTED = "LISTED", "列入严重失信名单"
    MARKED = "MARKED", "异议标注"
    REMOVED = "REMOVED", "移出严重失信名单"


class MessageState(TextChoices):
    """Whether a message has arrived."""

    WAITING = "WAITING", "待送达"
    SENT = "SENT", "已有回执"
    DEAD = "DEAD", "待人工处理"
