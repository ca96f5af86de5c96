"""Pages and machine addresses of prepaid cards."""
