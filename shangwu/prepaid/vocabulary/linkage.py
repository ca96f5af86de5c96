"""The words of linkage: operators, what they send and what becomes of it."""

from django.db.models import TextChoices


class BatchCode(TextChoices):
    """What is wrong with a row or a batch, as the open interface answers."""

    E01 = "E01", "重复编号，内容不同"
    E02 = "E02", "余额不平"
    E03 = "E03", "超过限额"
    E04 = "E04", "未知的卡"
    E05 = "E05", "时钟偏差"
    E06 = "E06", "含有个人信息"
    E07 = "E07", "序号不连续"
    E08 = "E08", "与日汇总不符"
    E09 = "E09", "逾期报送"
    E10 = "E10", "改动已关账的日期"
    E11 = "E11", "余额为负"
    E12 = "E12", "未知的门店"


class OperatorStatus(TextChoices):
    """Where an operator stands with the platform."""

    APPLIED = "APPLIED", "已申请对接"
    ONBOARDING = "ONBOARDING", "技术对接中"
    CONNECTED = "CONNECTED", "已对接"
    STOPPED = "STOPPED", "已停止发卡"
    CLOSING = "CLOSING", "停业退款中"
    ENDED = "ENDED", "已退出"
    LOST = "LOST", "已停业失联"


class RecordKind(TextChoices):
    """What is sent through the open interface."""

    CARD_DAY = "card_day", "卡日数据"
    OPERATOR_DAY = "operator_day", "日汇总"
    QUARTER_REPORT = "quarter_report", "季度报告"
    OUTLET = "outlet", "门店"
    NOTICE = "notice", "停业或者迁移告知"
    CONTRACT_TEMPLATE = "contract_template", "章程和合同"


class BatchState(TextChoices):
    """What became of a batch."""

    STORED = "STORED", "已入账"
    PARTIAL = "PARTIAL", "部分入账"
    REFUSED = "REFUSED", "未入账"


class DayState(TextChoices):
    """Whether an operator's day is settled."""

    OPEN = "OPEN", "未关账"
    HELD = "HELD", "待补待核"
    CLOSED = "CLOSED", "已关账"
