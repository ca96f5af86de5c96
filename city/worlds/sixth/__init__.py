"""A sixth author's worlds: small firms with a till, bills and an owner who decides under pressure.

Written without sight of the other authors' ways of life and without sight of the watcher's signals. Nobody's end is
drawn beforehand but a runaway's intention: firms fail when the till is empty, or when the owner goes.
"""
