"""Labels over time: known again, read when new, never waited for when live."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from monitor.identity.label_readers import ThreadedReader
from monitor.identity.labels import Labels, TileLabel
from monitor.identity.ocr import Reading, ReadingFailed, Recogniser
from monitor.records import Image
from tests.identity.labelled import Labelled, labelled
from tests.lettering import need_letters
from tests.waiting import wait_until

NAMES = (
    "Amara Diallo", "Ásta Jóns", "Linh Vũ", "Finn O'Shea", "Łukasz Nowak", "Zoë Dupont"
)  # fmt: skip


class Counting:
    """Reads with an engine, and counts what it was given."""

    def __init__(self, engine: Recogniser) -> None:
        self.engine, self.strips = engine, 0

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        self.strips += len(strips)
        return self.engine.read(strips)


class Slow:
    """Answers when it is allowed to."""

    def __init__(self) -> None:
        self.allowed, self.asked = threading.Event(), threading.Event()
        self.strips = 0

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        self.asked.set()
        self.allowed.wait(60)
        self.strips += len(strips)
        return [Reading(f"Student {self.strips}", 0.99) for _ in strips]


class Failing:
    """Never reads."""

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        raise ReadingFailed("names on labels are not read: the engine is broken")


class Scripted:
    """Reads one text after another."""

    def __init__(self, *readings: Reading) -> None:
        self.readings = iter(readings)

    def read(self, strips: Sequence[Image]) -> list[Reading]:
        return [next(self.readings) for _ in strips]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser()


@pytest.fixture
def counting(recogniser: Recogniser) -> Counting:
    return Counting(recogniser)


@pytest.fixture
def slow() -> Iterator[Slow]:
    engine = Slow()
    yield engine
    engine.allowed.set()


def look(labels: Labels, gallery: Labelled) -> tuple[TileLabel | None, ...]:
    return labels.look(gallery.image, gallery.tiles)


def names(found: Sequence[TileLabel | None]) -> list[str | None]:
    return [None if label is None else label.name for label in found]


def signatures(found: Sequence[TileLabel | None]) -> list[str]:
    return ["" if label is None else label.signature for label in found]


@pytest.mark.parametrize("skin", ["zoom", "teams"])
def test_names_are_read_before_a_file_goes_on(skin: str, counting: Counting) -> None:
    need_letters()
    labels = Labels(wait=True, engine=counting)
    found = look(labels, labelled(NAMES, skin=skin, muted={1, 3}))
    assert names(found) == list(NAMES)
    assert len(set(signatures(found))) == len(NAMES)
    assert labels.trouble is None


def test_a_label_is_read_once_though_the_video_behind_it_moves(
    counting: Counting,
) -> None:
    labels = Labels(wait=True, engine=counting)
    first = look(labels, labelled(NAMES))
    for seed in range(1, 4):
        assert look(labels, labelled(NAMES, seed=seed)) == first
    assert counting.strips == len(NAMES)


def test_a_label_is_known_again_where_it_moved(counting: Counting) -> None:
    labels = Labels(wait=True, engine=counting)
    first = look(labels, labelled(NAMES))
    moved = look(labels, labelled(NAMES[::-1], seed=1, muted={0, 2}))
    assert moved == first[::-1]
    assert counting.strips == len(NAMES)


def test_a_label_of_another_size_is_the_same_label(counting: Counting) -> None:
    labels = Labels(wait=True, engine=counting)
    first = look(labels, labelled(NAMES))
    assert look(labels, labelled(NAMES, seed=1).scaled(1.5)) == first


def test_a_hidden_label_is_none_and_comes_back(counting: Counting) -> None:
    labels = Labels(wait=True, engine=counting)
    first = look(labels, labelled(NAMES))
    hidden = look(labels, labelled(NAMES, seed=1, hidden={0, 2}))
    assert hidden == (None, first[1], None, *first[3:])
    assert look(labels, labelled(NAMES, seed=2)) == first
    assert counting.strips == len(NAMES)


def test_a_gallery_of_small_tiles_is_read(counting: Counting) -> None:
    need_letters()
    small = labelled(NAMES).scaled(0.75)
    found = names(look(Labels(wait=True, engine=counting), small))
    assert sum(a == b for a, b in zip(found, NAMES, strict=True)) >= len(NAMES) - 1


def test_roles_are_told_with_the_name(counting: Counting) -> None:
    texts = ["Ana Ruiz (Host, me)", "Ben Carter (Guest)", "You", "Kim (she/her)"]
    found = look(Labels(wait=True, engine=counting), labelled(texts))
    assert names(found) == ["Ana Ruiz", "Ben Carter", "", "Kim"]
    assert [label and (label.is_me, label.is_host) for label in found] == [
        (True, True), (False, False), (True, False), (False, False),
    ]  # fmt: skip


def test_a_script_that_cannot_be_read_keeps_its_signature(counting: Counting) -> None:
    texts = ["Иван Петров", "Ольга Кузнецова", "Ana Ruiz", "Сергей Орлов"]
    labels = Labels(wait=True, engine=counting)
    first = look(labels, labelled(texts))
    assert [label and (label.text, label.name) for label in first] == [
        ("", ""), ("", ""), ("Ana Ruiz", "Ana Ruiz"), ("", ""),
    ]  # fmt: skip
    known = [signatures(first)[i] for i in (0, 1, 3)]
    another_day = Labels(wait=True, engine=counting, unreadable=[*known, "no such"])
    strips = counting.strips
    again = look(another_day, labelled(texts[::-1], seed=7, muted={0, 1}))
    assert [signatures(again)[i] for i in (3, 2, 0)] == known
    assert names(again) == ["", "Ana Ruiz", "", ""]
    assert counting.strips == strips + 1


@pytest.mark.parametrize(
    "reading",
    [
        Reading("Ana Ruiz", 0.7),
        Reading("A", 0.99),
        Reading("17 000 21", 0.99),
        Reading("Am\N{GREEK SMALL LETTER ALPHA}ra Diallo", 0.99),
        Reading("", 0.0),
    ],
)
def test_a_doubtful_reading_is_none(reading: Reading) -> None:
    labels = Labels(wait=True, engine=Scripted(reading))
    (found,) = look(labels, labelled(["Amara Diallo"]))
    assert found is not None
    assert (found.text, found.name) == ("", "")


def test_a_live_look_never_waits(slow: Slow) -> None:
    labels = Labels(wait=False, engine=slow)
    first = look(labels, labelled(NAMES))
    assert [label and label.text for label in first] == [None] * len(NAMES)
    assert slow.asked.wait(60)
    again = look(labels, labelled(NAMES, seed=1))
    assert signatures(again) == signatures(first)
    slow.allowed.set()

    def all_read() -> bool:
        found = look(labels, labelled(NAMES, seed=2))
        return all(label is not None and label.text for label in found)

    wait_until(all_read)
    assert slow.strips == len(NAMES)
    labels.close()


def test_live_the_newest_strips_are_read_and_nothing_piles_up(slow: Slow) -> None:
    reader, strip = ThreadedReader(lambda: slow), np.zeros((8, 8, 3), np.uint8)
    reader.ask("first", strip)
    assert slow.asked.wait(60)
    for key in [*range(200), 150]:
        reader.ask(key, strip)
    slow.allowed.set()
    read: list[object] = []

    def last_is_read() -> bool:
        read.extend(key for key, _ in reader.answers())
        return 136 in read

    wait_until(last_is_read)
    reader.close()
    assert read == ["first", 150, *(k for k in range(199, 135, -1) if k != 150)]


@pytest.mark.parametrize("wait", [True, False])
def test_an_engine_that_fails_leaves_labels_unread_and_one_line(wait: bool) -> None:
    labels = Labels(wait=wait, engine=Failing())
    first = look(labels, labelled(NAMES))
    wait_until(lambda: labels.trouble)
    assert labels.trouble == "names on labels are not read: the engine is broken"
    again = look(labels, labelled(NAMES, seed=1))
    assert [label and label.text for label in again] == [None] * len(NAMES)
    assert signatures(again) == signatures(first)
    labels.close()


def test_closing_ends_the_thread(slow: Slow) -> None:
    before = threading.active_count()
    labels = Labels(wait=False, engine=slow)
    look(labels, labelled(NAMES))
    assert slow.asked.wait(60)
    slow.allowed.set()
    labels.close()
    assert threading.active_count() == before
    look(labels, labelled(NAMES, seed=1))
    assert threading.active_count() == before


def test_no_tiles_have_no_labels(counting: Counting) -> None:
    labels = Labels(wait=True, engine=counting)
    assert labels.look(labelled(["Ana"]).image, []) == ()
    assert counting.strips == 0
