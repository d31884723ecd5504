from __future__ import annotations

from monitor.reports.notice import FOR_THE_CHAT, in_the_terminal, points


def test_the_terminal_is_told_all_of_it() -> None:
    told = " ".join(in_the_terminal().split())
    for point in points("--mode presence"):
        assert point in told
    assert FOR_THE_CHAT in told
    assert max(map(len, in_the_terminal().splitlines())) <= 84


def test_presence_mode_is_named_as_it_is_chosen_there() -> None:
    assert "use presence only there" in points("presence only")[1]
    assert "use --mode presence there" in in_the_terminal()
