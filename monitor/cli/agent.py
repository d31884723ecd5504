"""`python -m monitor agent`: a class started from the page, in a process of its own.

The dashboard starts this process when a page wants to start a class, and speaks with
it over its standard input and output, a JSON object a line:

    <- {"event": "ready", "port": 40123, "token": "..."}
    -> {"id": 1, "ask": "places"}
    <- {"id": 1, "monitors": [...], "region": [...], ...}
    -> {"id": 2, "ask": "show", "source": "webcam", "camera": 7}
    <- {"id": 2, "error": "there is no camera 7 (found: 0); ..."}
    -> {"id": 3, "ask": "start", "source": "screen", "region": [0, 0, 1280, 720], ...}
    <- {"id": 3, "session": 12}
    <- {"event": "ended"}

It asks ``places`` (monitors, what is remembered), ``cameras``, ``show`` (open a
source), ``hold`` (after some seconds) and ``follow`` (a picture that stands, or the
present), ``check`` (count faces), ``roster`` and ``start``. What a class is to be is
checked by the code that checks `start`'s options. Every question has one answer; an
``error`` in it is one line for the page, and the process goes on.

Pictures are served from memory, on loopback, to whoever knows the token; see
`monitor.preview.server`. They are made only when asked for.

Before a class has begun, the end of the input ends the process: nobody is left to
watch for. While a class is recorded, Pause and Stop come through the database, as for
any class, and the end of the input ends the class: everything is stored, its files are
written. That is what a teacher expects who closes ClassPulse (Ctrl-C in its terminal,
the terminal's window, logging out): no process goes on reading faces with no page to
say so. Closing or reloading the page in the browser ends nothing.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, redirect_stdout, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from monitor.cli.options import DbOption, chosen_model, open_store
from monitor.cli.page_wish import (
    Details,
    course_of,
    roster_file,
    source_of,
    wish_of,
)
from monitor.cli.page_words import NO_MODE, NOT_AGREED, for_page
from monitor.errors import ClassPulseError, UsageError

if TYPE_CHECKING:
    from monitor.agent import Progress
    from monitor.preview.viewfinder import Viewfinder
    from monitor.store.store import Store

_LONGEST_WAIT_S = 30.0


def agent(db_url: DbOption = None) -> None:
    """Serve the page that starts a class; the dashboard runs this, not you."""
    with _own_output() as output, open_store(db_url) as store:
        Conversation(store, output).run()


@contextmanager
def _own_output() -> Iterator[TextIO]:
    """The standard output for answers alone: what else prints goes nowhere."""
    with (
        os.fdopen(os.dup(1), "w", encoding="utf-8") as output,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
    ):
        yield output


class Conversation:
    """Answers the dashboard's questions, and records a class when told.

    Attributes:
        controls: of the class that is recorded.
    """

    def __init__(self, store: Store, output: TextIO) -> None:
        # Pictures and networks: the command line as a whole loads none of these.
        from monitor.agent import Controls
        from monitor.preview.viewfinder import Viewfinder

        self.controls = Controls()
        self._store = store
        self._output = output
        self._finder: Viewfinder = Viewfinder()
        self._asked: queue.SimpleQueue[Details | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._shown: tuple[str, int] | None = None
        self._answers: dict[str, Callable[[Details], Details]] = {
            "places": self._places,
            "cameras": self._cameras,
            "show": self._show,
            "hold": self._hold,
            "follow": self._follow,
            "check": self._check,
            "roster": self._roster,
        }

    def run(self) -> None:
        """Answer until the input ends, or a class that was started is over."""
        from monitor.preview.server import PreviewServer

        threading.Thread(target=self._listen, daemon=True).start()
        with ExitStack() as looking:
            looking.callback(self._finder.close)
            server = looking.enter_context(PreviewServer(self._finder.look))
            self.tell({"event": "ready", **server.address._asdict()})
            while (details := self._asked.get()) is not None:
                if details.get("ask") == "start":
                    if self._start(details, looking):
                        self.tell({"event": "ended"})
                        return
                else:
                    self._answer(details)

    def tell(self, answer: Details) -> None:
        """Write one line; a dashboard that is gone hears nothing."""
        try:
            self._output.write(json.dumps(answer) + "\n")
            self._output.flush()
        except OSError:
            self._over.set()

    def _listen(self) -> None:
        # Half a line is what a dashboard leaves that was killed amid a question.
        with suppress(ValueError):
            for line in sys.stdin:
                self._asked.put(json.loads(line))
        # Nobody is left: a class that is being recorded ends, all of it stored.
        self._over.set()
        self.controls.stop.set()
        self._asked.put(None)

    def _answer(self, details: Details) -> None:
        asked = details.get("id")
        try:
            answer = self._answers[details["ask"]](details)
        except ClassPulseError as error:
            answer = {"error": for_page(str(error))}
        self.tell({"id": asked, **answer})

    def _places(self, _: Details) -> Details:
        from monitor.cli import remembered
        from monitor.preview import viewfinder

        answer: dict[str, Any] = {
            "region": remembered.region(self._store),
            "me": remembered.me(self._store),
            "monitors": [],
        }
        try:
            desktop = viewfinder.desktop()
        except ClassPulseError as error:
            return answer | {"screen_error": for_page(str(error))}
        return answer | {"monitors": desktop.monitors, "primary": desktop.primary}

    def _cameras(self, _: Details) -> Details:
        from monitor.preview import viewfinder

        self._finder.close()  # it may hold the very camera
        found = [
            {"number": number, "width": sight.width, "height": sight.height}
            for number, sight in viewfinder.cameras()
        ]
        return {"cameras": found}

    def _show(self, details: Details) -> Details:
        source, camera = str(details["source"]), int(details.get("camera") or 0)
        self._shown = source, camera
        return asdict(self._finder.open(source, camera))

    def _hold(self, details: Details) -> Details:
        self._over.wait(min(float(details.get("after_s", 0)), _LONGEST_WAIT_S))
        self._finder.hold()
        return {"held": True}

    def _follow(self, _: Details) -> Details:
        self._finder.go_on()
        return {"held": False}

    def _check(self, details: Details) -> Details:
        from monitor.pipeline import Equipment
        from monitor.words import Mode

        wish = wish_of(details)
        mode = wish.mode or Mode.STUDENT
        equipment = Equipment(
            mode=mode,
            model=chosen_model(wish.model, mode),
            detector=wish.detector,
            detector_file=wish.detector_file,
        )
        return asdict(self._finder.count(wish.region, equipment))

    def _roster(self, details: Details) -> Details:
        from monitor.cli.people import told
        from monitor.identity.roster import read_roster

        with roster_file(details) as file:
            if file is None:
                return {"told": ""}
            read = read_roster(file, course_of(details))
        return {"told": told(read), "course": read.course}

    def _start(self, details: Details, looking: ExitStack) -> bool:
        """Record a class; False when it did not come to it, and the page is told."""
        steering = _Steering(self, details, looking)
        try:
            self._record(details, steering)
        except ClassPulseError as error:
            if steering.began_already:
                raise
            self.tell({"id": details.get("id"), "error": for_page(str(error))})
            self._show_again()
            return False
        return True

    def _record(self, details: Details, steering: _Steering) -> None:
        """Record the class that was asked for, to its end, and write its files."""
        from monitor.cli import remembered, running
        from monitor.cli.consent import agreed_mode
        from monitor.cli.ending import write_files
        from monitor.cli.people import expected
        from monitor.pipeline import build

        store, wish = self._store, wish_of(details)
        wish.check()
        with roster_file(details) as roster:
            people = expected(roster, course_of(details), details.get("me"))
        accept = details.get("accept") is True
        if store.acknowledged_mode() is None and not (accept and wish.mode):
            raise UsageError(NO_MODE if accept else NOT_AGREED)
        mode = agreed_mode(store, accept=accept, mode=wish.mode)
        self._finder.close()  # a camera serves one at a time
        source, plan = source_of(wish, wish.plan(store, people, mode))
        with source, closing(build(plan.equipment)) as pipeline:
            if self._over.is_set():
                return
            if wish.region is not None:
                remembered.keep_region(store, wish.region)
            _, session_id = running.record(store, source, pipeline, plan, steering)
        write_files(store, session_id)

    def _show_again(self) -> None:
        if self._shown is None or self._finder.opened:
            return  # what was refused early has closed nothing
        with suppress(ClassPulseError):  # the page was told why it cannot start
            self._finder.open(*self._shown)


class _Steering:
    """A class that a page steers, through the database."""

    def __init__(
        self, talk: Conversation, details: Details, looking: ExitStack
    ) -> None:
        self.controls = talk.controls
        self.view = self
        self.began_already = False
        self._talk = talk
        self._asked = details.get("id")
        self._looking = looking

    def show(self, progress: Progress) -> None:
        """Nobody is at a terminal; the live page reads the database."""

    def stop(self) -> None:
        """The system wants an end."""
        self.controls.stop.set()

    def began(self, session_id: int) -> None:
        """Tell the page where to go; what it looked through is shut."""
        self.began_already = True
        self._talk.tell({"id": self._asked, "session": session_id})
        self._looking.close()
