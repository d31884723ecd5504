from __future__ import annotations

import urllib.request
import warnings
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="the extra `train` is not installed")
h5py = pytest.importorskip("h5py", reason="the extra `train` is not installed")

from models.training.transfer import applications, classics  # noqa: E402
from models.training.transfer.applications import BASES, PREPARED, build  # noqa: E402
from monitor.errors import ModelError, UsageError  # noqa: E402
from tests.training.transfer import tints  # noqa: E402

MODULES = {
    "vgg16": "vgg16",
    "vgg19": "vgg19",
    "resnet50": "resnet50",
    "inceptionv3": "inception_v3",
    "xception": "xception",
    "mobilenetv2": "mobilenet_v2",
    "mobilenetv3": "mobilenet_v3",
}
QUICK = ("vgg16", "mobilenetv2", "googlenet")


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    tints.offer(monkeypatch)


@pytest.mark.parametrize("network", MODULES)
def test_pixels_are_prepared_as_the_application_wants_them(network: str) -> None:
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 5, 5, 3)).astype(np.float32)
    picture = keras.Input((5, 5, 3))
    prepared = keras.Model(picture, PREPARED[BASES[network].pixels](picture))

    answer = prepared.predict_on_batch(pixels) if prepared.layers[1:] else pixels

    theirs = getattr(keras.applications, MODULES[network]).preprocess_input
    assert np.allclose(answer, theirs(pixels.copy()), atol=1e-3)


def test_efficientnet_sees_what_its_weights_were_learned_from() -> None:
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 5, 5, 3)).astype(np.float32)
    picture = keras.Input((5, 5, 3))
    prepared = keras.Model(picture, PREPARED["efficientnet"](picture))
    mean, deviation = applications.MEAN, applications.DEVIATION

    # What the base does next, with or without Keras's layer for ImageNet.
    ours = (prepared.predict_on_batch(pixels) / 255 - mean) / deviation
    theirs = (pixels / 255 - mean) / deviation / np.sqrt(deviation)

    assert np.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize(
    "network",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
        for name in BASES
    ],
)
def test_every_network_tells_any_number_of_classes_apart(network: str) -> None:
    side = BASES[network].least

    model = build(network, 6, side, "none")

    assert model.input_shape == (None, side, side, 3)
    assert model.output_shape == (None, 6)
    assert applications.base_of(model).count_params() > 1e6


def test_the_classics_have_the_shapes_of_their_papers() -> None:
    alexnet = classics.alexnet(227)
    assert alexnet.output_shape == (None, 4096)
    assert alexnet.get_layer(index=-5).output.shape[1:] == (6, 6, 256)
    assert classics.googlenet(224).output_shape == (None, 7, 7, 1024)


@pytest.mark.parametrize(
    ("network", "side", "weights", "message"),
    [
        ("lenet", None, "none", "No network is called lenet: choose one of vgg16, "),
        ("xception", 48, "none", "needs pictures of 71 pixels or more, got 48"),
        ("alexnet", None, "imagenet", "Nobody offers ImageNet weights of alexnet"),
        ("vgg16", None, "missing.h5", "No weights at missing.h5: give a file"),
    ],
)
def test_what_cannot_be_is_refused(
    network: str, side: int | None, weights: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        applications.check(network, side, weights)


def test_a_network_takes_the_size_that_it_was_made_for() -> None:
    assert applications.check("inceptionv3", None, "none") == 299
    assert applications.check("inceptionv3", 96, "none") == 96


def test_weights_that_cannot_be_downloaded_are_offered_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Nothing listens there, and what was fetched before is not looked at.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(urllib.request, "_opener", None)
    monkeypatch.setattr(keras.src.backend.config, "_KERAS_DIR", str(tmp_path))

    with pytest.raises(UsageError) as caught:
        build("vgg16", 7, 32, "imagenet")

    message = str(caught.value)
    assert "ImageNet weights of vgg16 could not be downloaded" in message
    assert "Connection refused" in message
    assert "fetch https://" in message
    assert "--weights none" in message
    assert "--weights FILE" in message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["x.h5", "x.weights.h5", "x.keras", "x.txt", "x"])
def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"these are no weights")

    with pytest.raises(UsageError, match="does not hold weights of tiny") as caught:
        build("tiny", 3, 16, str(file))

    assert "\n" not in str(caught.value)


def test_weights_that_lie_in_another_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "base.h5"
    with h5py.File(file, "w") as opened:
        opened["kernel"] = h5py.ExternalLink("elsewhere.h5", "/kernel")

    with pytest.raises(ModelError, match=r"base\.h5"):
        build("tiny", 3, 16, str(file))


@pytest.mark.parametrize("name", ["base.weights.h5", "network.keras"])
def test_weights_of_another_network_are_refused(tmp_path: Path, name: str) -> None:
    picture = keras.Input((16, 16, 3))
    other = keras.Model(picture, keras.layers.Conv2D(5, 3)(picture))
    file = tmp_path / name
    if file.suffix == ".keras":
        other.save(file)
    else:
        other.save_weights(file)

    with warnings.catch_warnings():
        # Keras has a hundred of them ready.
        warnings.simplefilter("error")
        with pytest.raises(UsageError, match="does not hold weights of tiny: give"):
            build("tiny", 3, 16, str(file))


def test_a_base_is_begun_from_a_file_of_its_weights(tmp_path: Path) -> None:
    first = tints.tiny(16)
    first.save_weights(tmp_path / "base.weights.h5")

    model = build("tiny", 3, 16, str(tmp_path / "base.weights.h5"))

    known = applications.base_of(model).get_weights()
    for ours, theirs in zip(known, first.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_network_goes_on_from_one_that_was_trained_here(tmp_path: Path) -> None:
    first = build("tiny", 3, 16, "none")
    first.save(tmp_path / "network.keras")
    pixels = np.random.default_rng(0).uniform(0, 255, (4, 16, 16, 3))

    model = build("tiny", 3, 16, str(tmp_path / "network.keras"))

    assert np.allclose(
        model.predict_on_batch(pixels), first.predict_on_batch(pixels), atol=1e-5
    )
    with pytest.raises(UsageError, match="as many classes"):
        build("tiny", 4, 16, str(tmp_path / "network.keras"))
