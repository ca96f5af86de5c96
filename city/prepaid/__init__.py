"""The world of prepaid cards outside: businesses and their tills, banks, insurers, consumers, a chain that fails."""
