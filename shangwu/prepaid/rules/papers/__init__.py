"""Papers about prepaid cards, in the words of this platform and by the items of the law."""
