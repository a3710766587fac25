"""Makes a checkout ready: `.venv` from requirements.lock, the project itself, and a browser to drive.

Runs under the system's Python before anything is installed, so it uses the standard library only. A second run finds its
stamp and returns at once. Whatever it cannot do itself it names in one line, with the command that would. With `--tests` it
also installs software of others that tests meet, where that disturbs nothing; without it those tests are skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "setup-stamp"
OLDEST = (3, 11)
PYTHON = getattr(sys, "_base_executable", None) or sys.executable
"""The system's Python, even when the environment that is to be replaced is the active one."""
JANUS_PAGES = Path("/usr/share/janus/demos/videoroomtest.html")
BROWSERS = ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser")


class Impossible(Exception):
    """Something only the person at the machine can do; the message is the whole instruction."""


def main() -> int:
    if sys.version_info < OLDEST:
        return run_under_newer_python()
    try:
        environment()
        browser()
        if "--tests" in sys.argv[1:]:
            software_of_others()
    except Impossible as problem:
        print(f"setup: {problem}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        print(f"setup: this command failed, its output is above: {' '.join(map(str, problem.cmd))}", file=sys.stderr)
        return 1
    return 0


def run_under_newer_python() -> int:
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name)
        if path:
            return subprocess.call([path, __file__, *sys.argv[1:]])
    print(f"setup: Python 3.11 or newer is needed, {sys.executable} is {sys.version.split()[0]}", file=sys.stderr)
    return 1


# --- the environment ----------------------------------------------------------------------------------------------------


def environment() -> None:
    """Create or refresh .venv so that it holds what the lock says, and the project as an editable install."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    STAMP.unlink(missing_ok=True)
    python = VENV / "bin" / "python"
    if not usable(python):
        say(f"creating {VENV.name} with Python {sys.version.split()[0]}")
        create_venv()
    say("installing the locked dependencies (about 250 MB the first time)")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCK])
    say("installing rapporteur itself")
    run([*pip, "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "--editable", ROOT])
    STAMP.write_text(wanted)


def fingerprint() -> str:
    """What the environment was made from. The folder counts: an editable install and its scripts name it."""
    import tomllib  # 3.11; this file must still parse and speak under an older Python

    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    parts = [LOCK.read_bytes(), repr(scripts).encode(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def usable(python: Path) -> bool:
    """Whether an earlier environment can be kept: same Python, pip inside, made in this folder, which its scripts name."""
    pip = python.with_name("pip")
    if not python.exists() or not pip.exists() or str(python) not in pip.read_text()[:512]:
        return False
    probe = subprocess.run([python, "-c", "import pip, sys; print(sys.version, sys.prefix, sep='|', end='')"],
                           capture_output=True, text=True, check=False)
    return probe.returncode == 0 and probe.stdout == f"{sys.version}|{VENV}"


def create_venv() -> None:
    if not has_ensurepip():
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        remedy = f"Python's venv module is missing; run: sudo apt-get install {package}"
        apt_install([package], remedy)
        if not has_ensurepip():
            raise Impossible(remedy)
    run([PYTHON, "-m", "venv", "--clear", VENV])


def has_ensurepip() -> bool:
    # Debian splits ensurepip off; a fresh interpreter also sees a package that was installed a moment ago.
    return subprocess.run([PYTHON, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode == 0


# --- the browser --------------------------------------------------------------------------------------------------------


def browser() -> None:
    """Make sure there is a Chromium or Chrome, installed by the system's own means where that is possible."""
    if find_browser():
        return
    remedy = "no Chromium or Chrome found; install one (Debian: sudo apt-get install chromium fonts-dejavu-core)"
    family = distribution()
    if "ubuntu" in family:
        # Ubuntu's own package is a stub that installs a snap, whose confinement keeps it from our folders.
        install_playwright_chromium(remedy)
    elif "debian" in family:
        say("installing Chromium")
        apt_install(["chromium", "fonts-dejavu-core"], remedy)
    if not find_browser():
        raise Impossible(remedy)


def find_browser() -> Path | None:
    """The browser the bots will find: our own link first, then what the system has."""
    path = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    named = os.environ.get("RAPPORTEUR_CHROMIUM")
    candidates = [named] if named else [shutil.which(name, path=path) for name in BROWSERS]
    return next((Path(c) for c in candidates if c and Path(c).exists() and not is_snap_stub(Path(c))), None)


def is_snap_stub(path: Path) -> bool:
    """A snap's launcher, or the script that Ubuntu's transitional package leaves to ask for the snap."""
    real = path.resolve()
    if "snap" in real.parts or real.name == "snap":
        return True
    with real.open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"/snap/bin/" in head


def install_playwright_chromium(remedy: str) -> None:
    say("installing Chromium through Playwright")
    if as_root() is None:
        raise Impossible(f"{remedy} (Ubuntu: sudo {VENV}/bin/playwright install --with-deps chromium)")
    environ = dict(os.environ)
    if os.geteuid() == 0:
        # Root's browser runs under an unprivileged account, which cannot read root's home.
        environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", "/opt/rapporteur/browsers")
    python = VENV / "bin" / "python"
    run([python, "-m", "playwright", "install", "--with-deps", "chromium"], environ)
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path, end='')"
    path = subprocess.run([python, "-c", code], env=environ, check=True, capture_output=True, text=True).stdout
    link = VENV / "bin" / "chromium"
    link.unlink(missing_ok=True)
    link.symlink_to(path)


def distribution() -> set[str]:
    """ID and ID_LIKE of /etc/os-release."""
    try:
        lines = Path(os.environ.get("OS_RELEASE", "/etc/os-release")).read_text().splitlines()
    except OSError:
        return set()
    pairs = (line.partition("=") for line in lines)
    return {word for key, _, value in pairs if key in {"ID", "ID_LIKE"} for word in value.strip('"').split()}


# --- what tests meet ----------------------------------------------------------------------------------------------------


def software_of_others() -> None:
    """Janus, a media server with pages of its own. Never fails."""
    if shutil.which("janus") and JANUS_PAGES.exists():
        return
    skipped = "tests that meet Janus are skipped (Debian: sudo apt-get install --no-install-recommends janus janus-demos)"
    # Its package starts a service wherever services are run: nothing to bring to a machine unasked.
    if "debian" not in distribution() or Path(os.environ.get("SYSTEMD_RUNS", "/run/systemd/system")).exists():
        say(skipped)
        return
    say("installing Janus for tests")
    try:
        apt_install(["janus", "janus-demos"], skipped)
    except (Impossible, subprocess.CalledProcessError):
        say(skipped)


# --- the system ---------------------------------------------------------------------------------------------------------


def as_root() -> list[str] | None:
    """What to put before a command to run it as root; None if that would need a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def apt_install(packages: list[str], remedy: str) -> None:
    root = as_root()
    if root is None or not shutil.which("apt-get"):
        raise Impossible(remedy)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run([*apt, "update"])
    run([*apt, "install", "-y", "--no-install-recommends", *packages])


def run(command: list[str | Path], environ: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, env=environ, stdin=subprocess.DEVNULL)


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
