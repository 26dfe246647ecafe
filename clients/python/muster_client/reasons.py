"""Why a call was not carried out, and what to do about it."""

import enum

import grpc
from google.rpc import error_details_pb2, status_pb2
from muster.v1 import errors_pb2


class Advice(enum.Enum):
    """What a program does about an error. docs/integrating.md lists every reason under one of these."""

    AGAIN_SAME_REQUEST = "ask again, the same request under the same id"
    WAIT_AND_AGAIN = "wait as long as it says, then the same request again"
    RECONNECT = "connect again, and resume"
    BEGIN_AGAIN = "begin again without the token, and compare"
    READ_AND_DECIDE = "read the record, decide anew, new id"
    CHANGE_REQUEST = "put the request right, new id"
    ASK_SOMEBODY = "somebody else has to act first"
    ASK_OPERATOR = "ask the server's operator"


_PREFIX = "ERROR_REASON_"
Reason = enum.Enum("Reason", {name.removeprefix(_PREFIX): number for name, number in errors_pb2.ErrorReason.items()})
"""Every reason code, from the generated code, so that it is never behind the protos."""

_UNDER = {
    Advice.AGAIN_SAME_REQUEST: """
        STORE_UNAVAILABLE REVISION_NOT_YET_VISIBLE CALL_TOO_LONG
    """,
    Advice.WAIT_AND_AGAIN: """
        RATE_LIMITED IMPORT_UNDER_WAY TOO_MANY_WATCHES
    """,
    Advice.RECONNECT: """
        STOPPING WATCH_STALLED
    """,
    Advice.BEGIN_AGAIN: """
        PAGE_TOKEN_INVALID REVISION_COMPACTED
    """,
    Advice.READ_AND_DECIDE: """
        SEQ_CONFLICT INCIDENT_CLOSED INCIDENT_NOT_CLOSED PHASE_NOT_REACHABLE ALREADY_LINKED ALREADY_INVITED
        ALREADY_JOINED LEAD_STAYS OFFICE_TAKEN NO_HANDOVER STATUS_NOT_REACHABLE ACTION_STATE
        MEETING_ALREADY_HELD MEETING_NOT_HELD NOT_APPROVED ALREADY_APPROVED ALREADY_LIFTED NOT_ENOUGH_LEFT
        NOT_TAKEN OFFER_WITHDRAWN PROPOSAL_NOT_OPEN NOT_ADOPTABLE STANDING_ALREADY_SO ALREADY_ACKNOWLEDGED
        ALREADY_STEPPED_DOWN NO_WELLBEING_CHECK WELLBEING_ALREADY_DUE CLOCK_PAUSED CLOCK_RUNNING SHARE_ENDED
        GLASS_ALREADY_BROKEN GLASS_CLOSED ALREADY_REVIEWED WITHHELD_FORBIDS EXERCISE_MISMATCH RULE_SET_FAILED
        SETTINGS_ALREADY_SO IDENTITY_ERASED RULE_SET_NAME_TAKEN OTHER_COMPONENT INSTALL_DECIDED
        TOO_MANY_INSTALLS VERSION_ALREADY_SO NOT_ENDORSED
        EXERCISE_RUNNING EXERCISE_ENDED EXERCISE_NOT_FORKED TOO_MANY_EXERCISES
        TOO_MANY_WEBHOOKS NOT_ISSUED
    """,
    Advice.CHANGE_REQUEST: """
        UNSPECIFIED INVALID_FIELD IN_THE_FUTURE RESOURCE_NOT_FOUND RULE_SET_NOT_FOUND CHOICE_NOT_WEIGHED
        VOLUNTARY_NEEDS_AGREEMENT AHEAD_OF_THE_RECORD REQUEST_ID_REUSED SETTINGS_REFUSED PURPOSE_UNKNOWN
        SIZE_NOT_REACHED COMPONENT_REFUSED
        NOT_IN_THIS_EXERCISE EXERCISE_NOT_FOUND SCENARIO_NOT_FOUND EXERCISE_PLAYER_UNKNOWN
    """,
    Advice.ASK_SOMEBODY: """
        NOT_PERMITTED INTEREST_TOO_LOW NOT_LEAD NOT_YOUR_OFFICE OFFICE_NEEDED NOT_ASKED_OF_YOU NOT_YOUR_ACTION
        NOT_YOUR_APPROVAL NOT_YOUR_OFFER NOT_ESCALATED_TO_YOU OFFICE_NOT_FOR_KIND GATE_SHUT NOT_YOURS_TO_SHARE
        NOT_YOUR_GLASS OWN_GLASS NOT_YOUR_RULE_SET IDENTITY_NOT_FOR_KIND NOT_YOUR_PERSON PERSON_NEEDED
        SECOND_PERSON_NEEDED
        NOT_YOUR_EXERCISE EXERCISE_PAUSED
    """,
    Advice.ASK_OPERATOR: """
        CREDENTIAL_INVALID RECORD_DAMAGED NOT_MAINTAINER RIGHT_MISSING ORIGIN_NOT_ALLOWED NO_SIGNING_KEY
        IDENTITY_KEYS_MISSING
        STORE_SEALED NOTIFY_NOT_CONFIGURED
    """,
}
ADVICE = {Reason[word]: advice for advice, words in _UNDER.items() for word in words.split()}
"""What to do about each reason."""

