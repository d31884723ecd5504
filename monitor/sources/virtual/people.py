"""Who sits in a virtual class: names and looks, all made up from a seed.

Nobody real is drawn. An identity is a random mixture of the face model's components
whose weights are drawn small: `SPREAD` of the spread that the components have over
the people they were learned from, and never beyond `MOST` standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Colour = tuple[int, int, int]
"""Blue, green, red in [0, 255]."""

SPREAD, MOST = 0.6, 1.2

_WOMEN = (
    "Amara Diallo", "Aiko Mori", "Ana Luísa Prado", "Anjali Rao", "Ásta Jóns",
    "Camille Roy", "Chloë Peeters", "Dilnoza Karim", "Elif Şahin", "Emma Fischer",
    "Fatima Zahra", "Grace Mwangi", "Hana Suzuki", "Inés Vega", "Ioana Popa",
    "Jana Nováková", "Leila Haddad", "Linh Vũ", "Lucía Gómez", "Maja Kovač",
    "Mei Chen", "Mia Jensen", "Nadia Aziz", "Nomvula Dube", "Olga Ivanova",
    "Priya Nair", "Rosa Ortiz", "Saara Virtanen", "Siew Ling Tan", "Sofía Castro",
    "Mai Lê", "Valentina Rossi", "Yara Mansour", "Zoë Dupont",
)  # fmt: skip
_MEN = (
    "Alejandro Ruiz", "Ben Carter", "Björn Lind", "Chidi Eze", "Daniel Kim",
    "Emeka Obi", "Finn O'Shea", "François Petit", "Hugo Martins", "Ibrahim Sow",
    "Jamal Wright", "João Alves", "Kaito Abe", "Kwame Mensah", "Łukasz Nowak",
    "Mateo Silva", "Min-jun Park", "Noah Brown", "Omar Farouk", "Rafael Costa",
    "Ravi Sharma", "Samuel Levi", "Søren Holm", "Tama Ngata", "Tariq Khan", "Wei Zhang",
)  # fmt: skip
NAMES = (*_WOMEN, *_MEN)
"""Common names put together by chance; any likeness to a person is one. Everybody
may have any colour of skin and hair, but usual haircuts: a screenshot whose people
look mislabelled would draw the eye to that."""

SKINS: tuple[Colour, ...] = (
    (196, 214, 243), (180, 202, 236), (165, 190, 228), (148, 176, 219),
    (126, 158, 205), (104, 138, 188), (88, 120, 170), (72, 100, 148),
    (60, 84, 126), (50, 70, 106),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (24, 22, 22), (30, 32, 38), (34, 42, 58), (38, 54, 82), (48, 74, 112),
    (74, 116, 160), (120, 166, 202), (44, 66, 128),
)  # fmt: skip
CLOTHES: tuple[Colour, ...] = (
    (92, 72, 52), (70, 92, 62), (60, 62, 132), (122, 84, 92), (58, 58, 60),
    (150, 132, 100), (178, 176, 172), (84, 118, 148), (104, 70, 110), (70, 70, 160),
    (140, 110, 64), (96, 138, 170),
)  # fmt: skip
_LONGER = ("long", "bob", "bun", "curly", "long")
_SHORTER = ("short", "side", "cropped", "curly", "short")
_SCARVES = ("Dilnoza Karim", "Fatima Zahra", "Leila Haddad", "Yara Mansour")
"""Shapes of hair, drawn in `hair`, and whose hair is covered."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One made-up student.

    Attributes:
        name: as on the label; no two people of a class share one.
        light: (k,) weights of the face model's components, standard deviations.
        form: (m,) weights of its shapes, standard deviations.
        skin: the colour of a well-lit cheek.
        hair: colour of the hair (or the scarf).
        style: of the hair; see `hair`.
        clothes: colour of the shirt.
        room: number of the background, and what chooses its colours.
        size: the face's height as a share of the tile's.
        stand: where the face's middle stands, as shares of the tile's size from
            the tile's middle.
        glasses: True for a pair of thin ones.
    """

    name: str
    light: npt.NDArray[np.float32]
    form: npt.NDArray[np.float32]
    skin: Colour
    hair: Colour
    style: str
    clothes: Colour
    room: int
    size: float
    stand: tuple[float, float]
    glasses: bool


def make_people(
    seed: int, count: int, components: int, shapes: int
) -> tuple[Person, ...]:
    """The first ``count`` people of the class with this seed.

    A larger class of the same seed begins with the same people. ``components`` and
    ``shapes`` are how many weights the face model takes.
    """
    names = np.random.default_rng([seed, 1]).permutation(len(NAMES))
    return tuple(
        make_person(seed, i, NAMES[int(names[i])], components, shapes)
        for i in range(count)
    )


def make_person(
    seed: int, number: int, name: str, components: int, shapes: int
) -> Person:
    """Somebody made up: another number is another person; see `make_people`."""
    random = np.random.default_rng([seed, 2, number])
    # Neighbours differ: skin tones walk through the whole range, shuffled.
    tones = np.random.default_rng([seed, 3]).permutation(len(SKINS))
    tone = int(tones[number % len(SKINS)])
    dark_haired = tone >= 4 or random.random() < 0.3
    hair = HAIRS[int(random.integers(0, 4 if dark_haired else len(HAIRS)))]
    styles = _LONGER if name in _WOMEN else _SHORTER
    style = styles[int(random.integers(len(styles)))]
    if name in _SCARVES:
        style, hair = "scarf", CLOTHES[int(random.integers(len(CLOTHES)))]
    return Person(
        name=name,
        light=_weights(random, components),
        form=_weights(random, shapes),
        skin=SKINS[tone],
        hair=hair,
        style=style,
        clothes=CLOTHES[int(random.integers(len(CLOTHES)))],
        room=int(random.integers(1 << 30)),
        size=float(random.uniform(0.42, 0.51)),
        stand=(float(random.uniform(-0.05, 0.05)), float(random.uniform(-0.02, 0.04))),
        glasses=bool(random.random() < 0.15),
    )


def _weights(random: np.random.Generator, count: int) -> npt.NDArray[np.float32]:
    drawn = random.normal(0, SPREAD, count)
    return np.clip(drawn, -MOST, MOST).astype(np.float32)
