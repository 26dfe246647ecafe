"""A watch that goes on over every break: nothing left out, nothing twice."""

import os
import pathlib
import random
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import grpc
from muster.v1 import record_pb2

from muster_client.connecting import Client
from muster_client.reasons import Advice, Reason, Refused, refused

FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0


class Place(Protocol):
    """Where a watch goes on: kept where what was handled is kept, best in the same transaction."""

    def load(self) -> bytes:
        """The last resume that was kept; empty where none was."""

    def save(self, resume: bytes) -> None:
        """Keeps a resume, once all before it was handled."""


class MemoryPlace:
    """A place that ends with the program: its next run begins at the first entry."""

    def __init__(self) -> None:
        self._resume = b""

    def load(self) -> bytes:
        return self._resume

    def save(self, resume: bytes) -> None:
        self._resume = resume


class FilePlace:
    """A place in a file, exchanged whole. What was handled just before a crash may be sent once more."""

    def __init__(self, path: str | pathlib.Path):
        self._path = pathlib.Path(path)

    def load(self) -> bytes:
        return self._path.read_bytes() if self._path.exists() else b""

    def save(self, resume: bytes) -> None:
        beside = self._path.with_name(self._path.name + ".new")
        with beside.open("wb") as file:
            file.write(resume)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._path)


class Restored(Exception):
    """The store was put back from a backup that ends before our place. Compare from the first entry: see the docs."""


def follow(
    client: Client,
    incident: str | None = None,
    place: Place | None = None,
    on_break: Callable[[str, float], None] = lambda _why, _wait: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[record_pb2.WatchResponse]:
    """Yields each response of a watch, across as many connections as it takes.

    Without an incident it follows all that the agency may see. A resume is saved when the next response is asked for,
    which is when the one before it was handled: stop in between and it comes again. `place` may ignore what `save`
    says when its owner keeps `resume` itself, with what it belongs to. `on_break` is told why a connection ended, and
    in how many seconds the next one begins.

    Raises `Refused` for what waiting does not mend, and `Restored` after a restore that lost our place.
    """
    place = place or MemoryPlace()
    wait = FIRST_WAIT
    while True:
        request = record_pb2.WatchRequest(resume_from=place.load(), bookmark_seconds=5)
        if incident is None:
            request.all_visible.SetInParent()
        else:
            request.incident_id = incident
        why = "the server ended the stream"
        try:
            for response in client.records.Watch(request):
                yield response
                place.save(response.resume)
                wait = FIRST_WAIT
                if incident is not None and response.WhichOneof("event") == "access_ended":
                    return
        except grpc.RpcError as error:
            why = _why(refused(error))
        # Jittered, so that a hundred followers do not come back in the same instant.
        pause = wait * random.uniform(0.5, 1.0)
        on_break(why, pause)
        sleep(pause)
        wait = min(wait * 2, LONGEST_WAIT)


def _why(why: Refused) -> str:
    """What a passing break was; raises one that does not pass."""
    if why.reason is Reason.REVISION_COMPACTED:
        raise Restored(str(why)) from why
    if why.advice in (Advice.AGAIN_SAME_REQUEST, Advice.WAIT_AND_AGAIN, Advice.RECONNECT):
        return str(why)
    raise why
