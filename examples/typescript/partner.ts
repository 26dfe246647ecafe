// A council's system and its health commissioner's on an incident, from opening it to an adopted proposal.
//
//     node built/partner.js [--server localhost:7443] [--certs ../../muster-dev] [--data ../data]
//
// Run it against a server for development: it writes. What it prints last is the incident's id.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import { ProposalState } from "./generated/muster/v1/advising_pb.js";
import { Answer, Failure, IncidentKind, Interest, Office, ServiceKind } from "./generated/muster/v1/common_pb.js";
import { OfferKind } from "./generated/muster/v1/offers_pb.js";
import type { AppendResponse } from "./generated/muster/v1/record_pb.js";
import { append, connect, newRequestId, reason, settled } from "./muster.js";

const { values: asked } = parseArgs({
  options: {
    server: { type: "string", default: "localhost:7443" },
    certs: { type: "string", default: "../../muster-dev" },
    data: { type: "string", default: "../data" },
  },
});
const COUNCIL = "e08000026";
const ICB = "qwu";
const council = connect(asked.server, asked.certs, COUNCIL);
const icb = connect(asked.server, asked.certs, ICB);

const tell = ({ entries }: AppendResponse) => {
  for (const entry of entries) console.log(`${String(entry.seq).padStart(4)}  ${entry.told.split("\n")[0]}`);
};
/** Does nothing where a call is refused with that reason; what else it is refused with is thrown. */
const unless = async (code: string, call: Promise<unknown>) => {
  try {
    await call;
  } catch (thrown) {
    if (reason(ConnectError.from(thrown)) !== code) throw thrown;
    console.log(`refused with ${code}`);
  }
};

async function opens(): Promise<string> {
  // By the server's clock: what lies ahead of it is refused, and a demonstration plays on a day of its own.
  const { serverTime: notifiedAt } = await council.info.getServerInfo({});
  const home = {
    id: "larch-court",
    kind: ServiceKind.RESIDENTIAL,
    national: Answer.UNKNOWN,
    regulated: Answer.YES,
    authority: COUNCIL,
    beds: 24,
  };
  const opening = {
    title: "Larch Court",
    kind: IncidentKind.PROVIDER_FAILURE,
    failures: [Failure.BUSINESS_FAILURE],
    services: [home],
    notifiedAt,
  };
  const options = { requestId: newRequestId() };
  return (await settled(() => council.incidents.openIncident({ options, opening }))).incidentId;
}

const incident = await opens();

// A seat for the health commissioner, which takes it.
const invite = { command: { case: "inviteAgency", value: { agency: ICB, interest: Interest.OPERATIONAL } } } as const;
await append(council, incident, [invite]);
const join = { command: { case: "joinIncident", value: {} } } as const;
await append(icb, incident, [join]);
await unless("ALREADY_JOINED", append(icb, incident, [join]));

// One request, sent twice, is written once.
const note = { command: { case: "makeNote", value: { text: "registration suspended" } } } as const;
const requestId = newRequestId();
const first = await append(council, incident, [note], { requestId });
const again = await append(council, incident, [note], { requestId });
console.log(`asked twice under one id, written once: ${first.result?.seq} ${again.result?.replayed}`);

// All rows of the file or none; the same file is offered once, whoever runs this again for the incident.
const beds = readFileSync(`${asked.data}/beds.csv`, "utf8");
// These files have no quotation marks in them; take a library for those that may.
const offers = beds.trim().split("\n").slice(1).map((row) => {
  const [home, quantity, kind, nursing, asAt] = row.split(",");
  const detail = Object.entries({ home, kind, nursing }).map(([word, value]) => ({ word, value }));
  const value = { kind: OfferKind.BED, quantity: Number(quantity), asAt: timestampFromDate(new Date(asAt)), detail };
  return { command: { case: "makeOffer", value } } as const;
});
tell(await append(icb, incident, offers, { requestId: createHash("sha256").update(incident + beds).digest("hex") }));

// The list of vehicles is the council's own setting of the rule set that plans transport.
const { ruleSets } = await council.info.getServerInfo({});
if (ruleSets.some(({ pin }) => pin?.ruleSet === "transport-options")) {
  const vehicles = {
    ruleSet: "transport-options",
    settingsJson: readFileSync(`${asked.data}/vehicles.json`, "utf8"),
    because: "the transport desk's list of this morning",
    requestId: newRequestId(),
  };
  await unless("SETTINGS_ALREADY_SO", settled(() => council.ruleSets.changeSettings(vehicles)));
  console.log("vehicles pushed");
} else {
  console.log("this server runs no transport-options: no vehicles are pushed");
}

// An answer, with how it is known.
const key = "s48/unable-to-carry-on";
const source = "the administrator, by telephone";
const answer = { key, source, value: { value: { case: "answer", value: Answer.YES } } } as const;
await append(council, incident, [{ command: { case: "answerFact", value: answer } }]);

// A person decides: here the incident lead has told the system which proposal it is.
const office = Office.INCIDENT_LEAD;
await append(council, incident, [{ command: { case: "takeOffice", value: { office } } }]);
await council.incidents.getIncident({ incidentId: incident, waitForAdvice: true });
const { proposals } = await council.advice.listProposals({ incidentId: incident, states: [ProposalState.OPEN] });
const action = proposals.find(({ item }) => item?.item.case === "action");
if (action === undefined) {
  console.log("no rule set proposes an action here: nothing is adopted");
} else {
  const adopt = { command: { case: "adoptProposal", value: { proposal: action.number } } } as const;
  tell(await append(council, incident, [adopt], { office }));
}
console.log(incident);
process.exit(0);