# Where the server gave no reason, the transport spoke, or something between.
_WITHOUT_REASON = {
    grpc.StatusCode.UNAVAILABLE: Advice.AGAIN_SAME_REQUEST,
    grpc.StatusCode.UNKNOWN: Advice.AGAIN_SAME_REQUEST,
    grpc.StatusCode.CANCELLED: Advice.AGAIN_SAME_REQUEST,
    grpc.StatusCode.ABORTED: Advice.AGAIN_SAME_REQUEST,
    grpc.StatusCode.DEADLINE_EXCEEDED: Advice.AGAIN_SAME_REQUEST,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Advice.WAIT_AND_AGAIN,
    grpc.StatusCode.INVALID_ARGUMENT: Advice.CHANGE_REQUEST,
    grpc.StatusCode.NOT_FOUND: Advice.CHANGE_REQUEST,
    grpc.StatusCode.OUT_OF_RANGE: Advice.CHANGE_REQUEST,
    grpc.StatusCode.UNIMPLEMENTED: Advice.CHANGE_REQUEST,
    grpc.StatusCode.ALREADY_EXISTS: Advice.READ_AND_DECIDE,
    grpc.StatusCode.FAILED_PRECONDITION: Advice.READ_AND_DECIDE,
    grpc.StatusCode.PERMISSION_DENIED: Advice.ASK_SOMEBODY,
}


class Refused(Exception):
    """A call that was not carried out: `reason` (None where there is none that we know), `advice`, `code`,
    `retry_after` in seconds or None, `fields` as pairs of path and what is wrong, and `metadata`."""

    def __init__(self, code, message, reason, advice, retry_after=None, fields=(), metadata=None):
        self.code, self.reason, self.advice, self.retry_after = code, reason, advice, retry_after
        self.fields, self.metadata = tuple(fields), dict(metadata or {})
        head = f"{reason.name if reason else code.name}: {message}"
        super().__init__("\n  ".join([head, *(f"{path}: {wrong}" for path, wrong in self.fields)]))


def refused(error: grpc.RpcError) -> Refused:
    """Reads reason, waiting time and wrong fields out of an error of gRPC."""
    reason, retry_after, fields, metadata = None, None, [], {}
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info, retry, bad = (
                error_details_pb2.ErrorInfo(),
                error_details_pb2.RetryInfo(),
                error_details_pb2.BadRequest(),
            )
            if detail.Unpack(info) and info.domain == "muster.v1":
                # A reason that is newer than this client is told by its code.
                reason = Reason.__members__.get(info.reason)
                metadata = dict(info.metadata)
            elif detail.Unpack(retry):
                retry_after = retry.retry_delay.ToTimedelta().total_seconds()
            elif detail.Unpack(bad):
                fields = [(field.field, field.description) for field in bad.field_violations]
    advice = ADVICE[reason] if reason else _WITHOUT_REASON.get(error.code(), Advice.ASK_OPERATOR)
    return Refused(error.code(), error.details(), reason, advice, retry_after, fields, metadata)
