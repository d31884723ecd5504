from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from models.training.readers import open_data
from monitor.errors import UsageError
from monitor.records import EMOTIONS
from tests.training.readers import sets


def message_for(path: Path, **options: object) -> str:
    with pytest.raises(UsageError) as caught:
        open_data(path, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pictures_classes_and_parts_come_back(tmp_path: Path) -> None:
    images = sets.pictures(9)
    usage = ["Training"] * 5 + ["PublicTest"] * 2 + ["PrivateTest"] * 2

    data = open_data(sets.write_csv(tmp_path / "fer2013.csv", images, usage=usage))

    assert len(data) == 9
    assert data.classes == EMOTIONS
    assert data.labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1]
    assert data.emotions().tolist() == data.labels.tolist()
    assert np.array_equal(data.grey(np.arange(9)), images)
    assert data.part_names == ("Training", "PublicTest", "PrivateTest")
    assert data.part("PublicTest").tolist() == [5, 6]
    assert data.part("publictest").tolist() == [5, 6]
    assert data.bad == []
    assert data.votes is None


def test_pictures_in_other_sizes_and_in_colour(tmp_path: Path) -> None:
    images = sets.pictures(3)
    data = open_data(sets.write_csv(tmp_path / "fer2013.csv", images))

    assert data.grey(np.array([True, False, True])).tolist() == images[[0, 2]].tolist()
    assert data.grey(np.array([1]), side=24).shape == (1, 24, 24)
    colour = data.colour(np.array([2, 0]), 96)
    assert colour.shape == (2, 96, 96, 3)
    assert colour.dtype == np.uint8
    assert np.array_equal(colour[..., 0], colour[..., 2])
    assert data.colour(np.array([2]), 48)[0, :, :, 1].tolist() == images[2].tolist()


def test_an_unknown_part_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    data = open_data(sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(2)))

    with pytest.raises(UsageError, match="has no part 'test': it has Training"):
        data.part("test")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("emotion, Usage, pixels", "{label},{usage},{pixels}"),
        ("\ufeffemotion,pixels,Usage", "{label},{pixels},{usage}"),
        ("Emotion,Pixels,Usage,id", '{label},"{pixels}",{usage},17'),
        (None, "{label},{pixels},{usage}"),
    ],
)
def test_columns_in_any_order_with_or_without_header(
    tmp_path: Path, header: str | None, row: str
) -> None:
    image = sets.pictures(1)[0]
    label, pixels, usage = sets.line(image, 4, "PublicTest").split(",")
    text = row.format(label=label, pixels=pixels, usage=usage)
    path = tmp_path / "icml.csv"
    path.write_bytes("\r\n".join([*([header] if header else []), text]).encode())

    data = open_data(path)

    assert np.array_equal(data.grey(np.array([0]))[0], image)
    assert (data.labels.tolist(), data.parts.tolist()) == ([4], ["PublicTest"])


def test_without_usage_there_are_no_parts(tmp_path: Path) -> None:
    row = sets.line(sets.pictures(1)[0]).rsplit(",", 1)[0]

    data = open_data(sets.write_lines(tmp_path / "train.csv", ["emotion,pixels", row]))

    assert data.parts.tolist() == [""]
    assert data.part_names == ()
    with pytest.raises(UsageError, match="it has none, all rows are one set"):
        data.part("Training")


GOOD = sets.line(sets.pictures(1)[0])
BAD_LINES = {
    "0,1 2 3,Training": "3 pixels, expected 2,304 (48x48)",
    "0,,Training": "0 pixels, expected 2,304 (48x48)",
    GOOD.replace("3,", "7,", 1): "emotion '7', expected 0 to 6",
    GOOD.replace("3,", "-1,", 1): "emotion '-1', expected 0 to 6",
    GOOD.replace("3,", "happy,", 1): "emotion 'happy', expected 0 to 6",
    "3," + "256 " * 2304 + ",Training": (
        "pixel 1 is '256', expected a whole number from 0 to 255"
    ),
    "3," + "1 " * 2303 + "99999999999999999999,Training": (
        "pixel 2304 is '99999999999999999999', expected a whole number from 0 to 255"
    ),
    "3,7 " + "1.5 " * 2303 + ",Training": (
        "pixel 2 is '1.5', expected a whole number from 0 to 255"
    ),
    "3,7 -2 " + "1 " * 2302 + ",Training": (
        "pixel 2 is '-2', expected a whole number from 0 to 255"
    ),
    "3," + "1\t" * 2303 + "x,Training": (
        "pixel 2304 is 'x', expected a whole number from 0 to 255"
    ),
    "": "an empty line",
    GOOD + ",more": "4 columns, expected 3",
    "nonsense": "1 columns, expected 3",
}


