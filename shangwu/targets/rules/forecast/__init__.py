"""What a target will come to by its day: forecast, planned value, and what another course would change."""
