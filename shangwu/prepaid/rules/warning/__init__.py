"""Early warning (风险预警): which operators are likely to fail on their customers, told week by week, with reasons."""