def test_bad_rows_are_named_counted_and_left_out(tmp_path: Path) -> None:
    path = sets.write_lines(
        tmp_path / "fer2013.csv", [sets.HEADER, GOOD, *BAD_LINES, GOOD]
    )

    data = open_data(path, bad="skip")

    assert len(data) == 2
    assert data.index.tolist() == [0, len(BAD_LINES) + 1]
    assert [(bad.where, bad.why) for bad in data.bad] == [
        (f"fer2013.csv:{number}", why)
        for number, why in enumerate(BAD_LINES.values(), 3)
    ]


def test_bad_rows_count_in_their_part(tmp_path: Path) -> None:
    short = {part: f"3,1 2 3,{part}" for part in ("Training", "PublicTest", "Else")}
    lines = [GOOD, GOOD.replace("Training", "PublicTest"), *short.values(), "", "5,6"]
    path = sets.write_lines(tmp_path / "fer2013.csv", [sets.HEADER, *lines, GOOD])

    data = open_data(path)

    def rows(part: str | None) -> list[str]:
        return [bad.where.removeprefix("fer2013.csv:") for bad in data.bad_in(part)]

    # Of the last two nobody can tell the part.
    assert rows("Training") == ["4", "7", "8"]
    assert rows("publictest") == ["5", "7", "8"]
    assert rows(None) == ["4", "5", "6", "7", "8"]
    with pytest.raises(UsageError, match="no part 'Else': it has Training, Public"):
        data.bad_in("Else")


def test_a_part_of_bad_rows_alone_is_said_to_be_that(tmp_path: Path) -> None:
    lines = [sets.HEADER, GOOD, "9,1 2,PublicTest", "8,1 2,PublicTest"]
    data = open_data(sets.write_lines(tmp_path / "fer2013.csv", lines))

    with pytest.raises(UsageError) as caught:
        data.part("publictest")

    assert str(caught.value).endswith(
        "has no part 'publictest': it has Training. All rows of 'publictest' were "
        "left out as bad: 2, the first fer2013.csv:3: emotion '9', expected 0 to 6."
    )


def test_a_usage_that_goes_on_and_on_is_a_bad_row(tmp_path: Path) -> None:
    lines = [sets.HEADER, GOOD, f"{GOOD}{'g' * 200_000}"]

    data = open_data(sets.write_lines(tmp_path / "fer2013.csv", lines))

    assert len(data) == 1
    assert [(row.where, row.why, row.part) for row in data.bad] == [
        ("fer2013.csv:3", "Usage of 200,008 characters, expected 60 at most", "")
    ]


@pytest.mark.parametrize("bad", BAD_LINES)
def test_the_first_bad_row_stops_when_asked(tmp_path: Path, bad: str) -> None:
    path = sets.write_lines(tmp_path / "fer2013.csv", [sets.HEADER, GOOD, bad, GOOD])

    said = message_for(path, bad="stop")

    assert said == (
        f"fer2013.csv:3: {BAD_LINES[bad]}; mend or remove it, or choose --bad skip."
    )


def test_empty_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    lines = [sets.HEADER, GOOD, "", GOOD, "", " \t", ""]
    path = sets.write_lines(tmp_path / "fer2013.csv", lines)

    data = open_data(path)

    assert data.index.tolist() == [0, 2]
    assert [(bad.where, bad.why) for bad in data.bad] == [
        ("fer2013.csv:3", "an empty line")
    ]
    open_data(sets.write_lines(path, [sets.HEADER, GOOD, "", ""]), bad="stop")
    assert message_for(sets.write_lines(path, [sets.HEADER, ""])).endswith(
        "can be used; there are no rows."
    )


