"""How large a network's file is, in words."""

from __future__ import annotations


def in_words(count: int) -> str:
    """Bytes as "3.81 MiB", or as "58 KiB" where they are few."""
    mib = count / 2**20
    return f"{mib:.2f} MiB" if mib >= 0.1 else f"{count / 2**10:.0f} KiB"
