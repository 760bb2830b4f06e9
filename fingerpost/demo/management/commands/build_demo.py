"""`fingerpost manage build_demo`: the invented county."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fingerpost.demo.world import build, state
from fingerpost.demo.world.progress import Progress


class Command(BaseCommand):
    help = (
        "Build the invented county in an empty database, through the commands and importers. A county that stands is left "
        "alone; one that was begun and not finished is cleared away and built anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help="a few families only")
        parser.add_argument("--seed", type=int, default=2010, help="another county (default 2010)")
        parser.add_argument(
            "--processes", type=int, default=min(4, os.cpu_count() or 1), help="how many quadrants to build at a time"
        )

    def handle(self, *args: Any, small: bool, seed: int, processes: int, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is no demonstration. Set FINGERPOST_DEMONSTRATION=1, with a database of its own.")
        if state.is_whole():
            self.stdout.write("The invented county stands already.")
            return
        if state.is_half_built():
            self.stdout.write("An earlier building was not finished. It is cleared away first.")
            state.clear()
        if not state.is_empty():
            raise CommandError(
                "This database holds people already, so the invented county is not put among them. "
                "Name an empty database in DATABASE_URL."
            )
        build.build(build.SMALL if small else build.Size(), seed, Progress(), processes=processes)
