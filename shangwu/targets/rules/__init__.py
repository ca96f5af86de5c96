"""Pure decisions on targets: no clock, no database."""
