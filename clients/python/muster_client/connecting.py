"""A connection to a server, as one agency's system and for whoever is signed in."""

import pathlib
from collections.abc import Callable

import grpc
from muster.v1 import (
    advice_pb2_grpc,
    incident_pb2_grpc,
    record_pb2_grpc,
    register_pb2_grpc,
    rule_set_service_pb2_grpc,
    server_pb2_grpc,
)

# What stands between drops connections that are silent; the server pings as often.
KEEPALIVE = [("grpc.keepalive_time_ms", 20_000), ("grpc.keepalive_timeout_ms", 10_000)]
# gRPC waits up to two minutes before it tries a server again that was away; a follower wants to be back in seconds.
BACK_SOON = [
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


class Client:
    """The services of one server. A context manager: leaving it closes the connection."""

    def __init__(self, channel: grpc.Channel):
        """Takes a channel that somebody else made; `with_certificate` makes the usual one."""
        self.channel = channel
        self.records = record_pb2_grpc.RecordServiceStub(channel)
        self.incidents = incident_pb2_grpc.IncidentServiceStub(channel)
        self.advice = advice_pb2_grpc.AdviceServiceStub(channel)
        self.register = register_pb2_grpc.RegisterServiceStub(channel)
        self.rule_sets = rule_set_service_pb2_grpc.RuleSetServiceStub(channel)
        self.info = server_pb2_grpc.ServerServiceStub(channel)

    @classmethod
    def with_certificate(
        cls,
        server: str,
        certs: str | pathlib.Path,
        agency: str,
        token: Callable[[], str] | None = None,
    ) -> "Client":
        """Connects as the system that a certificate names.

        `server` is host and port. `certs` is a folder with `ca.pem`, `AGENCY.pem` and `AGENCY.key`. `token` is asked
        before each call for the access token of whoever is signed in; without it the system acts by itself.
        """
        folder = pathlib.Path(certs)
        tls = grpc.ssl_channel_credentials(
            root_certificates=(folder / "ca.pem").read_bytes(),
            private_key=(folder / f"{agency}.key").read_bytes(),
            certificate_chain=(folder / f"{agency}.pem").read_bytes(),
        )
        return cls(grpc.secure_channel(server, _signed_in(tls, token), options=KEEPALIVE + BACK_SOON))

    @classmethod
    def with_token(cls, server: str, ca: str | pathlib.Path, token: Callable[[], str]) -> "Client":
        """Connects without a certificate, where the server listens to people: the token alone says who calls."""
        tls = grpc.ssl_channel_credentials(root_certificates=pathlib.Path(ca).read_bytes())
        return cls(grpc.secure_channel(server, _signed_in(tls, token), options=KEEPALIVE + BACK_SOON))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_broken: object) -> None:
        self.channel.close()


def _signed_in(tls: grpc.ChannelCredentials, token: Callable[[], str] | None) -> grpc.ChannelCredentials:
    if token is None:
        return tls

    def with_each_call(_context: grpc.AuthMetadataContext, answer: grpc.AuthMetadataPluginCallback) -> None:
        try:
            answer((("authorization", f"Bearer {token()}"),), None)
        except Exception as error:  # noqa: BLE001 - gRPC has to be told, or the call waits for ever
            answer((), error)

    return grpc.composite_channel_credentials(tls, grpc.metadata_call_credentials(with_each_call))
