"""How the page's numbers are computed: formula, weights, source and error of each."""

from __future__ import annotations

from dash import html

from dashboard.palette import STACK
from dashboard.parts import Part
from dashboard.words import CAPTION
from monitor.attention import (
    CAMERA_OFF_S,
    CHANGE_MINUTES,
    LEAST_CHANGE as LEAST_APART,
    UNREADABLE_MINUTES,
)
from monitor.engagement import (
    FACING_ERROR,
    FACING_PITCH_DEG,
    FACING_SIGHTINGS,
    FACING_YAW_DEG,
    INDEX_WEIGHTS,
    VALENCE,
    IndexWeights,
)
from monitor.moments import LEAST_CHANGE, SURE
from monitor.prior import LEVEL
from monitor.records import EMOTIONS
from monitor.reports import formatting
from monitor.signals import FEWEST, LEAST_FALL, SURE as SURE_FALL

PAPER = "https://arxiv.org/abs/1909.12913"


def definitions(
    *,
    reads: bool,
    weights: IndexWeights = INDEX_WEIGHTS,
    report: bool = False,
    live: bool = False,
) -> html.Details:
    """A fold that says what each number of the page is, and what it is not.

    Args:
        reads: whether expressions are read in this class.
        weights: of the engagement index on this page.
        report: whether the page tells of a whole class: its shares and changes too.
        live: whether it tells of a running one: its shares, notices and who is worth
            a look too.
    """
    return html.Details(
        [
            html.Summary("How is this computed?"),
            definition_list(reads=reads, weights=weights, report=report, live=live),
        ],
        className="definitions",
    )


def definition_list(
    *,
    reads: bool,
    weights: IndexWeights = INDEX_WEIGHTS,
    report: bool = False,
    live: bool = False,
) -> html.Dl:
    """The same without the fold, as paper has it; arguments as of `definitions`."""
    entries = [("Facing", _facing())]
    if reads:
        entries = [
            ("Coverage", _coverage()),
            *(_shares() if report or live else ()),
            *(_changes() if report else ()),
            ("Valence, \N{MINUS SIGN}1 to +1", _valence()),
            *entries,
            ("Engagement, 0 to 1", _engagement(weights)),
        ]
    if live:
        entries += _of_a_running_class(reads=reads)
    if report:
        entries.append(("In view, and why not", _presence()))
    return html.Dl(
        [
            html.Div([html.Dt(term), *(html.Dd(line) for line in lines)])
            for term, lines in entries
        ]
    )


def _of_a_running_class(*, reads: bool) -> list[tuple[str, list[Part]]]:
    """What is told while it runs."""
    off = f"Camera off: for {CAMERA_OFF_S:g} s or more, after being on."
    if not reads:
        return [("Worth a look", [off])]
    return [
        (
            "The mood has fallen",
            [
                "The valence of the last two minutes against the five before them, "
                "each student with themselves. It is told from a mean fall of "
                f"{LEAST_FALL:g} and {SURE_FALL:g} standard errors on, over "
                f"{FEWEST} students or more, where each of the two minutes lies lower."
            ],
        ),
        (
            "Worth a look",
            [
                f"Another expression: each of the last {CHANGE_MINUTES} minutes, one "
                "without readings at most, differs from the mean of all minutes before "
                f"by {LEAST_APART:.0%} or more of the shares, and by more than nine of "
                "ten of those minutes did. Unreadable: seen, and hardly readable for "
                f"{UNREADABLE_MINUTES} minutes, after most looks were. {off}",
                "Each student is compared with themselves alone. It is a reason to "
                "look, and says nothing about why.",
            ],
        ),
    ]


def _shares() -> list[tuple[str, list[Part]]]:
    """What a share of the class is, as read and corrected."""
    return [
        (
            "Shares",
            [
                "A reading is probabilities that sum to 1, one for each expression "
                "that the network can tell; a share is their mean over the readings. A "
                "face that cannot be read is in none of them."
            ],
        ),
        (
            "Corrected shares",
            [
                "A network leans towards what was frequent among the faces that it "
                "learned from. The corrected shares are those under which this class's "
                "readings are likeliest (Saerens, Latinne and Decaestecker 2002); the "
                f"true ones lie between the two ends about {LEVEL:.0%} of the time, as "
                "far as an expression looks alike here and there."
            ],
        ),
    ]


def _changes() -> list[tuple[str, list[Part]]]:
    """What only a whole class has."""
    return [
        (
            "Where the class changed most",
            [
                "Every quarter of a minute the minute before is compared with the "
                "minute after, each student with themselves; the change is the mean "
                f"of theirs. It is told from {LEAST_CHANGE * 100:g} points and "
                f"{SURE:g} standard errors on, at least two minutes from a larger one."
            ],
        ),
    ]


def _presence() -> list[Part]:
    return [
        "In view: samples in which the student was seen, times the time between two "
        "samples. Camera off: the student's tile was there without a face. Off page: "
        "most tiles gave way at once, as when a page is turned or a screen is shared. "
        "Left: the tile was gone while others stayed. None of these says what a "
        "student did meanwhile."
    ]


def _coverage() -> list[Part]:
    return [
        "Readings divided by the samples between a student's first and last sighting; "
        "for the class, sums over its students. A face that cannot be read lowers it "
        "and counts nowhere else."
    ]


def _valence() -> list[Part]:
    return [
        f"Sum of share \N{MULTIPLICATION SIGN} rating: {_each(VALENCE)}.",
        "Ratings: how pleasant people find the words, Russell and Mehrabian 1977, as "
        "later papers quote them.",
    ]


def _facing() -> list[Part]:
    return [
        "The share of sightings in which the head is turned as usual: within "
        f"{FACING_YAW_DEG:g}° sideways and {FACING_PITCH_DEG:g}° up or down of the "
        "student's own usual pose, the median over the session. Cameras stand beside "
        "screens, so looking straight ahead means nothing by itself.",
        f"Not known before {FACING_SIGHTINGS} sightings of a student, nor where the "
        "direction cannot be told; that is never counted as turned away. While a "
        "class runs, a sighting is compared with those before it; the whole class is "
        "judged by all of it.",
        f"The direction comes from five points of the face. {FACING_ERROR} A head "
        "tells where a nose points, not where somebody looks or listens.",
    ]


def _engagement(weights: IndexWeights) -> list[Part]:
    expressions = dict(zip(EMOTIONS, weights.expressions, strict=True))
    return [
        f"Index version {weights.version}: (sum of share \N{MULTIPLICATION SIGN} "
        f"weight) \N{MULTIPLICATION SIGN} facing weight / {weights.largest:g}, for "
        "each reading of which facing is known; the mean of these. Empty where either "
        "is not known.",
        f"Weights: {_each(expressions)}; facing {weights.facing:g} when turned as "
        f"usual, {weights.away:g} when not.",
        html.Span(
            [
                "After the concentration index of ",
                html.A("Sharma et al., arXiv 1909.12913", href=PAPER),
                ". Its weights are taken from public programs that follow the paper, "
                "not from its text; the weight of disgust is not settled by them. The "
                "paper takes the likeliest expression and the eyes; here every "
                "probability counts, and the head stands in for the eyes.",
            ]
        ),
        "An index of looks. Whether it tells engagement was tried on few people: not "
        "for grading or comparing students.",
    ]


def _each(values: dict[str, float]) -> str:
    """Every expression with its number, in the order of the charts."""
    return ", ".join(
        f"{CAPTION[name]} {formatting.weight(values[name])}" for name in reversed(STACK)
    )
