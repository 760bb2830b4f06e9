"""`python -m config.web --port 8000`: one web server. Any number may share a port.

The application is loaded before the process that answers is forked from it. So one that is killed is there again in a moment,
however long loading takes; and nobody is let in before it is loaded.
"""

import argparse
import gc
import multiprocessing
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

HOST, TARGET = "127.0.0.1", "config.wsgi:application"
THREADS, STOPPING_PATIENCE = 4, 5


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.web", description="Serve Fingerpost on this machine.")
    parser.add_argument("--host", default=HOST)
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args(arguments)
    server = Server(
        TARGET,
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOPPING_PATIENCE,
        respawn_failed_workers=True,
        respawn_interval=0.1,
    )
    if multiprocessing.get_start_method() != "fork":
        server.serve()
        return 0
    from config.wsgi import application

    gc.collect()
    gc.freeze()  # what is loaded stays shared between the two
    server.serve(target_loader=lambda: application, wrap_loader=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
