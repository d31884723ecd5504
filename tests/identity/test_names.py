"""Labels and whom they stand for: misreads join, people who are alike stay apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given, settings, strategies as st

from monitor.identity.likeness import NEVER, misread_cost
from monitor.identity.names import Names, Resolved
from monitor.identity.pairs import similar
from monitor.identity.spelling import Spelling, key_of, tidy, words_of
from monitor.records import KnownStudent

CLASS = (
    "Emma Fischer", "Jana Nováková", "Valentina Rossi", "Olga Ivanova", "Min-jun Park",
    "Søren Holm", "Björn Lind", "William Miller", "Finn O'Shea", "Łukasz Nowak",
    "Mateo Silva", "李伟", "Ана Петрова",
)  # fmt: skip
ALIKE = [
    ("Ana Silva", "Ana Silvia"),
    ("Jan Novak", "Jana Nováková"),
    ("Mei Chen", "Wei Chen"),
    ("Daniel Kim", "Daniela Kim"),
    ("Mario Gonzalez", "Maria Gonzalez"),
    ("Maria Gonzalez", "Marie Gonzalez"),
    ("Alexander Schmidt", "Alexandra Schmidt"),
    ("Christian Müller", "Christina Müller"),
    ("Anna Berg", "Hanna Berg"),
    ("Wei Chan", "Wei Chen"),
    ("Yuan Li", "Yuen Li"),
    ("Liu Wei", "Lin Wei"),
    ("Wei Zhang", "Wei Wang"),
    ("Ivan Petrov", "Ivana Petrova"),
    ("Sara Holm", "Sarah Holm"),
    ("iPad 2", "iPad 3"),
    ("Student 1", "Student 11"),
    ("李伟", "李娜"),
]


def students(*names: str) -> list[KnownStudent]:
    return [KnownStudent(name) for name in names]


def roster(*names: str, me: str | None = None) -> Names:
    return Names(students(*(names or CLASS)), me)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("emma fischer", "Emma Fischer"),
        ("EMMA FISCHER", "Emma Fischer"),
        ("EmmaFischer", "Emma Fischer"),
        ("Jana Novakova", "Jana Nováková"),
        ("Lukasz Nowak", "Łukasz Nowak"),
        ("Soren Holm", "Søren Holm"),
        ("Finn OShea", "Finn O'Shea"),
        ("Finn O\u2019Shea", "Finn O'Shea"),
        ("Minjun Park", "Min-jun Park"),
        ("Dr. Emma Fischer", "Emma Fischer"),
        ("李 伟", "李伟"),
        (unicodedata.normalize("NFD", "Jana Nováková"), "Jana Nováková"),
        ("\u202aEmma\u00a0Fischer\u202c", "Emma Fischer"),
        # What the reader of labels made of small ones.
        ("Olga lvanova", "Olga Ivanova"),
        ("0lga Ivanova", "Olga Ivanova"),
        ("Bjöm Lind", "Björn Lind"),
        ("Saren Holm", "Søren Holm"),
        ("Wiliam Miller", "William Miller"),
        ("Willam Miller", "William Miller"),
        ("Valentlna Ross1", "Valentina Rossi"),
        ("Emrna Fischer", "Emma Fischer"),
        ("Valentima Rossi", "Valentina Rossi"),
        # Other forms of a name that only one student has.
        ("Rossi, Valentina", "Valentina Rossi"),
        ("Rossi Valentina", "Valentina Rossi"),
        ("Emma", "Emma Fischer"),
        ("Emma F.", "Emma Fischer"),
        ("Valentina Ro…", "Valentina Rossi"),
        ("Valentina Ro...", "Valentina Rossi"),
        ("Va1entina R…", "Valentina Rossi"),
    ],
)
def test_another_spelling_is_the_same_student(text: str, name: str) -> None:
    assert roster().resolve(text) == Resolved(name, known=True)


@pytest.mark.parametrize(("one", "other"), [*ALIKE, *(pair[::-1] for pair in ALIKE)])
def test_people_who_are_called_alike_stay_apart(one: str, other: str) -> None:
    on_roster = roster(one)
    assert on_roster.resolve(other).name == other
    assert on_roster.resolve(one).name == one
    seen = Names()
    assert [seen.resolve(text).name for text in (one, other, one)] == [one, other, one]


def test_an_unsure_name_says_whom_it_resembles() -> None:
    names = roster("Daniel Kim", "Emma Fischer")
    assert names.resolve("Daniela Kim") == Resolved("Daniela Kim", maybe="Daniel Kim")
    assert names.resolve("Tariq Khan").maybe is None


def test_a_name_between_two_on_the_roster_is_unsure() -> None:
    names = roster("Maria Lopez", "Marla Lopez")
    assert names.resolve("Maria Lopez").name == "Maria Lopez"
    assert names.resolve("Marla Lopez").name == "Marla Lopez"
    between = names.resolve("Mar1a Lopez")
    assert between.name == "Mar1a Lopez"
    assert between.maybe in {"Maria Lopez", "Marla Lopez"}


def test_by_the_letter_goes_before_accents_aside() -> None:
    names = roster("José Silva", "Jose Silva")
    assert names.resolve("Jose Silva").name == "Jose Silva"
    assert names.resolve("José Silva").name == "José Silva"


def test_an_alias_means_its_student() -> None:
    known = [KnownStudent("Emma Fischer", aliases=("emmi", "Tablet 7"))]
    names = Names(known)
    assert names.resolve("Emmi").name == "Emma Fischer"
    assert names.resolve("tablet7").name == "Emma Fischer"
    assert names.resolve("Tablet 8").name == "Tablet 8"


@pytest.mark.parametrize("second", ["Emma Braun", "emma b."])
def test_a_first_name_that_two_have_means_neither(second: str) -> None:
    names = roster("Emma Fischer")
    names.resolve(second)
    unsure = names.resolve("Emma")
    assert unsure.name == "Emma"
    assert unsure.maybe is not None


def test_a_first_name_means_nobody_without_a_roster() -> None:
    names = Names()
    names.resolve("Emma Fischer")
    assert names.resolve("Emma") == Resolved("Emma", maybe="Emma Fischer")


def test_a_cut_label_that_fits_two_means_neither() -> None:
    names = roster("Valentina Rossi", "Valentina Romano")
    assert names.resolve("Valentina Ro", cut=True).name == "Valentina Ro…"
    assert names.resolve("Valentina Rom", cut=True).name == "Valentina Romano"
    assert names.resolve("Va", cut=True).name == "Va…"


def test_a_label_that_is_uncovered_bit_by_bit_is_one_student() -> None:
    names = Names()
    first = names.resolve("Valentina Ro…")
    assert names.resolve("Valentina Ros…") == first
    assert names.resolve("Valentina Rossi") == first
    assert names.resolve("Valentina Romano").name == "Valentina Romano"


def test_the_first_reading_gives_a_new_name_its_spelling() -> None:
    names = Names()
    assert names.resolve("Olga lvanova").name == "Olga lvanova"
    assert names.resolve("Olga Ivanova") == Resolved("Olga lvanova")
    assert names.resolve("OLGA IVANOVA").name == "Olga lvanova"


def test_two_tiles_at_once_are_two_people() -> None:
    names = roster("Maria Lopez")
    assert names.resolve("Marla Lopez").name == "Maria Lopez"
    apart = names.resolve("Marla Lopez", beside={"Maria Lopez"})
    assert apart == Resolved("Marla Lopez", maybe="Maria Lopez")
    assert names.resolve("Marla Lopez") == apart
    assert names.resolve("Maria Lopez", beside={"Maria Lopez"}).known


@pytest.mark.parametrize("on_roster", [True, False])
def test_the_teacher_is_me(on_roster: bool) -> None:
    listed = students("Ana Silva") if on_roster else []
    names = Names([*listed, *students("Ana Costa")], "Prof. Ana Silva")
    for text in ("Ana Silva", "prof ana silva", "Ana 5ilva"):
        assert names.resolve(text).is_me
        assert names.resolve(text).known is on_roster
    assert not names.resolve("Ana Silvia").is_me
    assert not names.resolve("Ana").is_me
    assert not names.resolve("Ana Costa").is_me


def test_a_student_called_much_like_the_teacher_does_not_vanish() -> None:
    names = Names([KnownStudent("Maria Lee")], "Marla Lee")
    assert names.resolve("Maria Lee") == Resolved("Maria Lee", known=True)
    assert not Names((), "Daniel Kim").resolve("Danial Kim").is_me
    assert not Names((), "Christina Meyer").resolve("Christina").is_me


@pytest.mark.parametrize("text", ["", "   ", "...", "…", "-", "\u200f", "(:"])
def test_a_text_without_a_letter_is_no_name(text: str) -> None:
    names = roster("", "-", "Emma Fischer")
    assert names.resolve(text) == Resolved("")


def test_a_label_that_cannot_be_read_is_known_by_its_looks() -> None:
    names = Names([KnownStudent("Олег Іванов", labels=("a1", "b2"))])
    assert names.by_label("b2") == "Олег Іванов"
    assert names.by_label("c3") is None


def test_with_a_column_on_consent_only_a_yes_counts() -> None:
    known = [
        KnownStudent("Emma", consent=True),
        KnownStudent("Ben", consent=False),
        KnownStudent("Mia"),
    ]
    names = Names(known)
    answers = [names.consents(name) for name in ("Emma", "Ben", "Mia", "Guest", "")]
    assert answers == [True, False, False, False, False]
    nobody_asked = Names(students("Mia"))
    assert nobody_asked.consents("Mia")
    assert nobody_asked.consents("Guest")
    assert not Names(students("Mia"), asks_consent=True).consents("Mia")


def test_pairs_to_merge_are_offered_the_likeliest_first() -> None:
    names = ["Emma", "Mei Chen", "Student 1", "Student 2", "Wei Chen", "Emma Fischer",
             "Rossi Valentina", "Tariq Khan", "Valentina Rossi"]  # fmt: skip
    assert similar(names) == [
        ("Rossi Valentina", "Valentina Rossi"),
        ("Mei Chen", "Wei Chen"),
        ("Emma", "Emma Fischer"),
    ]
    assert similar([]) == []


def test_words_of_a_name_stand_first_name_first() -> None:
    assert words_of("Rossi, Ána-Maria") == ("ana", "maria", "rossi")
    assert words_of("Łódź ŞAHİN") == ("lodz", "sahin")
    assert words_of("हरि सिंह") == ("हरि", "सिंह")
    assert tidy(" E\u202emma\tFischer\x00\ufeff ") == "Emma Fischer"


TITLES = {"dr", "prof"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = st.text(LETTERS, min_size=2, max_size=9).filter(lambda word: word not in TITLES)
FULL = st.builds("{} {}".format, WORDS, WORDS)


@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(max_size=12)))
@settings(max_examples=60, deadline=None)
def test_any_text_is_resolved_and_stays_so(known: list[str], texts: list[str]) -> None:
    names, again = roster(*known, "Emma"), roster(*known, "Emma")
    answers = [names.resolve(text) for text in texts]
    assert answers == [again.resolve(text) for text in texts]
    assert answers == [names.resolve(text) for text in texts]
    for text, answer in zip(texts, answers, strict=True):
        assert bool(answer.name) is bool(key_of(tidy(text).rstrip("….")))
        assert tidy(answer.name) == answer.name or answer.known


@given(st.lists(FULL, min_size=1, max_size=6, unique_by=key_of), st.data())
@settings(max_examples=60, deadline=None)
def test_a_name_on_the_roster_is_always_itself(
    listed: list[str], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(listed))
    assume(key_of(name) == key_of(name.title()))
    names = roster(*listed)
    for form in (name, name.upper(), name.title(), f" {name} ", name.replace(" ", "")):
        assert names.resolve(form) == Resolved(name, known=True)


@given(FULL, FULL)
@settings(max_examples=100, deadline=None)
def test_costs_are_zero_for_the_same_letters_only(one: str, other: str) -> None:
    first, second = Spelling.of(one), Spelling.of(other)
    assert misread_cost(first, first) == 0
    cost = misread_cost(first, second)
    assert 0 <= cost <= NEVER
    assert (cost == 0) == (first.key == second.key)
