"""The words of the performance-target business: code, and the Chinese that people read."""

from django.db.models import TextChoices


class TargetStatus(TextChoices):
    """What a target amounts to on a day; only the first three can give points (TG-1, rule 10)."""

    MET = "MET", "已达成"
    MISSED = "MISSED", "未达成"
    PARTIAL = "PARTIAL", "部分达成"
    NOT_DUE = "NOT_DUE", "未到期"
    NO_DATA = "NO_DATA", "无数据"
    NEEDS_RATING = "NEEDS_RATING", "待评定"


class DeclarationStatus(TextChoices):
    """Where a declaration form stands between the unit and the reviewer."""

    DRAFT = "DRAFT", "草稿"
    SUBMITTED = "SUBMITTED", "已提交"
    RETURNED = "RETURNED", "已退回"
    APPROVED = "APPROVED", "已批复"


class ImportStatus(TextChoices):
    """Where a form stands between the uploaded file and the declaration."""

    READ = "READ", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    DISCARDED = "DISCARDED", "已放弃"


class PreviousBudget(TextChoices):
    """What the form says about the same project's previous year; 无 is not zero and not blank."""

    AMOUNT = "AMOUNT", "有金额"
    NOT_APPLICABLE = "NOT_APPLICABLE", "无（不适用）"
    BLANK = "BLANK", "未填写"


class DatePrecision(TextChoices):
    """How exactly the form wrote a date; 2019年1月 stays a month."""

    DAY = "DAY", "精确到日"
    MONTH = "MONTH", "精确到月"


class ReadingTrigger(TextChoices):
    """Why a reading was taken."""

    DAILY = "DAILY", "每日自动"
    ON_DEMAND = "ON_DEMAND", "人工触发"
    BACKFILL = "BACKFILL", "补算"


class CompletionKind(TextChoices):
    """Whether a record says that the work was done, or takes such a record back."""

    DONE = "DONE", "完成"
    WITHDRAWN = "WITHDRAWN", "撤销完成记录"


class FormLayout(TextChoices):
    """The two printed layouts of the Shanghai form of 2019."""

    THREE_LEVEL = "three-level", "三级（一级、二级、三级指标）"
    TWO_COLUMN = "two-column", "两栏（分解目标内容、绩效指标）"


class SurveyStatus(TextChoices):
    """Where a survey stands: written, open to answers, closed for good."""

    DRAFT = "DRAFT", "编制中"
    OPEN = "OPEN", "进行中"
    CLOSED = "CLOSED", "已结束"


class AnswerChannel(TextChoices):
    """How an answer came in."""

    WEB = "WEB", "网页"
    PAPER = "PAPER", "纸质"


class Framework(TextChoices):
    """Which table of indicator groups a form follows (law/targets.toml#framework)."""

    SH_2019 = "sh-2019", "上海市2019年指标框架"
    NATIONAL_2020 = "national-2020", "全国2020年指标框架"


class AdjustmentKind(TextChoices):
    """What changes the year's budget."""

    INCREASE = "INCREASE", "追加"
    DECREASE = "DECREASE", "核减"
    TRANSFER = "TRANSFER", "子项目间调剂"
    CARRY_OVER = "CARRY_OVER", "上年结转"


class Decision(TextChoices):
    """What a second person said of what the first proposed."""

    PENDING = "PENDING", "待审批"
    APPROVED = "APPROVED", "已同意"
    REFUSED = "REFUSED", "未同意"


class PlanKind(TextChoices):
    """Whether a planned amount is to be paid or to arrive."""

    PAYMENT = "PAYMENT", "支出计划"
    RECEIPT = "RECEIPT", "到位计划"


class PaymentSource(TextChoices):
    """How a payment came on record."""

    STATEMENT = "STATEMENT", "对账单"
    HAND = "HAND", "人工登记"


class ResponseKind(TextChoices):
    """How a hit of the negative list is answered."""

    EXPLANATION = "EXPLANATION", "情况说明"
    CORRECTION = "CORRECTION", "已整改"


class EvaluationKind(TextChoices):
    """Who evaluates: the unit itself, its department, or the finance bureau (财预〔2020〕10号)."""

    SELF = "SELF", "单位自评"
    DEPARTMENT = "DEPARTMENT", "部门评价"
    FINANCE = "FINANCE", "财政评价"


class EvaluationStatus(TextChoices):
    """Where an evaluation stands: being written, signed and locked, shown to the public."""

    DRAFT = "DRAFT", "起草中"
    SIGNED = "SIGNED", "已签署"
    PUBLISHED = "PUBLISHED", "已公开"


class Light(TextChoices):
    """How a target is on its way; no forecast and no plan give no light, never green."""

    GREEN = "GREEN", "正常"
    YELLOW = "YELLOW", "关注"
    RED = "RED", "预警"
    NONE = "NONE", "无预测"


class ReportStatus(TextChoices):
    """Where a monitoring report stands: written, sent, approved and its period locked."""

    DRAFT = "DRAFT", "起草中"
    SUBMITTED = "SUBMITTED", "已提交"
    LOCKED = "LOCKED", "已批准锁定"


class IssueStatus(TextChoices):
    """Where an issue stands between its finding and its closing by another person."""

    FOUND = "FOUND", "待指派"
    ASSIGNED = "ASSIGNED", "整改中"
    REPORTED = "REPORTED", "待核验"
    CLOSED = "CLOSED", "已销号"


class IssueStepKind(TextChoices):
    """What happened to an issue."""

    OPENED = "OPENED", "登记"
    ASSIGNED = "ASSIGNED", "指派"
    EXPLAINED = "EXPLAINED", "原因和措施"
    REPORTED = "REPORTED", "报送整改结果"
    RETURNED = "RETURNED", "退回"
    CLOSED = "CLOSED", "销号"
    CHECKED = "CHECKED", "成效复查"


class IssueEffect(TextChoices):
    """Whether a correction helped, as seen later."""

    EFFECTIVE = "EFFECTIVE", "有效"
    INEFFECTIVE = "INEFFECTIVE", "未见效"


# The boxes that the Shanghai form of 2019 prints, in its order (项目类型, 资金用途).
PROJECT_TYPES = (
    "市委市政府已确定的新增项目",
    "结转项目",
    "其他一次性项目",
    "经常性专项业务费",
    "其他经常性项目",
)
FUND_USES = (
    "基本建设工程类",
    "信息化建设类",
    "政策补贴类",
    "政府购买服务",
    "资产购置类",
    "其他事业专业类",
)
