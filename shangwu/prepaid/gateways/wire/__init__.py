"""Card-day rows as they are sent: NDJSON, CSV or Parquet, read piece by piece into columns."""

from shangwu.prepaid.gateways.wire.reading import MEDIA_TYPES, read_card_days
from shangwu.prepaid.gateways.wire.sheet import Piece

__all__ = ["MEDIA_TYPES", "Piece", "read_card_days"]
