"""What labels say beside the name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from monitor.identity.cleaning import CleanLabel, clean


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Ruiz", "Ana Ruiz"),
        ("  Ana   Ruiz ", "Ana Ruiz"),
        ("Ana Ruíz (she/her)", "Ana Ruíz"),
        ("Ana Ruíz she/her/hers", "Ana Ruíz"),
        ("Kim (They/Them) (Guest)", "Kim"),
        ("Ana (External)", "Ana"),
        ("ANA [Guest]", "ANA"),
        ("Ana\uff08Guest\uff09", "Ana"),
        ("Roberto (Beto) Ruiz", "Roberto (Beto) Ruiz"),
        ("Finn O'Shea", "Finn O'Shea"),
        ("Jean-Luc d'Arc", "Jean-Luc d'Arc"),
        ("J. P. Ruiz Jr.", "J. P. Ruiz Jr."),
        ("Student 11", "Student 11"),
        ("陈 伟", "陈 伟"),
        ("% Ana Ruiz", "Ana Ruiz"),
        ("8 Ana Ruiz", "Ana Ruiz"),
        ("义 Ana Ruiz", "Ana Ruiz"),
        ("Ana 🌸", "Ana"),
        ("Ana\u200b\u202e Ruiz", "Ana Ruiz"),
        ("loana Popa", "Ioana Popa"),
        ("Olga lvanova", "Olga Ivanova"),
        ("lnés", "Inés"),
        ("laura smith", "laura smith"),
        ("Maria la Torre", "Maria la Torre"),
        ("Linh Vǔ", "Linh Vũ"),
        ("he/him", ""),
        ("(Host)", ""),
        ("---", ""),
        ("", ""),
    ],
)
def test_only_the_name_is_left(text: str, name: str) -> None:
    assert clean(text).name == name


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ana (Host)", CleanLabel("Ana", is_host=True)),
        ("Ana (Co-host)", CleanLabel("Ana", is_host=True)),
        ("Ana (Host, me)", CleanLabel("Ana", is_host=True, is_me=True)),
        ("Ana (Hôte, moi)", CleanLabel("Ana", is_host=True, is_me=True)),
        ("Ana (You)", CleanLabel("Ana", is_me=True)),
        ("You", CleanLabel("", is_me=True)),
        ("You (presenting)", CleanLabel("", is_me=True)),
        ("Ana (sie/ihr)", CleanLabel("Ana")),
        ("Tu", CleanLabel("Tu")),
    ],
)
def test_roles_are_told(text: str, says: CleanLabel) -> None:
    assert clean(text) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Alejandro R…", CleanLabel("Alejandro R", cut=True)),
        ("Alejandro R...", CleanLabel("Alejandro R", cut=True)),
        ("Alejandro…(Host)", CleanLabel("Alejandro", is_host=True, cut=True)),
        ("Alejandro Ruiz (Ho…", CleanLabel("Alejandro Ruiz", is_host=True)),
        ("Ana M.", CleanLabel("Ana M.")),
        ("…", CleanLabel("")),
    ],
)
def test_a_shortened_name_is_said_to_be_one(text: str, says: CleanLabel) -> None:
    assert clean(text) == says


@given(st.text() | st.text("Il lao()[]/,.…'\u2019-你 éAHostmeYu", max_size=30))
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    name = clean(text).name
    assert clean(name).name == name
    assert name == name.strip()
    assert all(unicodedata.category(character)[0] != "C" for character in name)
