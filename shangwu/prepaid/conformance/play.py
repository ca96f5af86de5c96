"""Play the cases: send each step, compare the answer, let the platform judge the run from its own receipts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shangwu.prepaid.conformance import VERSION
from shangwu.prepaid.conformance.cases import STEPS, Step
from shangwu.prepaid.conformance.messages import MEDIA, Setting, digest, fill, headers, packed

PREFIX = "/api/v1/prepaid"
SHANGHAI = timezone(timedelta(hours=8))
CLOCK_OFF = 3_600


class Stopped(Exception):
    """The run cannot begin or go on; the text says why, in the platform's own words where it has some."""


@dataclass(frozen=True)
class Verdict:
    """What a step was answered, and whether that is what it must be; None where it could not be played.

    `reasons` are the platform's own sentences where the answer is another than expected.
    """

    step: Step
    key: str
    is_good: bool | None
    found: str
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the verdict for the report."""
        return {
            "case": self.step.name,
            "zh": self.step.zh,
            "en": self.step.en,
            "key": self.key,
            "ok": self.is_good,
            "found": self.found,
            "reasons": list(self.reasons),
        }


@dataclass
class Player:
    """Signs and sends with one sandbox key. `run` makes the idempotency keys of this run its own."""

    client: httpx.Client
    key: Ed25519PrivateKey
    key_id: str
    run: str
    _receipts: dict[str, bytes] = field(default_factory=dict)

    def play(self, say: Callable[[Verdict], None]) -> tuple[list[Verdict], dict[str, Any]]:
        """Play every step, and return the verdicts and the platform's own."""
        setting = self._begin()
        verdicts = []
        for verdict in self._steps(setting):
            say(verdict)
            verdicts.append(verdict)
        keys = {one.step.name: one.key for one in verdicts if one.is_good is not None}
        body = json.dumps({"kit": VERSION, "keys": keys}).encode()
        answer = self._post("sandbox/conformance-runs", body, f"kit-{self.run}-run")
        return verdicts, _taken(answer)

    def _begin(self) -> Setting:
        me = _taken(self._get("me"))
        if not me["sandbox"]:
            raise Stopped("这把密钥不是测试密钥。/ This is no sandbox key.")
        reset = _taken(self._post("sandbox/reset", b"{}", f"kit-{self.run}-reset"))
        now = self._now()
        return Setting(
            me["uscc"],
            now.astimezone(SHANGHAI).date(),
            now.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            date.fromisoformat(reset["closed_day"]),
        )

    def _steps(self, setting: Setting) -> Iterator[Verdict]:
        for step in STEPS:
            key = f"kit-{self.run}-{step.key_of or step.name}"
            try:
                rows = [fill(row, setting) for row in step.rows]
                body = packed(rows, step.form, step.encoding)
            except ImportError as missing:
                yield Verdict(step, key, None, f"{missing.name} ?")
                continue
            answer = self._post(
                step.path,
                body,
                key,
                media=MEDIA[step.form],
                encoding=step.encoding,
                query=step.query,
                fault=step.fault,
            )
            yield self._judge(step, key, answer)

    def _judge(self, step: Step, key: str, answer: httpx.Response) -> Verdict:
        try:
            said = answer.json()
        except ValueError:
            return Verdict(step, key, False, f"HTTP {answer.status_code}")
        if step.refusal or "code" in said:
            found = str(said.get("code", said.get("state")))
            is_good = found == step.refusal
            return Verdict(step, key, is_good, found, () if is_good else _reasons(said))
        codes = {error["code"] for error in said["errors"]}
        # Whether a limit holds the platform knows, and judges.
        wanted = frozenset() if step.only_limited else step.codes
        is_good = said["state"] == step.state and wanted <= codes
        if step.key_of:
            is_good = is_good and answer.content == self._receipts[step.key_of]
        self._receipts[step.name] = answer.content
        found = " ".join([said["state"], *sorted(codes)])
        return Verdict(step, key, is_good, found, () if is_good else _reasons(said))

    def _now(self) -> datetime:
        return datetime.fromisoformat(_taken(self.client.get(f"{PREFIX}/time"))["time"])

    def _get(self, path: str) -> httpx.Response:
        where = f"{PREFIX}/{path}"
        signed = headers(
            self.key,
            key_id=self.key_id,
            method="GET",
            path=where,
            query="",
            created=int(self._now().timestamp()),
            covered={},
        )
        return self.client.get(where, headers=signed)

    def _post(
        self,
        path: str,
        body: bytes,
        key: str,
        *,
        media: str = MEDIA["json"],
        encoding: str = "",
        query: str = "",
        fault: str = "",
    ) -> httpx.Response:
        where = f"{PREFIX}/{path}"
        sent = {"content-digest": digest(body), "idempotency-key": key}
        created = int(self._now().timestamp()) - (CLOCK_OFF if fault == "clock" else 0)
        signed = headers(
            Ed25519PrivateKey.generate() if fault == "signature" else self.key,
            key_id=self.key_id,
            method="POST",
            path=where,
            query=query,
            created=created,
            covered=sent,
        )
        packing = {"Content-Encoding": encoding} if encoding else {}
        return self.client.post(
            f"{where}?{query}" if query else where,
            content=body + b" " if fault == "digest" else body,
            headers={**sent, **signed, **packing, "Content-Type": media},
        )


def _taken(answer: httpx.Response) -> dict[str, Any]:
    """Return what an answer says.

    Raises: Stopped for a refusal, and for an answer that is not the interface's.
    """
    where = f"{answer.request.method} {answer.request.url.path}"
    try:
        said: dict[str, Any] = answer.json()
    except ValueError:
        raise Stopped(
            f"{where}：HTTP {answer.status_code}，不是接口的答复，请核对地址。"
            " / This is no answer of the interface; check the address."
        ) from None
    if "code" in said:
        raise Stopped(f"{where}：{' '.join(_reasons(said))}")
    return said


def _reasons(said: dict[str, Any]) -> tuple[str, ...]:
    """The sentences of a refusal, or of the errors of a receipt."""
    errors = said.get("errors", [said] if "code" in said else [])
    return tuple(
        f"{one['code']} {one.get('field', '')}：{one['zh']} / {one['en']}" for one in errors
    )
