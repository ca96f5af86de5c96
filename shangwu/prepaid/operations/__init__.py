"""Writing the prepaid business: one transaction and one record per act."""
