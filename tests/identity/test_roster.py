"""Rosters as Excel and schools write them, and what is said of those that are bad."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from monitor.errors import UsageError
from monitor.identity.roster import Roster, merged, read_roster
from monitor.identity.spelling import tidy
from monitor.records import KnownStudent

TABLE = "Name;Aliases;Id;Consent\r\nJana Nováková;jana|JN;7;yes\r\nLinh Vũ;;8;no\r\n"
STUDENTS = (
    KnownStudent("Jana Nováková", ("jana", "JN"), consent=True, id="7"),
    KnownStudent("Linh Vũ", (), consent=False, id="8"),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "class.csv"


def read(file: Path, text: str | bytes, course: str | None = None) -> Roster:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(file, course)


def names(roster: Roster) -> list[str]:
    return [student.name for student in roster.students]


def refused(file: Path, text: str | bytes, course: str | None = None) -> str:
    """What is said of a bad file, without the file's name."""
    with pytest.raises(UsageError) as caught:
        read(file, text, course)
    message = str(caught.value)
    assert message.startswith(f"roster {file}")
    assert len(message.splitlines()) == 1
    return message.removeprefix(f"roster {file}").removeprefix(": ").strip()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_what_excel_writes_is_read(
    file: Path, separator: str, encoding: str, ending: str
) -> None:
    text = TABLE.replace(";", separator).replace("\r\n", ending)
    assert read(file, text.encode(encoding)) == Roster(STUDENTS, has_consent=True)


def test_what_an_older_excel_writes_is_read(file: Path) -> None:
    assert names(read(file, "name\nChloë Peeters\n".encode("cp1252"))) == [
        "Chloë Peeters"
    ]


def test_excels_word_on_the_separator_is_taken(file: Path) -> None:
    assert names(read(file, 'sep=;\r\nName;Note\r\n"A;B";x\r\nC,D;y\r\n')) == [
        "A;B",
        "C,D",
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("FULL NAME,E-mail", "Emma Fischer,e@x.org"),
        (" student_name ,points", "Emma Fischer,3"),
        ("Student,ID", "Emma Fischer,"),
        ("Name (Original Name),User Email,Guest", "Emma Fischer,e@x.org,No"),
        ("First name,Last name,Email address", "Emma,Fischer,e@x.org"),
        ("Surname;First Name;ID number", "Fischer;Emma;"),
        ("Last Name\tFirst Name", "Fischer\tEmma"),
        ("Email,Name", "e@x.org,Emma  \u00a0Fischer\u202c"),
        ("Name,,", "Emma Fischer,,"),
        ("\n\nName,Alias", "\n,,\nEmma Fischer"),
    ],
)
def test_columns_are_found_by_many_words(file: Path, header: str, row: str) -> None:
    assert read(file, f"{header}\n{row}\n") == Roster((KnownStudent("Emma Fischer"),))


def test_a_file_of_names_alone_needs_no_quotes(file: Path) -> None:
    text = 'Name\nRossi, Valentina\n"Levi, Samuel"\n李伟\n'
    assert names(read(file, text)) == ["Rossi, Valentina", "Levi, Samuel", "李伟"]


def test_aliases_of_all_columns_are_parted(file: Path) -> None:
    text = (
        "Name,Alias,Also known as,Preferred name\n"
        'Emma Fischer,"emmi; Em / tablet|EMMI",emma fischer,E. F.\n'
    )
    assert read(file, text).students[0].aliases == ("emmi", "Em", "tablet", "E. F.")


def test_any_script_stays_whole(file: Path) -> None:
    people = ["علی‌رضا کریمی", "हरि सिंह", "Олег Іванов", "김민준", "Dvořák Č."]
    assert names(read(file, "\n".join(["name", *people]))) == people


@pytest.mark.parametrize(
    ("word", "consent"),
    [("yes", True), ("YES ", True), ("1", True), ("No", False), ("false", False),
     ("", None), (" ", None)],
)  # fmt: skip
def test_consent_is_yes_no_or_not_said(
    file: Path, word: str, consent: bool | None
) -> None:
    roster = read(file, f"name,consent\nEmma,{word}\n")
    assert roster.students[0].consent is consent
    assert roster.has_consent


COURSES = "name,course\nEmma,Algebra\nBen,algebra\nMia,Biology\nBen,Biology\nAll,\n"


def test_of_several_courses_one_is_taken(file: Path) -> None:
    roster = read(file, COURSES, "ALGEBRA")
    assert names(roster) == ["Emma", "Ben", "All"]
    assert roster.course == "ALGEBRA"


def test_the_only_course_is_the_rosters(file: Path) -> None:
    assert read(file, "name,Class\nEmma,10 B\nBen,10 B\n").course == "10 B"
    assert read(file, "name,course\nEmma,\n", "Algebra").course == "Algebra"
    assert read(file, "name\nEmma\n", "Algebra").course == "Algebra"
    assert read(file, "name\nEmma\n").course is None


