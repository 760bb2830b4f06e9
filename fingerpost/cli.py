import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["manage"]:
        execute_from_command_line(["fingerpost manage", *sys.argv[2:]])
        return 0
    return 2
