"""Writes over history: archive closed days, verify them, let old months leave the database, compute statistics."""

from shangwu.foundation.audit.actor import Actor

KEEPER = Actor(kind="system", number="prepaid", name="预付卡历史")