@pytest.mark.parametrize(
    ("text", "course", "message"),
    [
        (COURSES, None, "students of 2 courses (Algebra, Biology); say which with --c"),
        (COURSES, "Art", "no student of the course Art; it holds Algebra, Biology"),
        (
            "name,course\n" + "".join(f"S{i},C{i}\n" for i in range(9)),
            None,
            "students of 9 courses (C0, C1, C2, C3, C4 and 4 more)",
        ),
    ],
)
def test_the_course_must_be_clear(
    file: Path, text: str, course: str | None, message: str
) -> None:
    assert refused(file, text, course).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; expected a CSV file"),
        ("name\n", "no student in it; expected a line for each"),
        ("name,id\n , \n", "no student in it"),
        (
            "Emma Fischer\nBen Carter\n",
            "no column of names; expected a first line such",
        ),
        ("mail,id\nx,1\n", "no column of names; expected a first line such as name,a"),
        ("name,id\n,7\n", "line 2: no name; write one or delete the line"),
        ("name,id\n\n-,7\n", "line 3: no name; write one or delete the line"),
        ("name\n" + "x" * 101, "line 2: a name of 101 letters, expected at most 100"),
        ("name\nEmma\nBen\nEMMA\n", "line 4: EMMA stands on line 2 already; keep one"),
        ("name,id\nEmma,7\nBen,7\n", "line 3: the id 7 stands on line 2 already"),
        (
            "name,alias\nEmma,em\nBen,emma\n",
            "line 3: the alias emma means Emma (line 2) too; leave it to one of them",
        ),
        (
            "name,alias\nEmma,em\nBen,EM\n",
            "line 3: the alias EM means Emma (line 2) too; leave it to one of them",
        ),
        ("name,consent\nEmma,maybe\n", "line 2: consent 'maybe', expected yes, no or"),
        ("name,id\nRossi, Ana,7\n", "line 2: 3 cells under 2 columns; put quotes"),
        ('name,id\nBen,1\n"Emma,2\nMia,3\n', "line 3: quotes that do not match"),
        ('name,id\nBen,1\n"Emma"x,2\n', "line 3: quotes that do not match"),
        (
            "name,consent\nA,x\nB,\nb,\n,no\nC,y\nD,z\nE,?\n",
            "line 2: consent 'x', expected yes, no or nothing; line 4: b stands on "
            "line 3 already; keep one, or tell them apart in their names; line 5: no "
            "name; write one or delete the line; and 2 more",
        ),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a workbook, not a CSV file; open it and"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook, not a CSV file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text; expected a CSV file"),
        (b"\xff\xfen\x00a\x00\x00\xd8", "is no text; expected a CSV file"),
        (b"name\n\x81\x8d", "is no text; expected a CSV file"),
        (b"name\n" + b"x\n" * (2 << 20), "is larger than 4 MiB; expected a CSV file"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    file: Path, text: str | bytes, message: str
) -> None:
    assert refused(file, text).startswith(message)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(UsageError, match=r"roster .* cannot be read: "):
            read_roster(path)


def read_or_refuse(file: Path, content: bytes) -> Roster | None:
    """The roster; None when it was refused in one line."""
    file.write_bytes(content)
    try:
        return read_roster(file)
    except UsageError as refusal:
        told = str(refusal)
    assert len(told.splitlines()) == 1
    return None


CELLS = st.text(max_size=30)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_table_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], marked: bool
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    written = io.StringIO(newline="")
    csv.writer(written).writerows([["name", "alias", "consent"], *rows])
    text = written.getvalue().encode("utf-8-sig" if marked else "utf-8", "replace")
    roster = read_or_refuse(file, text)
    if roster is None:
        return
    for student in roster.students:
        assert student.name == tidy(student.name)
        assert 0 < len(student.name) <= 100
    folded = [student.name.casefold() for student in roster.students]
    assert len(set(folded)) == len(folded)


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "bytes.csv"
    for start in (b"", b"name,alias\n", b"\xff\xfen\x00a\x00m\x00e\x00\n\x00"):
        roster = read_or_refuse(file, start + content)
        assert roster is None or roster.students


def test_a_roster_takes_what_the_course_remembers() -> None:
    roster = Roster(
        (
            KnownStudent("Emma Fischer", ("em",), id="7"),
            KnownStudent("Олег Іванов"),
            KnownStudent("Ben Carter"),
        )
    )
    remembered = [
        KnownStudent("ben carter", ("Tablet 7",), consent=False),
        KnownStudent("Emmi", ("Emma Fischer", "EM"), consent=True, id="7"),
        KnownStudent("Guest", ("Ben Carter", "g"), labels=("c3",)),
        KnownStudent("Олег Іванов", labels=("a1",)),
    ]
    assert merged(roster, remembered) == (
        KnownStudent("Emmi", ("Emma Fischer", "em"), consent=True, id="7"),
        KnownStudent("Олег Іванов", labels=("a1",)),
        KnownStudent("ben carter", ("Tablet 7",), consent=False),
        KnownStudent("Guest", ("g",), labels=("c3",)),
    )


def test_a_roster_that_asks_says_alone_who_agreed() -> None:
    roster = Roster(
        (KnownStudent("Emma"), KnownStudent("Ben", consent=True)), None, True
    )
    remembered = [
        KnownStudent("Emma", consent=True),
        KnownStudent("Ben", consent=False),
        KnownStudent("Guest", consent=True),
    ]
    consents = {known.name: known.consent for known in merged(roster, remembered)}
    assert consents == {"Emma": None, "Ben": True, "Guest": None}


def test_nothing_remembered_leaves_the_roster() -> None:
    assert merged(Roster(STUDENTS), ()) == STUDENTS
