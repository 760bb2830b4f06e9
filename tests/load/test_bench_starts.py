"""The bare view that `fingerpost bench` measures ours against starts, though nobody runs the bench for weeks."""

import os
import subprocess
import sys

from django.conf import settings


def test_the_bare_view_starts_with_settings_of_its_own() -> None:
    told = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "FINGERPOST_SECRET_KEY": "x" * 50}
    run = [sys.executable, "-c", "import fingerpost.demo.bench_bare"]
    ran = subprocess.run(
        run, cwd=settings.BASE_DIR, env={**os.environ, **told}, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
