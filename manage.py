"""Django's own entry, kept for tools that look for it; people use `shangwu`."""

from shangwu.config.commandline import main

if __name__ == "__main__":
    main()
