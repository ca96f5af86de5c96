"""The law of prepaid cards as pure functions: no clock, no database; every answer cites its article."""
