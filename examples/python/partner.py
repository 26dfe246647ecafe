"""A council's system and its health commissioner's on an incident, from opening it to an adopted proposal.

    python examples/python/partner.py [--server localhost:7443] [--certs muster-dev]

Run it against a server for development: it writes. What it prints last is the incident's id.
"""

import argparse
import csv
import pathlib
import uuid

from google.protobuf import timestamp_pb2
from muster.v1 import (
    advice_pb2,
    advising_pb2,
    answers_pb2,
    commands_pb2,
    common_pb2,
    incident_pb2,
    lifecycle_pb2,
    log_pb2,
    offers_pb2,
    participants_pb2,
    rule_set_service_pb2,
    server_pb2,
    write_pb2,
)

from muster_client import Client, Reason, Refused, append, new_request_id, open_incident, settled

DATA = pathlib.Path(__file__).parents[1] / "data"
COUNCIL, ICB = "e08000026", "qwu"


def now(client: Client) -> timestamp_pb2.Timestamp:
    """The time by the server's clock: what lies ahead of it is refused, and a demonstration plays on a day of its own."""
    return client.info.GetServerInfo(server_pb2.GetServerInfoRequest(), timeout=15).server_time


def opens(council: Client) -> str:
    home = common_pb2.Service(
        id="larch-court",
        kind=common_pb2.SERVICE_KIND_RESIDENTIAL,
        national=common_pb2.ANSWER_UNKNOWN,
        regulated=common_pb2.ANSWER_YES,
        authority=COUNCIL,
        beds=24,
    )
    opening = lifecycle_pb2.Opening(
        title="Larch Court",
        kind=common_pb2.INCIDENT_KIND_PROVIDER_FAILURE,
        failures=[common_pb2.FAILURE_BUSINESS_FAILURE],
        services=[home],
        notified_at=now(council),
    )
    return open_incident(council, opening)


def gives_a_seat(council: Client, icb: Client, incident: str) -> None:
    invited = participants_pb2.InviteAgency(agency=ICB, interest=common_pb2.INTEREST_OPERATIONAL)
    append(council, incident, [commands_pb2.Command(invite_agency=invited)])
    join = [commands_pb2.Command(join_incident=participants_pb2.JoinIncident())]
    append(icb, incident, join)
    try:
        append(icb, incident, join)
    except Refused as again:
        if again.reason is not Reason.ALREADY_JOINED:
            raise
        print(f"joining twice is refused with {again.reason.name}: {again.advice.value}")


def writes_once(council: Client, incident: str) -> None:
    note = commands_pb2.Command(make_note=log_pb2.MakeNote(text="registration suspended"))
    named = write_pb2.WriteOptions(request_id=new_request_id(), occurred_at=now(council))
    first = append(council, incident, [note], named)
    again = append(council, incident, [note], named)
    assert again.result.replayed and again.result.seq == first.result.seq
    print(f"asked twice under one id, written once: entry {first.result.seq}")


def offers_beds(icb: Client, incident: str) -> None:
    offers = []
    with (DATA / "beds.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            as_at = timestamp_pb2.Timestamp()
            as_at.FromJsonString(row["as_at"])
            said = [offers_pb2.OfferDetail(word=word, value=row[word]) for word in ("home", "kind", "nursing")]
            offer = offers_pb2.MakeOffer(
                kind=offers_pb2.OFFER_KIND_BED, quantity=int(row["beds"]), as_at=as_at, detail=said
            )
            offers.append(commands_pb2.Command(make_offer=offer))
    # All rows of the file or none; the same file is offered once, whoever runs this again for the incident.
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{incident}/{(DATA / 'beds.csv').read_text(encoding='utf-8')}")
    for entry in append(icb, incident, offers, write_pb2.WriteOptions(request_id=str(name))).entries:
        print(f"{entry.seq:4}  {entry.told.splitlines()[0]}")


def pushes_vehicles(council: Client) -> None:
    """The list of vehicles is the council's own setting of the rule set that plans transport."""
    running = council.info.GetServerInfo(server_pb2.GetServerInfoRequest()).rule_sets
    if all(rule_set.pin.rule_set != "transport-options" for rule_set in running):
        print("this server runs no transport-options: no vehicles are pushed")
        return
    change = rule_set_service_pb2.ChangeSettingsRequest(
        rule_set="transport-options",
        settings_json=(DATA / "vehicles.json").read_text(encoding="utf-8"),
        because="the transport desk's list of this morning",
        request_id=new_request_id(),
    )
    try:
        changed = settled(lambda: council.rule_sets.ChangeSettings(change, timeout=15))
        print(f"vehicles pushed; {len(changed.entries)} open incidents say so")
    except Refused as refused:
        if refused.reason is not Reason.SETTINGS_ALREADY_SO:
            raise
        print("the vehicles are in force already")


def answers(council: Client, incident: str) -> None:
    answer = answers_pb2.AnswerFact(
        key="s48/unable-to-carry-on",
        value=common_pb2.FactValue(answer=common_pb2.ANSWER_YES),
        source="the administrator, by telephone",
    )
    append(council, incident, [commands_pb2.Command(answer_fact=answer)])


def adopts(council: Client, incident: str) -> None:
    """A person decides: here the incident lead has told the system which proposal it is."""
    office = common_pb2.OFFICE_INCIDENT_LEAD
    take = commands_pb2.Command(take_office=participants_pb2.TakeOffice(office=office))
    append(council, incident, [take])
    council.incidents.GetIncident(incident_pb2.GetIncidentRequest(incident_id=incident, wait_for_advice=True))
    asked = advice_pb2.ListProposalsRequest(incident_id=incident, states=[advising_pb2.PROPOSAL_STATE_OPEN])
    proposals = settled(lambda: council.advice.ListProposals(asked)).proposals
    actions = [proposal for proposal in proposals if proposal.item.WhichOneof("item") == "action"]
    if not actions:
        print("no rule set proposes an action here: nothing is adopted")
        return
    adopt = commands_pb2.Command(adopt_proposal=advising_pb2.AdoptProposal(proposal=actions[0].number))
    for entry in append(council, incident, [adopt], write_pb2.WriteOptions(office=office)).entries:
        print(f"{entry.seq:4}  {entry.told.splitlines()[0]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certs", default="muster-dev")
    asked = parser.parse_args()
    with (
        Client.with_certificate(asked.server, asked.certs, COUNCIL) as council,
        Client.with_certificate(asked.server, asked.certs, ICB) as icb,
    ):
        incident = opens(council)
        gives_a_seat(council, icb, incident)
        writes_once(council, incident)
        offers_beds(icb, incident)
        pushes_vehicles(council)
        answers(council, incident)
        adopts(council, incident)
    print(incident)


if __name__ == "__main__":
    main()
