"""The console script `shangwu`: Django's commands and ours under one name."""

import os
import sys

# Commands that answer without a server and without loading the apps: name -> package that holds it.
LIGHT_COMMANDS = {
    "law": "shangwu.config",
    "workdays": "shangwu.config",
    "check_code": "shangwu.config",
    "up": "shangwu.config",
    "rehearse_clock": "shangwu.config",
    "parse_target": "shangwu.targets",
    "evaluate": "shangwu.targets",
    "watch": "shangwu.prepaid",
}


def main(argv: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 refused or failed with its reason on stderr, 2 wrong usage."""
    arguments = sys.argv if argv is None else argv
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangwu.config.settings")
    from django.core.management import execute_from_command_line, load_command_class

    name = arguments[1] if len(arguments) > 1 else ""
    if package := LIGHT_COMMANDS.get(name):
        load_command_class(package, name).run_from_argv(arguments)
    elif name == "import_declaration" and "--dry-run" in arguments:
        load_command_class("shangwu.targets", name).run_from_argv(arguments)
    else:
        execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
