"""`python -m city.worlds --seed 7 --operators 20000 --weeks 104 --out DIR`: write a made-up world.

DIR holds what a watcher reads; the truth lies beside it, in DIR.truth.csv: operator, kind, failed_week, lost_fen.
"""

import argparse
import sys
from pathlib import Path

from city.worlds.writing import AUTHORS, write


def main() -> int:
    """Write one world and say what it is."""
    parser = argparse.ArgumentParser(
        description="生成一个虚构的预付卡经营者世界（不含任何真实主体）。"
    )
    parser.add_argument("--author", choices=AUTHORS, default=AUTHORS[0])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--operators", type=int, default=20_000)
    parser.add_argument("--weeks", type=int, default=104)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    asked = parser.parse_args()
    if asked.operators < 1 or asked.weeks < 1:
        parser.error("--operators 和 --weeks 须为正整数")
    said = write(
        asked.out,
        seed=asked.seed,
        operators=asked.operators,
        weeks=asked.weeks,
        author=asked.author,
    )
    print(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
