"""A thin client of Muster over the code that grpcio-tools makes of `proto/`.

It knows when a call is asked again and where a watch goes on. It knows nothing of what is on a record.
"""

from muster_client.connecting import Client
from muster_client.following import FilePlace, MemoryPlace, follow
from muster_client.reasons import Advice, Reason, Refused, refused
from muster_client.writing import append, new_request_id, open_incident, settled

__all__ = [
    "Advice",
    "Client",
    "FilePlace",
    "MemoryPlace",
    "Reason",
    "Refused",
    "append",
    "follow",
    "new_request_id",
    "open_incident",
    "refused",
    "settled",
]
