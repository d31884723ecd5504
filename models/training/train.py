"""Trains the expression network: ``python -m models.training.train --data FILE``.

A run lives in one folder: ``checkpoint.keras`` (weights and optimiser) with
``average.npz`` (the averaged weights) after every epoch, ``network.keras`` (the network
with the averaged weights), ``run.json`` (settings, data, versions, figures).
``--resume`` goes on after the last whole epoch; the faces of an epoch are drawn from
the seed and the epoch's number, so a resumed run sees the same (its dropout is drawn
anew).
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import platform
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import platformdirs
import rich.progress
import tensorflow as tf

from models.training.augment import Damage, augment
from models.training.datasets import Faces, load, split
from models.training.networks import (
    Shape,
    expression_network,
    multiply_adds,
)
from monitor.errors import UsageError

Weights = list[npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run depends on, apart from the data.

    Attributes:
        epochs: passes over the faces.
        batch: faces in a step.
        rate: the learning rate's peak (AdamW, one epoch of warm-up, cosine to 0).
        decay: AdamW's weight decay.
        vote_weight: share of FER+'s votes in the targets, in [0, 1].
        smoothing: label smoothing, in [0, 1].
        average: decay of the weights' moving average for a step.
        validation: share of Training that is held back to choose on.
        compile: translate the step with XLA (faster, half a minute to start).
        begins_with: the run whose network it starts from, by its hash; "" for none.
    """

    epochs: int = 24
    batch: int = 128
    rate: float = 2e-3
    decay: float = 0.05
    vote_weight: float = 0.3
    smoothing: float = 0.05
    average: float = 0.999
    validation: float = 0.1
    seed: int = 1
    compile: bool = True
    begins_with: str = ""
    shape: Shape = field(default_factory=Shape)
    damage: Damage = field(default_factory=Damage)


