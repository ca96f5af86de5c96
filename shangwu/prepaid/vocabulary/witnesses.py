"""The words of the other witnesses: institutions, and what differs."""

from django.db.models import TextChoices


class InstitutionKind(TextChoices):
    """Whether an institution keeps money or stands surety."""

    BANK = "BANK", "存管银行"
    INSURER = "INSURER", "保证机构"


class ObservationKind(TextChoices):
    """What differs, or is breached."""

    MISSING_DAY = "MISSING_DAY", "未报送日数据"
    LATE_DAY = "LATE_DAY", "逾期报送"
    SUM_MISMATCH = "SUM_MISMATCH", "逐卡合计与日汇总不符"
    SEQUENCE_GAP = "SEQUENCE_GAP", "序号不连续"
    OVER_LIMIT = "OVER_LIMIT", "超过限额"
    SOLD_WHILE_STOPPED = "SOLD_WHILE_STOPPED", "停止发卡后仍售卡"
    UNDER_SECURED = "UNDER_SECURED", "存管不足"
    CUSTODY_DROP = "CUSTODY_DROP", "存管余额骤降"
    CONSUMER_DIFFERENCE = "CONSUMER_DIFFERENCE", "消费者反映余额不符"
    UNKNOWN_CARD = "UNKNOWN_CARD", "消费者持有未报送的卡"
    REPORT_MISSING = "REPORT_MISSING", "未报送季度报告"
    NOT_CONNECTED = "NOT_CONNECTED", "应对接未对接"


TOLD_BY_CONSUMERS = (ObservationKind.CONSUMER_DIFFERENCE, ObservationKind.UNKNOWN_CARD)


class ObservationState(TextChoices):
    """Whether an observation has been looked into."""

    OPEN = "OPEN", "待处理"
    IN_CASE = "IN_CASE", "已立案"
    SETTLED = "SETTLED", "已了结"
