"""The explicit lists that join the systems to the foundation: measures, menus, workbench cards."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.web.audiences import OFFICE, PUBLIC, SIGNED_IN, STAFF, Audience
from shangwu.foundation.web.components import Card
from shangwu.foundation.web.navigation import NavEntry
from shangwu.prepaid.queries import linkage_cards
from shangwu.targets import measures as targets
from shangwu.targets.queries import workbench
from shangwu.targets.queries.money import workbench as money

MEASURES = (*targets.MEASURES,)

KEEPERS = any_of(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
AUDITORS = any_of(Role.AUDIT_ADMIN)
PREPAID = any_of(Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.PREPAID_LINKAGE, Role.LEADER)

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
        "预付卡对接名单",
        "prepaid:register",
        "card",
        PUBLIC,
        place="public",
        sentence="哪些经营者的预付卡数据报送平台，标识是否有效。",
    ),
    NavEntry(
        "停业和失联公告",
        "prepaid:notices",
        "alert",
        PUBLIC,
        place="public",
        sentence="预付卡商家停业、失联后，在这里看公告、登记余额。",
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
        "信息对接",
        "prepaid:linkage",
        "link",
        any_of(Role.PREPAID_LINKAGE, Role.PREPAID_OFFICER, Role.PREPAID_REVIEWER, Role.LEADER),
        group="预付卡",
        sentence="登记经营者，审核申请，技术对接，核发标识。",
    ),
    NavEntry(
        "我的对接",
        "prepaid:shop",
        "home",
        any_of(Role.PREPAID_SHOP),
        group="预付卡",
        sentence="填写申请，登记密钥，测试，打印标识。",
    ),
    NavEntry(
        "收银台",
        "prepaid:till",
        "counter",
        any_of(Role.PREPAID_SHOP),
        group="预付卡",
        sentence="售卡、充值、兑付、退款，看当天的账。",
    ),
    NavEntry(
        "停业与失联处置",
        "prepaid:closings",
        "alert",
        PREPAID,
        group="预付卡",
        sentence="停业公告、失联冻结、退款登记和清退方案。",
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
    (STAFF, linkage_cards.cards),
)
