"""Where shops of the made-up city lie: a point somewhere in a box that stands for the district.

The boxes are rounded by hand to hundredths of a degree and are no map: a shop's point is drawn evenly from the box of
its district and marks no building.
"""

import random
from collections.abc import Mapping

DISTRICTS: Mapping[str, str] = {
    "310101": "黄浦",
    "310104": "徐汇",
    "310105": "长宁",
    "310106": "静安",
    "310107": "普陀",
    "310109": "虹口",
    "310110": "杨浦",
    "310112": "闵行",
    "310113": "宝山",
    "310114": "嘉定",
    "310115": "浦东",
    "310116": "金山",
    "310117": "松江",
    "310118": "青浦",
    "310120": "奉贤",
    "310151": "崇明",
}
# The middle of each box by longitude and latitude, and how far it reaches to each side, in degrees.
BOXES: Mapping[str, tuple[float, float, float]] = {
    "310101": (121.48, 31.22, 0.01),
    "310104": (121.44, 31.17, 0.02),
    "310105": (121.39, 31.21, 0.02),
    "310106": (121.45, 31.26, 0.02),
    "310107": (121.39, 31.26, 0.02),
    "310109": (121.49, 31.28, 0.01),
    "310110": (121.53, 31.29, 0.02),
    "310112": (121.41, 31.07, 0.04),
    "310113": (121.42, 31.39, 0.04),
    "310114": (121.25, 31.37, 0.05),
    "310115": (121.62, 31.15, 0.07),
    "310116": (121.25, 30.81, 0.05),
    "310117": (121.22, 31.02, 0.05),
    "310118": (121.07, 31.13, 0.04),
    "310120": (121.55, 30.93, 0.05),
    "310151": (121.55, 31.64, 0.06),
}


def place_in(district: str, *, seed: str) -> tuple[str, str]:
    """Return longitude and latitude of a point in a district's box, in degrees; equal seeds give one point."""
    dice = random.Random(f"{seed}/place")  # noqa: S311 - invented data, no secret
    longitude, latitude, reach = BOXES[district]
    east, north = (middle + dice.uniform(-reach, reach) for middle in (longitude, latitude))
    return f"{east:.5f}", f"{north:.5f}"
