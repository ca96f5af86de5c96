"""The words of the law of prepaid cards: what packs, limits and refunds tell apart."""

from django.db.models import TextChoices


class Sector(TextChoices):
    """The line of business whose agency supervises an operator (REG18 Art. 5)."""

    GENERAL = "general", "各行业"
    RETAIL = "retail", "零售"
    CATERING = "catering", "餐饮"
    HOTEL = "hotel", "住宿"
    RESIDENT_SERVICE = "resident_service", "居民服务"
    MALL = "mall", "商场通用卡"
    EDUCATION = "education", "教育培训"
    SPORTS = "sports", "体育健身"
    YOUTH_SPORTS = "youth_sports", "青少年体育培训"
    CULTURE = "culture", "文化演出"
    TOURISM = "tourism", "旅游"
    TRANSPORT = "transport", "交通"


class Agency(TextChoices):
    """Who supervises an operator, or punishes a breach."""

    COMMERCE = "commerce", "商务部门"
    MARKET_SUPERVISION = "market_supervision", "市场监管部门"
    CULTURE_TOURISM = "culture_tourism", "文化旅游部门"
    CULTURE_ENFORCEMENT = "culture_enforcement", "文化执法机构"
    SPORTS = "sports", "体育部门"
    EDUCATION = "education", "教育部门"
    TRANSPORT = "transport", "交通部门"


class PackKind(TextChoices):
    """What a rule of law/prepaid.toml is about; each kind has its own parameters."""

    TIER_DEPOSIT = "tier_deposit", "分档存管"
    OFFSET = "offset", "冲抵"
    LIMIT = "limit", "限额"
    DEADLINE = "deadline", "期限"
    NOTICE = "notice", "告知"
    REFUND_FORMULA = "refund_formula", "退款"
    INTEREST = "interest", "利息"
    PROHIBITION = "prohibition", "禁止"
    FINE_BAND = "fine_band", "罚款幅度"
    LISTING = "listing", "失信名单"
    ROUTING = "routing", "分工"
    DISCLOSURE = "disclosure", "公示"
    RETENTION = "retention", "保存"


class OperatorTrait(TextChoices):
    """What about an operator makes a tier of a deposit rule apply to it."""

    AGE_UNDER_1_YEAR = "age_under_1_year", "设立未满一年"
    MALL_TENANT_CARD = "mall_tenant_card", "发行场内商户通用卡"
    ISSUER_SCALE = "issuer_scale", "规模发卡企业"
    ISSUER_GROUP = "issuer_group", "集团发卡企业"
    ISSUER_BRAND = "issuer_brand", "品牌发卡企业"


class OperatorForm(TextChoices):
    """In which form an operator trades; it decides who must connect its own system."""

    ENTERPRISE = "enterprise", "企业"
    FRANCHISED_TRADER = "franchised_trader", "特许经营体系内的个体工商户"
    LONE_TRADER = "lone_trader", "其他个体工商户"


class SaleKind(TextChoices):
    """What is sold in advance, as limits tell it apart."""

    MEMBERSHIP = "membership", "会籍"
    LESSONS = "lessons", "课程"
    STORED_VALUE = "stored_value", "储值及其他"


class CardKind(TextChoices):
    """Whether the operator knows the holder; the platform never does."""

    REGISTERED = "registered", "记名卡"
    ANONYMOUS = "anonymous", "不记名卡"


class Fault(TextChoices):
    """Whose doing ended the contract: entered by a person, never inferred (A8)."""

    OPERATOR = "operator", "经营者原因"
    CONSUMER = "consumer", "消费者原因"


class Risk(TextChoices):
    """What has been established about an operator and may forbid it to sell."""

    MAJOR_OPERATING_RISK = "major_operating_risk", "出现重大经营风险"
    JUDGMENT_DEFAULTER = "judgment_defaulter", "被列为失信被执行人"
    ABNORMAL_LIST = "abnormal_list", "被列入经营异常名录"
    DEREGISTERING = "deregistering", "正在办理注销"
    SERIOUS_DISHONESTY = "serious_dishonesty", "被列入严重失信名单"
    NEWLY_LICENSED = "newly_licensed", "取得执照未满规定时间"


class Breach(TextChoices):
    """A breach for which a fine is provided."""

    REPORTING = "reporting", "未按规定报送信息"
    RISK_MEASURE = "risk_measure", "未采取风险防范措施"
    FILING = "filing", "未按规定备案"
    PROHIBITED_ISSUE = "prohibited_issue", "在禁止的情形下发卡"
    VOUCHER = "voucher", "凭证内容不全"
    REFUND = "refund", "拖延退款"
    CONSUMER_RIGHTS = "consumer_rights", "违反预付款合同和告知义务"


class Gravity(TextChoices):
    """How grave a breach is, where the fine depends on it."""

    OVERDUE = "overdue", "逾期不改正"
    SERIOUS = "serious", "情节严重"
