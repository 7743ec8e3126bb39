"""A worker's end of the broker: the run's shared pace and renewal, or one request at a time where it is gone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import AuthenticationError
from typing import Final

import msgspec

from scopecheck.model.secret import Secret
from scopecheck.transport.broker import LONGEST, Ask, BrokerAddress, Done, Given, Line, receive, send
from scopecheck.transport.pace import ALL_IN_FLIGHT, Pace, Slot

_BROKEN: Final = (OSError, EOFError, AuthenticationError, msgspec.DecodeError)


class ControllerGone(Exception):
    """The controller ended before it handed anything over."""

    def __init__(self) -> None:
        super().__init__("The run's controller ended before it had prepared the run.")


class BrokerLine:
    """The connections of one worker. Once one has failed, the controller is gone, and none is tried again."""

    def __init__(self, address: BrokerAddress) -> None:
        self._address = address
        self._queue = Pace(ALL_IN_FLIGHT)
        """No more than could all get a slot ask for one, as each needs a connection, and these take time to begin."""
        self._alone = Pace(1)
        """What is left where the broker is gone."""
        self._gone = False
        self._idle: list[Line] = []
        self._turn = threading.Lock()

    @contextmanager
    def slot(self, *, own: bool = True) -> Iterator[Slot]:
        """Wait for one of the run's slots, and keep it for one request."""
        with self._queue.slot(own=own) as here:
            line = self._asked(Ask(own, here.earlier))
            if line is None:
                with self._alone.slot(own=own) as slot:
                    yield slot
                return
            slot = Slot(own=own, earlier=here.earlier)
            try:
                yield slot
            finally:
                self._answered(line[0], Done(slot.remaining, slot.throttled))

    def renew(self, refused: Secret) -> Secret | None:
        """A token in place of a refused one: of all workers, the first to ask has it renewed."""
        line = self._asked(Ask(refused=refused.reveal()))
        if line is None:
            return None
        connection, given = line
        self._keep(connection)
        return Secret(given.token) if given.token else None

    def handover(self) -> str:
        """What the controller hands over, once it has prepared the run. Raises ControllerGone."""
        line = self._asked(Ask(handover=True), longest=None)
        if line is None:
            raise ControllerGone
        connection, given = line
        self._keep(connection)
        if given.handover is None:
            raise ControllerGone
        return given.handover

    def close(self) -> None:
        """Close the connections; nothing may be asked for anymore."""
        with self._turn:
            self._gone = True
            while self._idle:
                self._idle.pop().close()

    def _asked(self, ask: Ask, longest: int | None = LONGEST) -> tuple[Line, Given] | None:
        """The answer, and the connection that it came over; None if the broker is gone."""
        line: Line | None = None
        try:
            line = self._free_line()
            if line is None:
                return None
            send(line, ask)
            return line, receive(line, Given, longest)
        except _BROKEN:
            self._gone = True
            if line:
                line.close()
            return None

    def _answered(self, line: Line, done: Done) -> None:
        try:
            send(line, done)
        except OSError:
            self._gone = True
            line.close()
        else:
            self._keep(line)

    def _free_line(self) -> Line | None:
        with self._turn:
            if self._gone:
                return None
            if self._idle:
                return self._idle.pop()
        return self._address.connect()

    def _keep(self, line: Line) -> None:
        with self._turn:
            if not self._gone:
                self._idle.append(line)
                return
        with contextlib.suppress(OSError):
            line.close()
