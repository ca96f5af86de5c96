"""The wiring with the canteen added: its one line."""

from shangwu.config import wiring
from tests.fakes.canteen import measures as canteen

MEASURES = (*wiring.MEASURES, *canteen.MEASURES)