def test_tabs_between_pixels_are_read(tmp_path: Path) -> None:
    lines = [sets.HEADER, GOOD.replace(" ", "\t")]

    data = open_data(sets.write_lines(tmp_path / "fer2013.csv", lines))

    assert np.array_equal(data.grey(np.array([0])), sets.pictures(1))


def test_a_file_without_a_usable_row(tmp_path: Path) -> None:
    path = sets.write_lines(tmp_path / "fer2013.csv", [sets.HEADER, "9,1 2,Training"])

    assert message_for(path).endswith(
        "holds no picture that can be used; bad rows: 1, the first fer2013.csv:2: "
        "emotion '9', expected 0 to 6."
    )
    sets.write_lines(path, [sets.HEADER])
    assert message_for(path).endswith("can be used; there are no rows.")


def test_other_columns(tmp_path: Path) -> None:
    path = sets.write_lines(tmp_path / "grades.csv", ["name,mark", "Ada,1"])

    assert message_for(path).endswith(
        "expected the columns emotion, pixels and Usage, with commas between, got "
        "'name, mark'."
    )
    path.write_bytes(b"")
    assert message_for(path).endswith("commas between, its first line is empty.")


def test_line_ends_of_old_macs(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_bytes("\r".join([sets.HEADER, GOOD, GOOD]).encode())

    assert message_for(path).endswith(
        "ends its lines with a carriage return alone: save it with the line ends of "
        "today (LF, or CRLF)."
    )


def test_what_only_looks_like_line_ends_of_old_macs(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f"{sets.HEADER}\r\n{GOOD}\r\n", encoding="utf-16", newline="")

    assert message_for(path).endswith("is written in UTF-16: save it as CSV in UTF-8.")
    path.write_bytes(b"PK\x03\x04\x14\r\x00,")
    assert "is not FER2013: expected the columns" in message_for(path)


def test_what_is_not_there_or_of_no_kind(tmp_path: Path) -> None:
    (tmp_path / "fer2013.csv.gz").touch()

    assert message_for(tmp_path / "gone.csv").startswith("No data at ")
    assert message_for(tmp_path / ("x" * 300 + ".csv")).startswith("No data at ")
    assert "is of no kind that is known: expected fer2013.csv" in message_for(
        tmp_path / "fer2013.csv.gz"
    )
    assert "treated as 'ignore': expected skip, stop" in message_for(
        tmp_path, bad="ignore"
    )


def test_the_sum_is_the_file_s(tmp_path: Path) -> None:
    path = sets.write_csv(tmp_path / "fer2013.csv", sets.pictures(1))
    first = open_data(path).sha256

    sets.write_csv(path, sets.pictures(1, seed=1))

    assert len(first) == 64
    assert open_data(path).sha256 != first


@settings(max_examples=25, deadline=None)
@given(
    images=arrays.arrays(np.uint8, st.tuples(st.integers(1, 3), *[st.just(48)] * 2)),
    label=st.integers(0, 6),
    usage=st.sampled_from(["Training", "PublicTest", "PrivateTest", ""]),
)
def test_any_pictures_come_back_as_written(
    images: sets.Images, label: int, usage: str
) -> None:
    n = len(images)
    with tempfile.TemporaryDirectory() as folder:
        path = sets.write_csv(
            Path(folder, "fer2013.csv"), images, [label] * n, [usage] * n
        )
        data = open_data(path, bad="stop")

    assert np.array_equal(data.grey(np.arange(n)), images)
    assert data.labels.tolist() == [label] * n
    assert data.parts.tolist() == [usage] * n


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.text("0123456789 ,.-\"';e", max_size=40).map(str.encode),
            st.sampled_from([GOOD.encode(), sets.HEADER.encode(), b"3,1 2,Training"]),
        ),
        max_size=5,
    )
)
def test_garbage_is_refused_or_named(lines: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "fer2013.csv")
        path.write_bytes(b"\n".join(lines))
        try:
            data = open_data(path)
        except UsageError as error:
            assert "\n" not in str(error)  # noqa: PT017
            return

    assert set(data.grey(np.arange(len(data))).shape[1:]) == {48}
    assert all(bad.why and "\n" not in bad.why for bad in data.bad)
