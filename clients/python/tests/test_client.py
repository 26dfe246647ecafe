"""What the client decides by itself, without a server: `python -m unittest discover clients/python/tests`."""

import pathlib
import re
import tempfile
import time
import unittest
import uuid

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from muster.v1 import record_pb2

from muster_client import Advice, FilePlace, Reason, Refused, follow, new_request_id, refused, settled
from muster_client.following import Restored
from muster_client.reasons import ADVICE

PAGE = pathlib.Path(__file__).parents[3] / "docs/integrating.md"


class Broken(grpc.RpcError):
    """An error of gRPC as a server sends it."""

    def __init__(self, code, reason=None, retry_after=None):
        self._code, self._details = code, status_pb2.Status()
        if reason:
            self._add(error_details_pb2.ErrorInfo(reason=reason, domain="muster.v1"))
        if retry_after:
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromMilliseconds(int(retry_after * 1000))
            self._add(retry)

    def _add(self, detail):
        packed = any_pb2.Any()
        packed.Pack(detail)
        self._details.details.append(packed)

    def code(self):
        return self._code

    def details(self):
        return "as the server says"

    def trailing_metadata(self):
        return (("grpc-status-details-bin", self._details.SerializeToString()),)


AWAY, ABORTED, LATE = grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED, grpc.StatusCode.OUT_OF_RANGE


class Reasons(unittest.TestCase):
    def test_every_reason_says_what_to_do_and_the_page_says_the_same(self):
        self.assertEqual(set(Reason), set(ADVICE))
        rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
        told = {Reason.__members__.get(name): does for name, does in rows}
        self.assertEqual({**told, Reason.UNSPECIFIED: ADVICE[Reason.UNSPECIFIED].value}, {r: a.value for r, a in ADVICE.items()})

    def test_a_reason_that_is_newer_than_the_client_is_told_by_its_code(self):
        found = refused(Broken(grpc.StatusCode.FAILED_PRECONDITION, "MADE_UP_TOMORROW"))
        self.assertEqual((found.reason, found.advice), (None, Advice.READ_AND_DECIDE))


class Writing(unittest.TestCase):
    def answers(self, *script):
        """A call that meets these one after the other, and the pauses between them."""
        pauses, left = [], list(script)

        def call():
            met = left.pop(0)
            if isinstance(met, Exception):
                raise met
            return met

        return call, left, pauses

    def test_what_is_not_known_is_asked_again_until_it_is(self):
        call, left, pauses = self.answers(Broken(AWAY), Broken(AWAY, "STORE_UNAVAILABLE"), "written")
        self.assertEqual(settled(call, sleep=pauses.append), "written")
        self.assertEqual((left, len(pauses)), ([], 2))

    def test_it_waits_as_long_as_the_server_says(self):
        call, _, pauses = self.answers(Broken(grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED", 7), "written")
        settled(call, sleep=pauses.append)
        self.assertEqual(pauses, [7.0])

    def test_what_asking_again_does_not_mend_is_raised_at_once(self):
        call, left, pauses = self.answers(Broken(ABORTED, "SEQ_CONFLICT"), "written twice")
        with self.assertRaises(Refused) as raised:
            settled(call, sleep=pauses.append)
        self.assertIs(raised.exception.reason, Reason.SEQ_CONFLICT)
        self.assertEqual((left, pauses), (["written twice"], []))


class RequestIds(unittest.TestCase):
    def test_they_are_uuids_that_begin_with_the_time_and_no_two_are_the_same(self):
        before = time.time_ns() // 1_000_000
        ids = [uuid.UUID(new_request_id()) for _ in range(1000)]
        after = time.time_ns() // 1_000_000
        for each in ids:
            self.assertEqual((each.version, each.variant), (7, uuid.RFC_4122))
            self.assertTrue(before <= each.int >> 80 <= after)
        self.assertEqual(len(set(ids)), len(ids))


class Following(unittest.TestCase):
    def follows(self, place, *connections):
        """Follows a server whose connections bring these, and says what each was asked to go on from."""
        asked, left = [], list(connections)

        class Server:
            @property
            def records(self):
                return self

            def Watch(self, request):
                asked.append(request.resume_from)
                for met in left.pop(0):
                    if isinstance(met, Exception):
                        raise met
                    yield record_pb2.WatchResponse(resume=met)

        return follow(Server(), "1" * 32, place, sleep=lambda _: None), asked

    def test_each_connection_goes_on_from_the_last_that_was_handled(self):
        with tempfile.TemporaryDirectory() as folder:
            place = FilePlace(pathlib.Path(folder) / "place")
            seen, asked = self.follows(place, [b"1", b"2", Broken(AWAY, "STOPPING")], [b"3", Broken(AWAY)], [b"4"])
            self.assertEqual([next(seen).resume for _ in range(4)], [b"1", b"2", b"3", b"4"])
            self.assertEqual(asked, [b"", b"2", b"3"])
            self.assertEqual(place.load(), b"3", "4 is not handled before the next is asked for")

    def test_a_store_that_was_put_back_is_said_and_not_passed_over(self):
        seen, _ = self.follows(None, [Broken(LATE, "REVISION_COMPACTED")])
        with self.assertRaises(Restored):
            next(seen)


if __name__ == "__main__":
    unittest.main()
