"""The explicit lists that join the systems to the foundation: measures, menus, workbench cards."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.audiences import OFFICE, PUBLIC, SIGNED_IN, STAFF, Audience
from shangwu.foundation.web.components import Card
from shangwu.foundation.web.navigation import NavEntry
from shangwu.prepaid import measures as prepaid
from shangwu.prepaid.queries import linkage_cards
from shangwu.prepaid.queries import workbench as prepaid_governance
from shangwu.prepaid.queries.consumers import desk as consumers
from shangwu.prepaid.queries.desks import workbench as prepaid_desks
from shangwu.prepaid.queries.warning import workbench as prepaid_warning
from shangwu.targets import measures as targets
from shangwu.targets.queries import workbench
from shangwu.targets.queries.money import workbench as money

MEASURES = (
    *targets.MEASURES,
    *prepaid.MEASURES,
)

KEEPERS = any_of(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
AUDITORS = any_of(Role.AUDIT_ADMIN)
INTAKE = any_of(Role.PREPAID_LINKAGE, Role.PREPAID_REVIEWER)
SECURITY = any_of(Role.SECURITY_ADMIN)
TRIERS = any_of(Role.PREPAID_REVIEWER, Role.LEADER)
PREPAID_HISTORY = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.LEADER)
PREPAID = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)
SHOP = any_of(Role.PREPAID_SHOP)

# A system's lines are shown to its own people alone, so that those of one's trade come first.
NAVIGATION: tuple[NavEntry, ...] = (
    NavEntry("首页", "web:portal", "home", PUBLIC, place="public"),
    NavEntry(
        "承诺与实绩",
        "targets:promises",
        "target",
        PUBLIC,
        place="public",
        sentence="每个项目承诺了什么，做到了什么。",
    ),
    NavEntry(
        "预付卡查询",
        "prepaid:consumers",
        "card",
        PUBLIC,
        place="public",
        sentence="查经营者、余额、公告和失信名单，算退款，投诉和咨询。",
    ),
    NavEntry(
        "使用手册",
        "web:manual",
        "book",
        PUBLIC,
        place="public",
        sentence="怎样查看承诺，怎样登录和办理。",
    ),
    NavEntry("工作台", "web:office", "home", SIGNED_IN),
    NavEntry("通知", "web:notifications", "bell", SIGNED_IN),
    NavEntry(
        "我的对接",
        "prepaid:shop",
        "home",
        SHOP,
        group="我的业务",
        sentence="填写申请，登记密钥，测试，打印标识。",
    ),
    NavEntry(
        "收银台",
        "prepaid:till",
        "counter",
        SHOP,
        group="我的业务",
        sentence="售卡、充值、兑付、退款，看当天的账。",
    ),
    NavEntry(
        "监管文书",
        "prepaid:shop-letters",
        "inbox",
        SHOP,
        group="我的业务",
        sentence="查看监管部门发来的文书，按期答复。",
    ),
    NavEntry(
        "我的信用",
        "prepaid:shop-credit",
        "shield-check",
        SHOP,
        group="我的业务",
        sentence="信用等次和理由，申辩、异议和修复。",
    ),
    NavEntry(
        "预付卡监管台",
        "prepaid:desk",
        "card",
        PREPAID,
        group="预付卡监管",
        sentence="对接、存管、异常和本周到期，按区按行业。",
    ),
    NavEntry(
        "经营者档案",
        "prepaid:operator-files",
        "ledger",
        PREPAID,
        group="预付卡监管",
        sentence="查找经营者，查看余额、存管和由来。",
    ),
    NavEntry(
        "异常记录",
        "prepaid:observations",
        "alert",
        PREPAID,
        group="预付卡监管",
        sentence="经营者、银行和消费者三方不一致之处。",
    ),
    NavEntry(
        "风险预警",
        "prepaid:alerts",
        "alert",
        PREPAID,
        group="预付卡监管",
        sentence="每周哪些经营者可能关门失联，理由和核查结果。",
    ),
    NavEntry(
        "消费者来件",
        "prepaid:requests",
        "inbox",
        PREPAID,
        group="预付卡监管",
        sentence="投诉、咨询和差异反映的答复、转交和办结。",
    ),
    NavEntry(
        "监管案件",
        "prepaid:cases",
        "scale",
        PREPAID,
        group="预付卡监管",
        sentence="警示、约谈、改正、移送和处罚，按期限办理。",
    ),
    NavEntry(
        "现场检查",
        "prepaid:inspections",
        "check",
        PREPAID,
        group="预付卡监管",
        sentence="制定计划，用手机逐项检查、拍照、签名。",
    ),
    NavEntry(
        "停业与失联处置",
        "prepaid:closings",
        "alert",
        PREPAID,
        group="预付卡监管",
        sentence="停业公告、失联冻结、退款登记和清退方案。",
    ),
    NavEntry(
        "失信名单办理",
        "prepaid:listings",
        "shield",
        PREPAID,
        group="预付卡监管",
        sentence="告知、听取申辩、决定、异议和修复。",
    ),
    NavEntry(
        "信息对接",
        "prepaid:linkage",
        "link",
        PREPAID,
        group="预付卡",
        sentence="登记经营者，审核申请，技术对接，核发标识。",
    ),
    NavEntry(
        "存量经营者迁入",
        "prepaid:intake",
        "upload",
        INTAKE,
        group="预付卡",
        sentence="原系统已对接的经营者按名单迁入。",
    ),
    NavEntry(
        "存管银行和保证机构",
        "prepaid:institutions",
        "shield",
        INTAKE,
        group="预付卡",
        sentence="接入机构和它们的公钥。",
    ),
    NavEntry(
        "预付卡历史统计",
        "prepaid:history",
        "history",
        PREPAID_HISTORY,
        group="预付卡",
        sentence="各行业、各区按月的发行、兑付和余额；历史数据的归档与核验。",
    ),
    NavEntry(
        "比例试算",
        "prepaid:trials",
        "scale",
        TRIERS,
        group="预付卡",
        sentence="改一个存管比例，先看谁受影响。",
    ),
    NavEntry(
        "信用信息交换",
        "prepaid:credit-exchange",
        "link",
        PREPAID,
        group="预付卡",
        sentence="报送公共信用信息平台的消息、回执和对账。",
    ),
    NavEntry(
        "宣传记录",
        "prepaid:publicity",
        "globe",
        PREPAID,
        group="预付卡",
        sentence="在哪些渠道宣传过平台，何时、何处可见。",
    ),
    NavEntry(
        "绩效目标总览",
        "targets:overview",
        "target",
        STAFF,
        group="绩效目标",
        sentence="每个项目的承诺、资金和达成情况。",
    ),
    NavEntry(
        "申报表导入",
        "targets:imports",
        "ledger",
        STAFF,
        group="绩效目标",
        sentence="读取申报表文件，逐格核对后确认。",
    ),
    NavEntry(
        "绩效运行监控",
        "targets:monitoring",
        "clock",
        STAFF,
        group="绩效目标",
        sentence="资金与目标双监控，批准后锁定期间。",
    ),
    NavEntry(
        "问题整改",
        "targets:issues",
        "alert",
        STAFF,
        group="绩效目标",
        sentence="预警和问题的责任人、期限、措施和销号。",
    ),
    NavEntry(
        "绩效评价",
        "targets:evaluations",
        "scale",
        STAFF,
        group="绩效目标",
        sentence="按规则逐项计分，签署、公开自评。",
    ),
    NavEntry(
        "满意度调查",
        "targets:surveys",
        "users",
        STAFF,
        group="绩效目标",
        sentence="编制问卷，收集不记名答卷，查看结果。",
    ),
    NavEntry(
        "资金审批",
        "targets:money-approvals",
        "stamp",
        STAFF,
        group="绩效目标",
        sentence="审批预算调整、用途、支付和负面清单答复。",
    ),
    NavEntry(
        "账号与岗位",
        "accounts",
        "users",
        KEEPERS,
        group="平台",
        sentence="开立账号，任命和终止岗位。",
    ),
    NavEntry(
        "预付卡监管范围",
        "prepaid:units",
        "users",
        SECURITY,
        group="平台",
        sentence="哪个单位按部门和区监管哪些经营者。",
    ),
    NavEntry(
        "操作记录",
        "oversight:acts",
        "history",
        AUDITORS,
        group="平台",
        sentence="查阅、导出和核验操作记录。",
    ),
    NavEntry("组件样例", "web:gallery", "gear", OFFICE, group="平台"),
)

# Who sees the cards, and the function that makes them: (account, today) -> sequence of Card.
WORKBENCH: tuple[tuple[Audience, Callable[[Any, date], Sequence[Card]]], ...] = (
    (STAFF, workbench.cards),
    (STAFF, money.cards),
    (PREPAID, consumers.cards),
    (PREPAID, prepaid_desks.cards),
    (PREPAID, prepaid_governance.cards),
    (PREPAID_HISTORY, prepaid_warning.cards),
    (SHOP, prepaid_governance.shop_cards),
    (STAFF, linkage_cards.cards),
)
