"""What a party without an account says on paper: an officer records it, and the clocks run from the day of receipt."""

from dataclasses import dataclass
from datetime import date

from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.queries import is_open
from shangwu.foundation.law import Refused
from shangwu.prepaid.vocabulary import HandedInBy


@dataclass(frozen=True)
class Written:
    """A paper as it was received: the day, who handed it in (the position, never a name), and its image."""

    received_on: date
    handed_in_by: str
    paper: StoredFile

    @property
    def facts(self) -> dict[str, str]:
        """What the record of acts keeps of the paper."""
        return {
            "received_on": self.received_on.isoformat(),
            "handed_in_by": self.handed_in_by,
            "sha256": self.paper.sha256,
        }


def require_received(written: Written, *, since: date | None, today: date) -> None:
    """Refuse a day before the party could answer, or in the future, and a file that is not open.

    Raises: Refused PREPAID-WRITTEN-DAY, PREPAID-WRITTEN-ROLE, PREPAID-WRITTEN-FILE.
    """
    if not (since or date.min) <= written.received_on <= today:
        between = f"{since}至今天之间" if since else "今天以前"
        raise Refused(f"收到日期应在{between}。", code="PREPAID-WRITTEN-DAY")
    if written.handed_in_by not in HandedInBy.values:
        raise Refused("请选择由谁提交。", code="PREPAID-WRITTEN-ROLE")
    if not is_open(written.paper):
        raise Refused(
            "书面材料未通过安全检查，请稍后再试或者重新上传。", code="PREPAID-WRITTEN-FILE"
        )
