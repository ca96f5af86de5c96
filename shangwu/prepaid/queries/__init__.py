"""Reading the prepaid business."""
