"""`python -m conformance --address https://… --key-id … --key key.pem`: play the cases and say what came of it."""

import argparse
import json
import secrets
import sys
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from shangwu.prepaid.conformance import VERSION
from shangwu.prepaid.conformance.play import Player, Stopped, Verdict

MARKS = {True: "通过 ok  ", False: "不符 FAIL", None: "未测 skip"}
TIMEOUT_SECONDS = 30


def say(verdict: Verdict) -> None:
    """Print one line of the table."""
    print(f"{MARKS[verdict.is_good]}  {verdict.step.name:10} {verdict.step.expected:20} {verdict.found:28} "
          f"{verdict.step.zh} / {verdict.step.en}")  # fmt: skip
    for reason in verdict.reasons:
        print(f"{'':10}{reason}")


def say_judged(judged: dict[str, Any]) -> None:
    """Print what the platform found otherwise than expected in its own record."""
    for one in judged["cases"]:
        if one["ok"] is False:
            print(f"平台判定 / judged  {one['case']:10} {one['expected']:20} {one['found']}")


def main() -> int:
    """Return 0 when every case was answered as it must be, and the platform says so too."""
    parser = argparse.ArgumentParser(
        prog="conformance", description="开放接口符合性测试 / conformance kit"
    )
    parser.add_argument("--address", required=True, help="平台地址 / address of the platform")
    parser.add_argument("--key-id", required=True, help="测试密钥编号 / name of the sandbox key")
    parser.add_argument("--key", required=True, type=Path, help="私钥（PEM，Ed25519）/ private key")
    parser.add_argument(
        "--report", type=Path, help="报告写到这个文件（JSON）/ write the report here"
    )
    given = parser.parse_args()
    try:
        key = load_pem_private_key(given.key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        parser.error(f"读不出私钥，须为未加密的 PEM / the key cannot be read: {error}")
    if not isinstance(key, Ed25519PrivateKey):
        parser.error("私钥须为 Ed25519 / the key must be Ed25519")
    try:
        with httpx.Client(base_url=given.address, timeout=TIMEOUT_SECONDS) as client:
            player = Player(client, key, given.key_id, secrets.token_hex(4))
            verdicts, judged = player.play(say)
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return 1
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        print(f"连接平台失败 / the platform cannot be reached: {error}", file=sys.stderr)
        return 1
    say_judged(judged)
    passed = bool(judged.get("passed")) and all(one.is_good is not False for one in verdicts)
    print(f"结论 / verdict: {'通过 passed' if passed else '未通过 not passed'}")
    if given.report:
        report = {
            "kit": VERSION,
            "run": player.run,
            "passed": passed,
            "cases": [one.to_json() for one in verdicts],
            "platform": judged,
        }
        given.report.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
