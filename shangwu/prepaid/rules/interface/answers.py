"""Every refusal of a message as a whole, by code, with its HTTP status, in both languages.

What is wrong with single rows stands in the receipt, under the codes of rules/batch/errors.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shangwu.foundation.law import Refused


@dataclass(frozen=True)
class Refusal:
    """The HTTP status of a refusal and what the sender's programmer reads."""

    status: int
    zh: str
    en: str


REFUSALS: Mapping[str, Refusal] = {
    "SIGNATURE-MISSING": Refusal(
        401,
        "请求没有签名。请按 RFC 9421 附上 Signature-Input 和 Signature。",
        "The request is not signed. Send Signature-Input and Signature (RFC 9421).",
    ),
    "SIGNATURE-FORM": Refusal(
        401,
        "签名的写法不符合要求。",
        "The signature is not written as the guide asks.",
    ),
    "SIGNATURE-WRONG": Refusal(
        401,
        "签名与内容不符。请核对密钥和签名基串。",
        "The signature does not match the message. Check the key and the signature base.",
    ),
    "KEY-UNKNOWN": Refusal(
        401,
        "平台没有登记这把密钥。",
        "No key with this keyid is registered.",
    ),
    "CLOCK-SKEW": Refusal(
        401,
        "签名时间与平台时间相差过大（E05）。请校准时钟后重新签名。",
        "The signature's time is too far from the platform's (E05). Set your clock and sign again.",
    ),
    "KEY-REVOKED": Refusal(
        403,
        "这把密钥已经停用。请用现行密钥签名。",
        "This key has been revoked. Sign with a key in force.",
    ),
    "KEY-SANDBOX": Refusal(
        403,
        "这把密钥不能用在这里：测试密钥只打开测试环境，正式密钥不进入测试环境。",
        "This key does not open this address: sandbox keys open the sandbox only, and others do not.",
    ),
    "SENDER-KIND": Refusal(
        403,
        "这类数据不由贵方报送。",
        "Records of this kind are not yours to send.",
    ),
    "IDEMPOTENCY-KEY": Refusal(
        400,
        "缺少幂等键，或者写法不对。请附上 Idempotency-Key：8 至 64 个字母、数字、点、短横、下划线或者冒号。",
        "Idempotency-Key is missing or ill-formed: 8 to 64 letters, digits, dots, hyphens, underscores, colons.",
    ),
    "DIGEST-FORM": Refusal(
        400,
        "缺少内容摘要，或者写法不对。请附上 Content-Digest: sha-256=:…:（RFC 9530）。",
        "Content-Digest is missing or ill-formed; send sha-256=:…: (RFC 9530).",
    ),
    "DIGEST-WRONG": Refusal(
        400,
        "收到的内容与摘要不符，未保存。传输可能中断，请重新发送。",
        "The body does not match its digest; nothing was stored. Send it again.",
    ),
    "PARAMETER": Refusal(
        400,
        "地址中的参数不对。",
        "A parameter of the address is wrong.",
    ),
    "REQUEST": Refusal(
        400,
        "请求的写法不符合 HTTP 的要求，未读取。",
        "The request is not well-formed HTTP and was not read.",
    ),
    "ADDRESS": Refusal(
        404,
        "接口没有这个地址。全部地址见 /api/v1/prepaid/docs。",
        "The interface has no such address. All of them are on /api/v1/prepaid/docs.",
    ),
    "METHOD": Refusal(
        405,
        "这个地址不接受这种请求方法，可用的方法见 Allow。",
        "This address does not take that method; Allow names those it takes.",
    ),
    "NOT-FOUND": Refusal(
        404,
        "没有这个批次。",
        "There is no such batch.",
    ),
    "E01": Refusal(
        409,
        "同一幂等键已有不同内容，未保存。更正请用新的幂等键。",
        "This Idempotency-Key was used with other content; nothing was stored. Use a new key.",
    ),
    "LENGTH": Refusal(
        411,
        "没有写明内容长度，未读取。请附上 Content-Length，不要分块传输。",
        "The length is not announced, so nothing was read. Send Content-Length, not chunks.",
    ),
    "TOO-LARGE": Refusal(
        413,
        "内容超过接口公布的上限，未保存。请分批发送。",
        "The body exceeds the published limit; nothing was stored. Send several batches.",
    ),
    "MEDIA-TYPE": Refusal(
        415,
        "这个地址不接收这种内容格式。",
        "This address does not take that media type.",
    ),
    "CONTENT-ENCODING": Refusal(
        415,
        "不支持这种压缩方式。可用 gzip、zstd 或者不压缩。",
        "That content encoding is not supported: use gzip, zstd or identity.",
    ),
    "CONTENT": Refusal(
        422,
        "内容无法读取，未保存。",
        "The body cannot be read; nothing was stored.",
    ),
    "INTERNAL": Refusal(
        500,
        "平台出错，已经记录。请用同一幂等键重新发送，不会重复入账。",
        "The platform failed and has noted it. Send again under the same Idempotency-Key; nothing is counted twice.",
    ),
}
GENERAL_STATUS = 422
GENERAL_ENGLISH = "The request was refused by a rule; see the Chinese sentence and the code."


class MessageRefused(Refused):
    """A message was refused as a whole; nothing was stored. `facts` are further keys of the answer."""

    def __init__(self, code: str, zh: str = "", en: str = "", **facts: str | int) -> None:
        refusal = REFUSALS[code]
        super().__init__(f"{refusal.zh}{zh}", code=code)
        self.status = refusal.status
        self.english = f"{refusal.en} {en}".strip()
        self.facts = facts


def problem(refused: Refused) -> tuple[int, dict[str, str | int]]:
    """Return the HTTP status of a refusal and the answer in both languages."""
    if isinstance(refused, MessageRefused):
        said: dict[str, str | int] = {
            "code": refused.code,
            "zh": refused.sentence,
            "en": refused.english,
        }
        return refused.status, said | refused.facts
    answer: dict[str, str | int] = {
        "code": refused.code,
        "zh": refused.sentence,
        "en": GENERAL_ENGLISH,
    }
    return GENERAL_STATUS, answer
