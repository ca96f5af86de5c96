"""The words of a world: offices call the same thing by other names, and so do worlds."""

COMPLAINTS = ("refund", "service", "closed", "advertising", "balance")
ARREARS = ("wages", "social_insurance", "rent", "tax", "utilities")
CHANGES = ("representative", "address", "shareholder", "capital", "scope", "closing")

SPOKEN: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "complaints": ("refund", "service", "closed", "false_advertising", "balance"),
        "arrears": ("wages", "social_insurance", "rent", "tax", "utilities"),
        "changes": (
            "legal_representative",
            "address",
            "shareholder",
            "capital_reduced",
            "business_scope",
            "closing_notice",
        ),
    },
    {
        "complaints": (
            "refund_refused",
            "poor_service",
            "shop_closed",
            "misleading_offer",
            "card_balance_wrong",
        ),
        "arrears": ("wage", "social", "rent", "tax", "power_water"),
        "changes": ("legal_rep", "moved", "owner", "capital", "scope", "closure_announced"),
    },
    {
        "complaints": ("退款难", "服务缩水", "关门失联", "虚假宣传", "余额不符"),
        "arrears": ("欠薪", "欠缴社保", "欠租", "欠税", "欠水电费"),
        "changes": ("法定代表人变更", "住所变更", "股东变更", "减资", "经营范围变更", "停业公告"),
    },
    {
        "complaints": ("refund_delay", "quality", "unreachable", "advertising", "balance_dispute"),
        "arrears": ("salary", "pension", "lease", "vat", "electricity"),
        "changes": (
            "representative",
            "registered_address",
            "equity",
            "capital_decrease",
            "scope",
            "wind_down_notice",
        ),
    },
)

# name, price in yuan, share of the balance used in a week, discount, share of long cards, height and week of the
# season, complaints, failures: the last two beside other lines.
LINES: tuple[tuple[str, float, float, float, float, float, int, float, float], ...] = (
    ("gym", 2200, 0.025, 18, 0.35, 0.20, 10, 1.8, 1.7),
    ("yoga", 2600, 0.030, 15, 0.25, 0.15, 12, 1.3, 1.3),
    ("beauty", 1800, 0.040, 20, 0.12, 0.12, 48, 1.3, 1.2),
    ("hair", 600, 0.050, 25, 0.08, 0.18, 3, 0.9, 1.0),
    ("catering", 400, 0.090, 10, 0.03, 0.15, 2, 0.7, 1.0),
    ("bakery", 250, 0.100, 10, 0.04, 0.25, 37, 0.5, 0.8),
    ("supermarket", 500, 0.110, 2, 0.10, 0.30, 3, 0.4, 0.4),
    ("training", 4500, 0.035, 10, 0.10, 0.35, 33, 1.6, 1.6),
    ("arts_school", 3600, 0.030, 12, 0.15, 0.30, 34, 1.2, 1.2),
    ("cinema", 300, 0.070, 22, 0.05, 0.25, 28, 0.5, 0.6),
    ("travel", 1500, 0.060, 8, 0.10, 0.40, 26, 1.0, 1.0),
    ("swimming", 1600, 0.030, 18, 0.12, 0.55, 24, 1.0, 1.0),
    ("laundry", 500, 0.050, 20, 0.12, 0.15, 44, 0.9, 1.0),
    ("playground", 1000, 0.045, 20, 0.15, 0.25, 29, 1.2, 1.4),
    ("car_care", 1200, 0.035, 18, 0.15, 0.10, 4, 0.8, 0.9),
    ("massage", 1500, 0.045, 22, 0.10, 0.10, 50, 1.0, 1.1),
)
