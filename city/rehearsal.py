"""`make year`: a platform of its own on a fresh folder plays 2019 at speed, prepaid cards too, and tells what came of it.

python -m city.rehearsal --folder var/year --port 8950
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from city import demonstration, summary, year
from city.browser import Browser, PageError
from city.forms import load_form
from city.prepaid.year import PrepaidYear
from city.stage import EDITOR, REVIEWER, Diary, Stage

BEGINNING = datetime(2019, 1, 2, 9, tzinfo=year.SHANGHAI)
SHANGWU = [sys.executable, "-m", "shangwu.config.commandline"]
STOP_SECONDS = 60


def main() -> None:
    """Play the year and print it; exit status 1 when something of it is missing."""
    parser = argparse.ArgumentParser(description="在演练时钟上演示2019年全年，打印结果。")
    parser.add_argument("--folder", type=Path, required=True, help="数据文件夹，每次从空的开始")
    parser.add_argument("--port", type=int, default=8950, help="网站端口")
    parser.add_argument("--keep", action="store_true", help="演完不停，按 Ctrl-C 结束")
    options = parser.parse_args()
    started = time.monotonic()
    folder = options.folder.absolute()
    _empty(folder)
    environment = {
        **os.environ,
        "SHANGWU_DATA": str(folder),
        "SHANGWU_DEMONSTRATION": "1",
        "SHANGWU_CLOCK": str(folder / "rehearsal-clock"),
    }
    environment.pop("DATABASE_URL", None)
    address = f"http://127.0.0.1:{options.port}"
    try:
        _move(BEGINNING, environment)
        with _platform(folder, options.port, environment):
            demonstration.wait_for(address)
            complete = _play(address, folder, environment)
            print(f"用时 {time.monotonic() - started:.0f} 秒", flush=True)
            if options.keep:
                print(f"平台仍在 {address}/ 运行，按 Ctrl-C 结束", flush=True)
                with contextlib.suppress(KeyboardInterrupt):
                    signal.pause()
    except PageError as error:
        sys.exit(str(error))
    sys.exit(0 if complete else 1)


def _play(address: str, folder: Path, environment: dict[str, str]) -> bool:
    passwords: dict[str, str] = json.loads(
        (folder / "demonstration-accounts.json").read_text("utf-8")
    )
    diary = Diary(folder / "demonstration-diary.txt")
    with Stage(
        address, passwords, diary, move=lambda to: _move(to, environment), now=BEGINNING
    ) as stage:
        editor, reviewer = stage.person(EDITOR), stage.person(REVIEWER)
        for place in demonstration.PLACES:
            form = load_form(place)
            demonstration.approve(editor, reviewer, demonstration.declare(editor, form))
            print(f"已导入并批复 {form.project}", flush=True)
        night = partial(_command, environment, "nightly", "--system", "prepaid")
        with PrepaidYear(stage, night=night) as cards:
            year.play(stage, meanwhile=cards.play_until)
        with Browser(address) as visitor:
            complete = summary.tell(visitor, stage)
    print(_command(environment, "verify_audit"), flush=True)
    return complete


@contextlib.contextmanager
def _platform(folder: Path, port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run the platform, and stop it in its own order whatever happens."""
    log = folder.with_name(f"{folder.name}.log")
    print(f"启动平台，记录在 {log}", flush=True)
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - our own program, a list of arguments
            [*SHANGWU, "up", "--port", str(port)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _move(to: datetime, environment: dict[str, str]) -> None:
    """Turn the rehearsal clock by the platform's own command."""
    _command(environment, "rehearse_clock", to.isoformat())


def _command(environment: dict[str, str], *words: str) -> str:
    """Give the platform a command and return what it says; what it refuses ends the play."""
    done = subprocess.run(  # noqa: S603 - our own program, a list of arguments
        [*SHANGWU, *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PageError(done.stderr.strip())
    return done.stdout.strip()


def _empty(folder: Path) -> None:
    """Make an empty folder; refuse to empty one that no rehearsal made."""
    mark = folder / "rehearsal-clock"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        sys.exit(f"{folder} 里有别的内容，没有清空。请换一个文件夹。")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


if __name__ == "__main__":
    main()
