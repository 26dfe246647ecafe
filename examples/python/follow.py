"""Follow an incident from a partner's own system, and miss nothing when the server goes away.

    pip install grpcio grpcio-tools
    python -m grpc_tools.protoc -I proto --python_out=. --grpc_python_out=. $(find proto -name '*.proto')
    python examples/python/follow.py --server localhost:7443 --certs muster-dev --agency qwu INCIDENT

The generated code is written where the second line is run; run the third in the same folder.
Every response carries a token. Whoever hands in the last token it saw is sent exactly what came after it.
"""

import argparse
import pathlib
import random
import time

import grpc

from muster.v1 import record_pb2, record_pb2_grpc


def channel(server: str, certs: pathlib.Path, agency: str) -> grpc.Channel:
    """A connection over mutual TLS: the certificate says which agency calls."""
    credentials = grpc.ssl_channel_credentials(
        root_certificates=(certs / "ca.pem").read_bytes(),
        private_key=(certs / f"{agency}.key").read_bytes(),
        certificate_chain=(certs / f"{agency}.pem").read_bytes(),
    )
    return grpc.secure_channel(server, credentials)


def follow(server: str, certs: pathlib.Path, agency: str, incident: str):
    """Yields every entry once, in order, across as many connections as it takes."""
    resume, wait = b"", 0.2
    while True:
        try:
            with channel(server, certs, agency) as connection:
                records = record_pb2_grpc.RecordServiceStub(connection)
                request = record_pb2.WatchRequest(incident_id=incident, resume_from=resume, bookmark_seconds=5)
                for response in records.Watch(request):
                    yield from response.changes.entries
                    # Kept only now: what was not handled is sent again.
                    resume, wait = response.resume, 0.2
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED, grpc.StatusCode.CANCELLED):
                raise
        time.sleep(wait * random.uniform(0.5, 1.0))
        wait = min(wait * 2, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("incident")
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certs", type=pathlib.Path, default=pathlib.Path("muster-dev"))
    parser.add_argument("--agency", default="e08000026")
    asked = parser.parse_args()
    for entry in follow(asked.server, asked.certs, asked.agency, asked.incident):
        print(f"{entry.seq:4}  {entry.told.splitlines()[0]}", flush=True)


if __name__ == "__main__":
    main()
