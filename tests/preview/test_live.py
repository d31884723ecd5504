"""The preview of a running class: what it shows, of whom, and when it looks at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from monitor.agent import Health, Progress
from monitor.errors import AgentError, SourceLost
from monitor.pipeline import Equipment, build
from monitor.preview.live import LivePreview, previewed
from monitor.preview_address import address_file, ask, find
from monitor.records import Image, Mode, Reading, Status, Tick
from monitor.sources.port import SourceOptions
from monitor.sources.virtual.layout import Look
from monitor.sources.virtual.source import VirtualClass
from tests.preview.conftest import Unpacked
from tests.scripted import ScriptedSource, lose

Unpack = Callable[[bytes], Unpacked]

EQUIPMENT = Equipment(thorough=False, live=True)


@pytest.fixture(scope="module")
def gallery() -> Image:
    """Four people whom nobody is, in a small call."""
    source = VirtualClass(SourceOptions(students=4, seed=7), Look(960, 540))
    with source:
        return source.picture(1.0)


@pytest.fixture(scope="module")
def tick(gallery: Image) -> Tick:
    """What a sample of it gives."""
    pipeline = build(EQUIPMENT)
    source = ScriptedSource(live=True, picture=lambda _: gallery)
    frame = source.read(0.0)
    assert frame is not None
    seen = pipeline.look(frame, 0)
    pipeline.close()
    assert len(seen.readings) == 4
    return seen


def told(tick: Tick | None, health: Health = Health.RUNNING) -> Progress:
    return Progress(health, tick, 1, 0, 0)


def preview_of(gallery: Image) -> tuple[ScriptedSource, LivePreview]:
    source = ScriptedSource(live=True, picture=lambda _: gallery)
    return source, LivePreview(source, EQUIPMENT)


def test_nothing_is_looked_at_until_somebody_asks(gallery: Image, tick: Tick) -> None:
    source, preview = preview_of(gallery)
    preview.source.read(0.0)
    preview.show(told(tick))
    assert source.reads == 1
    assert preview.source.last is None


def test_each_face_has_its_box_student_and_seven_scores(
    gallery: Image, tick: Tick, unpacked: Unpack
) -> None:
    _, preview = preview_of(gallery)
    preview.show(told(tick))
    about, picture = unpacked(preview.look() or b"")
    assert picture.shape == gallery.shape
    assert {face["student"] for face in about["faces"]} == {1, 2, 3, 4}
    by_student = {reading.student: reading for reading in tick.readings}
    for face in about["faces"]:
        sampled = by_student[face["student"]]
        box = np.array(face["box"]) * [960, 540, 960, 540]
        assert np.abs(box - sampled.xyxy).max() < 30
        if face["state"] == "read":
            assert sum(face["shares"]) == pytest.approx(1, abs=1e-2)
    assert sum(face["state"] == "read" for face in about["faces"]) >= 3


def test_whoever_did_not_agree_or_is_not_counted_is_not_read(
    gallery: Image, tick: Tick, unpacked: Unpack
) -> None:
    one, other, third, _ = tick.readings
    refused = Reading(one.student, Status.NO_CONSENT, one.xyxy)
    _, preview = preview_of(gallery)
    preview.show(told(replace(tick, readings=(refused, other, third))))
    faces = unpacked(preview.look() or b"")[0]["faces"]
    by_student = {face["student"]: face for face in faces}
    assert by_student[one.student]["state"] == "no_consent"
    assert by_student[one.student]["shares"] is None
    assert by_student[None]["state"] == "unknown"
    assert by_student[None]["shares"] is None


@pytest.mark.parametrize("mode", [Mode.PRESENCE, Mode.CLASS])
def test_without_expressions_of_each_student_nobody_is_read(
    gallery: Image, tick: Tick, unpacked: Unpack, mode: Mode
) -> None:
    readings = tick.readings
    if mode is Mode.PRESENCE:
        readings = tuple(Reading(r.student, Status.PRESENT, r.xyxy) for r in readings)
    for live in (True, False):
        source = ScriptedSource(live=live, picture=lambda _: gallery)
        preview = LivePreview(source, replace(EQUIPMENT, mode=mode))
        preview.look()
        preview.source.read(0.0)
        preview.show(told(replace(tick, offset_s=0.0, readings=readings)))
        faces = unpacked(preview.look() or b"")[0]["faces"]
        assert {face["state"] for face in faces} == {"present"}
        assert all(face["shares"] is None for face in faces)


def test_a_paused_class_is_not_looked_at(gallery: Image, tick: Tick) -> None:
    source, preview = preview_of(gallery)
    preview.show(told(tick))
    preview.show(told(None, Health.PAUSED))
    with pytest.raises(AgentError, match="paused: nothing is looked at"):
        preview.look()
    assert source.reads == 0
    preview.show(told(None))
    assert preview.look()


def test_a_lost_source_is_told() -> None:
    source = ScriptedSource(live=True, script=lose(0))
    with pytest.raises(SourceLost, match="cannot be grabbed"):
        LivePreview(source, EQUIPMENT).look()


def test_of_a_recording_its_samples_are_shown(
    gallery: Image, tick: Tick, unpacked: Unpack
) -> None:
    source = ScriptedSource(live=False, picture=lambda _: gallery)
    preview = LivePreview(source, EQUIPMENT)
    assert preview.look() is None
    frame = preview.source.read(3.0)
    assert frame is not None
    at = datetime.now(UTC)
    preview.show(told(replace(tick, captured_at=at, offset_s=3.0)))
    about, _ = unpacked(preview.look() or b"")
    assert len(about["faces"]) == 4
    assert source.reads == 1


def test_a_running_class_can_be_found_beside_its_database(
    tmp_path: Path, gallery: Image
) -> None:
    database = tmp_path / "class.db"
    file = address_file(database, 1)
    file.parent.mkdir()
    source = ScriptedSource(live=True, picture=lambda _: gallery)
    with previewed(database, 1, source, EQUIPMENT):
        address = find(file)
        assert address is not None
        assert ask(address)
    assert not file.exists()
