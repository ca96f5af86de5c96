"""The open interface for machines: signed messages in, signed receipts out."""
