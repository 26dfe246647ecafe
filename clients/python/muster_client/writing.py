"""Writes that are asked again under the same request id, when and only when that is what to do."""

import random
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from typing import TypeVar

import grpc
from muster.v1 import commands_pb2, incident_pb2, lifecycle_pb2, record_pb2, write_pb2

from muster_client.connecting import Client
from muster_client.reasons import Advice, Refused, refused

FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0

Answer = TypeVar("Answer")


def settled(
    call: Callable[[], Answer],
    within: float = 60.0,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> Answer:
    """Makes a call until its outcome is known, at most for `within` seconds.

    The call has to send the same request each time: the same id and the same content. Raises `Refused` at once for
    everything that asking again does not mend, and with the last reason when the time is over; then the outcome is
    not known, and the same request sent later still settles it.
    """
    wait, until = FIRST_WAIT, now() + within
    while True:
        try:
            return call()
        except grpc.RpcError as error:
            why = refused(error)
        if why.advice not in (Advice.AGAIN_SAME_REQUEST, Advice.WAIT_AND_AGAIN, Advice.RECONNECT):
            raise why
        pause = max(wait * random.uniform(0.5, 1.0), why.retry_after or 0.0)
        if now() + pause > until:
            raise why
        sleep(pause)
        wait = min(wait * 2, LONGEST_WAIT)


def append(
    client: Client,
    incident: str,
    commands: Iterable[commands_pb2.Command],
    options: write_pb2.WriteOptions | None = None,
    within: float = 60.0,
) -> record_pb2.AppendResponse:
    """Carries out commands on an incident, all or none, once, however often it has to be asked.

    Keep `options.request_id` with your own record of what you send, and hand it in again after a crash of your
    program. Without one a new one is made, which is good for one run only.
    """
    request = record_pb2.AppendRequest(incident_id=incident, options=_named(options), commands=commands)
    return settled(lambda: client.records.Append(request, timeout=15), within)


def open_incident(
    client: Client,
    opening: lifecycle_pb2.Opening,
    options: write_pb2.WriteOptions | None = None,
    within: float = 60.0,
) -> str:
    """Opens an incident, once, and answers with its id."""
    request = incident_pb2.OpenIncidentRequest(options=_named(options), opening=opening)
    return settled(lambda: client.incidents.OpenIncident(request, timeout=15), within).incident_id


def new_request_id() -> str:
    """A request id of its own: a UUID of version 7, which begins with the time.

    The server finds its place among the newest ones; a random one costs it a page of its index for each request.
    """
    milliseconds = time.time_ns() // 1_000_000
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)))


def _named(options: write_pb2.WriteOptions | None) -> write_pb2.WriteOptions:
    named = write_pb2.WriteOptions()
    if options is not None:
        named.CopyFrom(options)
    named.request_id = named.request_id or new_request_id()
    return named


__all__ = ["Refused", "append", "new_request_id", "open_incident", "settled"]
