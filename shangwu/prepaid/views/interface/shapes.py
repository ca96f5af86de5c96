"""The shapes of answers, as the published description of the interface gives them."""

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from shangwu.prepaid.rules.batch.errors import ALL_ANSWERS


class Answer(Schema):
    """The base of all shapes: no key beyond those published."""

    model_config = ConfigDict(extra="forbid")


class Problem(Answer):
    """Why a message was refused as a whole; nothing of it was stored."""

    code: str = Field(examples=["SIGNATURE-WRONG"])
    zh: str = Field(examples=["签名与内容不符。请核对密钥和签名基串。"])
    en: str = Field(examples=["The signature does not match the message."])
    server_time: str | None = Field(None, examples=["2026-11-26T02:00:00Z"])
    limit: int | None = Field(None, description="The limit that was exceeded, in bytes or rows.")


class RowErrorAnswer(Answer):
    """One code for one row (from 1), or for the batch as a whole (0)."""

    row: int
    sequence: int | None
    field: str
    code: str = Field(description=f"One of {', '.join(ALL_ANSWERS)}.", examples=["E06"])
    effect: Literal["reject", "hold", "note"]
    zh: str
    en: str


class SignatureMark(Answer):
    """The platform's signature over the canonical receipt without it."""

    alg: Literal["ed25519"]
    keyid: str
    value: str


class Receipt(Answer):
    """What became of a batch, signed by the platform; amounts in fen."""

    version: int
    sandbox: bool
    sender: str
    key: str
    kind: str
    day: str | None
    content_digest: str = Field(description="SHA-256 of the unpacked body, in hexadecimal.")
    state: Literal["STORED", "PARTIAL", "REFUSED"]
    rows: int
    accepted: int
    refused: int
    is_late: bool
    totals: dict[str, int]
    root: str | None = Field(description="Root of the hash tree over the stored rows.")
    received_at: str
    errors_total: int
    errors: list[RowErrorAnswer] = Field(description="The first 100; see the address of errors.")
    signature: SignatureMark


class ErrorPage(Answer):
    """A page of a batch's errors; `next` is the page after it, or nothing."""

    key: str
    errors_total: int
    page: int
    next: int | None
    errors: list[RowErrorAnswer]


class PublishedKey(Answer):
    """A key of the platform that signs receipts: 32 bytes in base64."""

    keyid: str
    alg: Literal["ed25519"]
    public_key: str


class Keys(Answer):
    """The platform's published keys."""

    keys: list[PublishedKey]


class PublishedClosing(Answer):
    """One closing of the ledger; roots are in hexadecimal, that before the first is zeros."""

    day: str
    root: str
    previous: str
    closed_at: str


class Closings(Answer):
    """The closings of a month, signed by the platform; `first_month` and `last_month` are those that have any."""

    version: int
    month: str | None
    first_month: str | None
    last_month: str | None
    closings: list[PublishedClosing]
    signature: SignatureMark


class Clock(Answer):
    """The platform's time, and how far a signature's may lie from it."""

    time: str
    skew_seconds: int


class BatchLine(Answer):
    """One batch in the list of one's own."""

    key: str
    kind: str
    day: str | None
    state: str
    rows: int
    accepted: int
    received_at: str


class BatchList(Answer):
    """One's own batches, newest first; `next` is the page after it, or nothing."""

    page: int
    next: int | None
    batches: list[BatchLine]


class Standing(Answer):
    """What must be secured and what is, in fen, as the platform last reckoned it."""

    day: str
    required_fen: int
    counted_fen: int
    custody_fen: int | None
    shortfall_fen: int
    is_complete: bool
    sentences: list[Any]


class Myself(Answer):
    """What the platform knows of the sender."""

    uscc: str
    name: str
    kind: str
    status: str | None
    sandbox: bool
    keyid: str
    outlets: list[str]
    last_day: str | None
    standing: Standing | None
