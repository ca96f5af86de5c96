"""The words a city uses for what its feeds tell."""

from typing import Final

# How the trade of a sector works: weeks a card lasts, share of takings that is prepaid, yuan on a usual card,
# weeks of the year in which most is sold, and how much more it is then.
SECTORS: Final = {
    "fitness": (34.0, 0.75, 2200.0, (8, 22), 0.5),
    "swimming": (20.0, 0.65, 1500.0, (23,), 1.2),
    "beauty": (24.0, 0.60, 2500.0, (2, 49), 0.4),
    "hairdressing": (20.0, 0.45, 800.0, (3,), 0.5),
    "catering": (9.0, 0.15, 500.0, (3, 38), 0.6),
    "bakery": (10.0, 0.20, 300.0, (3, 36), 0.8),
    "retail": (11.0, 0.12, 600.0, (3, 38), 0.7),
    "laundry": (22.0, 0.50, 400.0, (16, 43), 0.3),
    "car_care": (26.0, 0.40, 900.0, (3,), 0.3),
    "tutoring": (13.0, 0.85, 3800.0, (7, 34), 1.0),
    "arts_training": (16.0, 0.80, 3200.0, (7, 34), 0.8),
    "child_play": (18.0, 0.55, 1200.0, (21, 26), 0.5),
    "cinema": (12.0, 0.20, 300.0, (4, 29), 0.5),
    "travel": (15.0, 0.10, 2000.0, (16, 38), 0.7),
}
CHINESE_SECTORS: Final = (
    *("健身", "游泳", "美容", "美发", "餐饮", "烘焙", "零售", "洗染"),
    *("汽车养护", "学科培训", "艺术培训", "儿童游乐", "影院", "旅游"),
)
COMPLAINTS: Final = {
    "english": ("refund_refused", "shop_closed", "service_quality", "price_or_contract", "other"),
    "chinese": ("退款难", "关门停业", "服务质量", "价格合同", "其他"),
    "codes": ("T01", "T02", "T03", "T04", "T99"),
}
ARREARS: Final = {
    "english": ("rent", "wages", "social_insurance", "utilities", "tax"),
    "chinese": ("房租", "工资", "社保", "水电费", "税款"),
    "codes": ("Q1", "Q2", "Q3", "Q4", "Q5"),
}
CHANGES: Final = {
    "english": (
        *("legal_representative", "registered_address", "shareholders", "business_scope"),
        *("capital_reduction", "name", "closing_notice"),
    ),
    "chinese": (
        "法定代表人变更",
        "住所变更",
        "股权变更",
        "经营范围变更",
        "减资",
        "名称变更",
        "停业公告",
    ),
    "codes": ("B01", "B02", "B03", "B04", "B05", "B06", "B07"),
}
NOTICE: Final = 6  # the place of a closing notice among the changes
