"""Single-purpose prepaid cards under joint supervision (单用途预付卡协同监管): its law and its rules."""
