"""The processes in which classes are started and recorded, as the pages reach them.

Each visit of the start page has a process of its own (``python -m monitor agent``,
whose docstring tells what is said), which ends with the visit: when the page is left,
when nobody has asked anything for a while, and with the dashboard. Once its class has
begun it belongs to no page any more, and ends with the class or with the dashboard.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import flask

from monitor import apart
from monitor.errors import AgentError
from monitor.preview_address import Address, ask

AGENTS = "AGENTS"
"""Key in the Flask app's settings."""

_BEGIN_S = 60.0
_ANSWER_S = 120.0
_LET_GO_S = 5.0
_LET_END_S = 30.0
"""How long a recorded class may take to store its end and write its files."""

_LEFT_S = 150.0
"""A visit nobody asked anything of for so long is over. A hidden tab's timers may run
once a minute only."""

_MOST_VISITS = 4
_GONE = "The process that looks at the class has ended: reload this page."


class AgentProcess:
    """One such process; its methods may be called from any thread.

    Attributes:
        session: the class that it records, once one has begun.
        asked_at: monotonic time of the last question.
    """

    def __init__(self, db_url: str) -> None:
        self.session: int | None = None
        self.asked_at = time.monotonic()
        self._process = subprocess.Popen(
            apart.command("agent", "--db", db_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            **apart.apart(),
        )
        self._heard: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._one_question = threading.Lock()
        self._number = 0
        self._address: Address | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101
        # Half a line is what a process leaves that was killed amid an answer.
        with suppress(ValueError):
            for line in self._process.stdout:
                self._heard.put(json.loads(line))
        self._heard.put(None)

    @property
    def running(self) -> bool:
        """False once the process has ended, for whatever reason."""
        return self._process.poll() is None

    def ask(self, what: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        """The process's answer to one question.

        Raises:
            AgentError: it has ended, does not answer, or says what is wrong.
        """
        with self._one_question:
            self.asked_at = time.monotonic()
            self._ready()
            self._number += 1
            question = {**(details or {}), "id": self._number, "ask": what}
            self._say(question)
            answer = self._hear(_ANSWER_S)
            while answer.get("id") != self._number:
                answer = self._hear(_ANSWER_S)
            self.asked_at = time.monotonic()
        if "error" in answer:
            raise AgentError(answer["error"])
        self.session = answer.get("session", self.session)
        return answer

    def look(self) -> bytes | None:
        """What the chosen source shows; None while nothing is chosen.

        Raises:
            AgentError: there is no picture; the message says why.
        """
        self.asked_at = time.monotonic()
        return ask(self._address) if self._address else None

    def close(self) -> None:
        """End it and wait: at once before a class has begun, else when all is stored.

        The end of its input is what tells it, on every system.
        """
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        patience_s = _LET_GO_S if self.session is None else _LET_END_S
        try:
            self._process.wait(timeout=patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _ready(self) -> None:
        if self._address is None:
            told = self._hear(_BEGIN_S)
            self._address = Address(told["port"], told["token"])

    def _say(self, question: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise AgentError(_GONE) from error

    def _hear(self, patience_s: float) -> dict[str, Any]:
        try:
            heard = self._heard.get(timeout=patience_s)
        except queue.Empty as error:
            raise AgentError(
                "The process that looks at the class does not answer: the computer may "
                "be very busy; reload this page."
            ) from error
        if heard is None:
            self._heard.put(None)  # whoever asks next is to know as well
            raise AgentError(_GONE)
        return heard


class Agents:
    """All of them, of one dashboard.

    Args:
        db_url: the database, as ``--db`` takes it.
    """

    def __init__(self, db_url: str) -> None:
        self._db_url = db_url
        self._visits: dict[str, AgentProcess] = {}
        self._recording: list[AgentProcess] = []
        self._guard = threading.Lock()
        self._one_start = threading.Lock()
        self._closed = threading.Event()
        self._watching = False

    def ask(
        self, visit: str, what: str, details: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask a visit's process something; the first question starts it.

        Raises:
            AgentError: it cannot be started, has ended, or says what is wrong.
        """
        agent = self._of(visit)
        answer = agent.ask(what, details)
        if agent.session is not None:
            with self._guard:
                if self._visits.get(visit) is agent:
                    self._recording.append(self._visits.pop(visit))
        return answer

    def begin(
        self, visit: str, details: dict[str, Any], require_free: Callable[[], None]
    ) -> dict[str, Any]:
        """Start a visit's class; of two pages that start one at once, one waits.

        Args:
            visit: whose process is to record it.
            details: the class.
            require_free: refuses when another class is in the way.

        Raises:
            AgentError: another class is in the way, or it cannot be started.
        """
        with self._one_start:
            require_free()
            return self.ask(visit, "start", details)

    def look(self, visit: str) -> bytes | None:
        """What a visit's source shows; None while there is nothing to see.

        Raises:
            AgentError: there is no picture; the message says why.
        """
        with self._guard:
            agent = self._visits.get(visit)
        return None if agent is None else agent.look()

    def stay(self, visit: str) -> None:
        """The visit goes on though nothing is asked."""
        with self._guard:
            agent = self._visits.get(visit)
        if agent is not None:
            agent.asked_at = time.monotonic()

    def leave(self, visit: str) -> None:
        """The visit is over: its process ends, unless its class has begun."""
        with self._guard:
            agent = self._visits.pop(visit, None)
        if agent is not None:
            agent.close()

    def close(self) -> None:
        """End all of them; classes that are recorded are stored and end."""
        self._closed.set()
        with self._guard:
            agents = [*self._visits.values(), *self._recording]
            self._visits.clear()
            self._recording.clear()
        for agent in agents:
            agent.close()

    def _of(self, visit: str) -> AgentProcess:
        surplus: list[AgentProcess] = []
        with self._guard:
            if self._closed.is_set():
                raise AgentError(_GONE)
            agent = self._visits.get(visit)
            if agent is None:
                agent = self._visits[visit] = self._new()
                while len(self._visits) > _MOST_VISITS:
                    oldest = min(self._visits, key=lambda v: self._visits[v].asked_at)
                    surplus.append(self._visits.pop(oldest))
        for other in surplus:
            other.close()
        return agent

    def _new(self) -> AgentProcess:
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, daemon=True).start()
        try:
            return AgentProcess(self._db_url)
        except OSError as error:
            raise AgentError(
                f"the process that looks at the class cannot be started: {error}"
            ) from error

    def _watch(self) -> None:
        """End what was left behind, and let go of classes that are over."""
        while not self._closed.wait(_LET_GO_S):
            since = time.monotonic() - _LEFT_S
            with self._guard:
                left = [v for v, one in self._visits.items() if one.asked_at < since]
                over = [self._visits.pop(visit) for visit in left]
                over += [one for one in self._recording if not one.running]
                self._recording = [one for one in self._recording if one not in over]
            for agent in over:
                agent.close()


def current_agents() -> Agents | None:
    """The processes of the app that answers; None where none may be started.

    Starting a class, and pictures, exist for this computer's own browser alone: not on
    a dashboard that was opened to the network.
    """
    agents = flask.current_app.config.get(AGENTS)
    return agents if isinstance(agents, Agents) else None


def end_agents(server: flask.Flask) -> None:
    """End an app's processes; classes that they record are stored and end."""
    agents = server.config.get(AGENTS)
    if isinstance(agents, Agents):
        agents.close()
