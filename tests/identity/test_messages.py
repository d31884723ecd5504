from __future__ import annotations

import pytest

from monitor.identity.cleaning import clean


@pytest.mark.parametrize(
    "message",
    [
        "This meeting is being recorded",
        "You are muted",
        "A new message in the chat",
        "Your connection is unstable",
        "Waiting for the host to start this meeting",
    ],
)
def test_what_a_call_says_is_nobodys_name(message: str) -> None:
    assert clean(message).name == ""


@pytest.mark.parametrize(
    "name", ["Thi Is Nguyen", "Ana Luísa Prado", "Will Being", "To Linh", "Ben the Rey"]
)
def test_a_word_of_a_sentence_may_be_part_of_a_name(name: str) -> None:
    assert clean(name).name == name