def train(
    data: Path,
    out: Path,
    settings: Settings,
    resume: bool = False,
    first: Path | None = None,
) -> Path:
    """Trains one network, or goes on with one.

    Args:
        data: the .npz file of faces.
        out: the run's folder; made when missing.
        settings: everything else that the run depends on.
        resume: go on from the folder's last checkpoint when there is one.
        first: another run's folder; this one starts from its network.

    Returns:
        The trained model: ``out / "network.keras"``, averaged weights.

    Raises:
        UsageError: the data cannot be used, or the folder holds another run.
    """
    if first is not None:
        settings = replace(settings, begins_with=_hash(_network_of(first)))
    _check_folder(out, settings, resume)
    archive = load(data)
    learn, choose = split(archive.training, settings.validation, settings.seed)
    steps = -(-len(learn) // settings.batch)
    run = _Run.begin(out, settings, steps, first)
    run.record |= {
        "data": {
            "file": data.name,
            "sha256": archive.sha256,
            "learned_from": len(learn),
            "chosen_on": len(choose),
            "left_out_as_copies_of_public_test": archive.shared,
        }
    }
    targets = learn.targets(settings.vote_weight, settings.smoothing)
    for epoch in range(run.epoch, settings.epochs):
        began = time.monotonic()
        loss = run.one_epoch(epoch, learn.images, targets)
        run.end_epoch(epoch, loss, choose, time.monotonic() - began)
    return out / "network.keras"


@dataclass(slots=True)
class _Run:
    """A run under way: the network, its averaged weights and its record."""

    out: Path
    settings: Settings
    model: keras.Model
    averaged: Weights
    record: dict[str, Any]

    @classmethod
    def begin(
        cls, out: Path, settings: Settings, steps: int, first: Path | None
    ) -> _Run:
        """Starts in an empty folder, or takes up the last checkpoint."""
        out.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(settings.seed)
        checkpoint = out / "checkpoint.keras"
        if checkpoint.exists():
            model = keras.saving.load_model(checkpoint)
            with np.load(out / "average.npz") as file:
                averaged = [file[name] for name in file.files]
            record = json.loads((out / "run.json").read_text())
        else:
            model = expression_network(settings.shape)
            if first is not None:
                started = keras.saving.load_model(_network_of(first), compile=False)
                model.set_weights(started.get_weights())
            averaged = model.get_weights()
            record = _new_record(settings, model)
            if first is not None:
                record["first"] = json.loads((first / "run.json").read_text())
            model.compile(
                optimizer=_optimizer(settings, steps),
                loss=keras.losses.CategoricalCrossentropy(from_logits=True),
                jit_compile=settings.compile,
            )
        return cls(out, settings, model, averaged, record)

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.record["epochs"])

    def one_epoch(
        self,
        epoch: int,
        images: npt.NDArray[np.uint8],
        targets: npt.NDArray[np.float32],
    ) -> float:
        """One pass; the mean loss of it."""
        total, steps = 0.0, -(-len(images) // self.settings.batch)
        batches = _batches(images, targets, self.settings, epoch)
        bar = f"epoch {epoch + 1}/{self.settings.epochs}"
        for faces, wanted in rich.progress.track(batches, bar, total=steps):
            total += float(self.model.train_on_batch(faces, wanted))
            self._average()
        return total / steps

    def _average(self) -> None:
        # A young average would remember the random start: let it be short at first.
        step = int(self.model.optimizer.iterations)
        keep = min(self.settings.average, (1 + step) / (10 + step))
        self.averaged = [
            keep * average + (1 - keep) * weight
            for average, weight in zip(
                self.averaged, self.model.get_weights(), strict=True
            )
        ]

    def end_epoch(self, epoch: int, loss: float, choose: Faces, seconds: float) -> None:
        """Measures on the validation part, writes the checkpoint and the record."""
        trained = self.model.get_weights()
        self.model.set_weights(self.averaged)
        logits = predict(self.model, choose.images)
        self.model.save(self.out / "network.keras")
        self.model.set_weights(trained)
        self.record["epochs"].append(
            {
                "epoch": epoch + 1,
                "loss": round(loss, 4),
                "validation_accuracy": round(
                    float((logits.argmax(1) == choose.labels).mean()), 4
                ),
                "seconds": round(seconds, 1),
            }
        )
        self._save()

    def _save(self) -> None:
        # Written aside and moved, so that a kill between leaves the older one whole.
        partial = self.out / "checkpoint.partial.keras"
        self.model.save(partial)
        np.savez(self.out / "average.partial.npz", *self.averaged)
        partial.replace(self.out / "checkpoint.keras")
        (self.out / "average.partial.npz").replace(self.out / "average.npz")
        text = json.dumps(self.record, indent=2)
        (self.out / "run.partial.json").write_text(text)
        (self.out / "run.partial.json").replace(self.out / "run.json")


def predict(
    model: keras.Model, images: npt.NDArray[np.uint8], batch: int = 256
) -> npt.NDArray[np.float64]:
    """(n, 7) float64 logits of (n, 48, 48) uint8 faces."""
    parts = [
        np.asarray(model.predict_on_batch(_as_input(images[i : i + batch])))
        for i in range(0, len(images), batch)
    ]
    return np.concatenate(parts).astype(np.float64)


def _batches(
    images: npt.NDArray[np.uint8],
    targets: npt.NDArray[np.float32],
    settings: Settings,
    epoch: int,
) -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """An epoch's steps, each made while the one before it is learned."""
    rng = np.random.default_rng((settings.seed, epoch))
    order = rng.permutation(len(images))
    # The last batch is filled up from the first faces: one shape, one compilation.
    order = np.resize(order, -(-len(order) // settings.batch) * settings.batch)

    def make(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        return _as_input(augment(images[rows], rng, settings.damage))

    steps = order.reshape(-1, settings.batch)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(make, steps[0])
        for step, rows in enumerate(steps):
            faces = coming.result()
            if step + 1 < len(steps):
                coming = pool.submit(make, steps[step + 1])
            yield faces, targets[rows]


def _as_input(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    return images[..., None].astype(np.float32)


def _optimizer(settings: Settings, steps: int) -> keras.optimizers.Optimizer:
    total = steps * settings.epochs
    warm = max(1, min(steps, total // 5))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, total - warm), warmup_target=settings.rate, warmup_steps=warm
    )
    return keras.optimizers.AdamW(schedule, weight_decay=settings.decay, clipnorm=5.0)


def _new_record(settings: Settings, model: keras.Model) -> dict[str, Any]:
    return {
        "settings": asdict(settings),
        "parameters": model.count_params(),
        "multiply_adds": multiply_adds(model),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "epochs": [],
    }


def _network_of(folder: Path) -> Path:
    network = folder / "network.keras"
    if not network.exists() or not (folder / "run.json").exists():
        raise UsageError(f"{folder} holds no trained network to start from.")
    return network


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _check_folder(out: Path, settings: Settings, resume: bool) -> None:
    record = out / "run.json"
    if not record.exists():
        return
    if not resume:
        raise UsageError(
            f"{out} holds a run already: add --resume to go on with it, or choose "
            f"another folder with --out."
        )
    before = json.loads(record.read_text())["settings"]
    if before != json.loads(json.dumps(asdict(settings))):
        raise UsageError(
            f"The run in {out} was begun with other settings: go on with those in "
            f"its run.json, or choose another folder with --out."
        )


def default_folder(seed: int) -> Path:
    """Where a run goes when nobody says: the user's cache folder."""
    cache = Path(platformdirs.user_cache_dir("classpulse"))
    return cache / "runs" / f"expression-{seed}"


def keep_memory() -> None:
    """Tells glibc's allocator to keep freed memory instead of handing it back.

    A step takes and gives back some hundred megabytes; having the kernel hand out the
    same pages again and again measured 10-15% of an epoch. Elsewhere than on glibc
    nothing happens.
    """
    trim_threshold, mmap_max = -1, -4  # names of mallopt(3)
    try:
        tune = ctypes.CDLL(None).mallopt
    except (AttributeError, TypeError, OSError):
        return
    tune(trim_threshold, 2**31 - 1)
    tune(mmap_max, 0)


def main() -> None:
    """The command line of a run."""
    parser = argparse.ArgumentParser(description="Trains the expression network.")
    parser.add_argument("--data", type=Path, required=True, help="the .npz of faces")
    parser.add_argument("--out", type=Path, help="the run's folder")
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--rate", type=float, default=Settings().rate)
    parser.add_argument(
        "--ease", type=float, default=1.0, help="share of the damage that is left"
    )
    parser.add_argument(
        "--from", dest="first", type=Path, help="a run whose network it starts from"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run")
    args = parser.parse_args()
    settings = Settings(
        epochs=args.epochs,
        rate=args.rate,
        seed=args.seed,
        damage=Damage().eased(args.ease),
    )
    out = args.out or default_folder(args.seed)
    keep_memory()
    try:
        train(args.data, out, settings, args.resume, args.first)
    except UsageError as exc:
        parser.exit(2, f"{exc}\n")


if __name__ == "__main__":
    main()
