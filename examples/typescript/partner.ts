// A council's system: opens an incident (or works on the one that is named), writes to it once, and follows it.
//
//     node built/partner.js [--server localhost:7443] [--certs ../../muster-dev] [--agency e08000026]
//         [--incident ID] [--place FILE] [--until SEQ]

import { parseArgs } from "node:util";
import { randomUUID } from "node:crypto";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { Answer, Failure, IncidentKind, Office, ServiceKind } from "./generated/muster/v1/common_pb.js";
import { append, connect, FilePlace, follow } from "./muster.js";

const { values: asked } = parseArgs({
  options: {
    server: { type: "string", default: "localhost:7443" },
    certs: { type: "string", default: "../../muster-dev" },
    agency: { type: "string", default: "e08000026" },
    incident: { type: "string" },
    place: { type: "string" },
    until: { type: "string" },
  },
});
const muster = connect(asked.server, asked.certs, asked.agency);

async function opened(): Promise<string> {
  const at = timestampNow();
  const service = {
    id: "larch-court",
    kind: ServiceKind.RESIDENTIAL,
    national: Answer.UNKNOWN,
    regulated: Answer.YES,
    authority: asked.agency,
    beds: 24,
  };
  const opening = {
    title: "Larch Court",
    kind: IncidentKind.PROVIDER_FAILURE,
    failures: [Failure.BUSINESS_FAILURE],
    services: [service],
    notifiedAt: { seconds: at.seconds, nanos: 0 },
  };
  const { incidentId } = await muster.incidents.openIncident({ options: { requestId: randomUUID() }, opening });
  return incidentId;
}

const incident = asked.incident ?? (await opened());
console.log(incident);
if (asked.incident === undefined) {
  const id = randomUUID();
  const note = { command: { case: "makeNote", value: { text: "registration suspended" } } } as const;
  const answer = {
    command: {
      case: "answerFact",
      value: {
        key: "s48/unable-to-carry-on",
        value: { value: { case: "answer", value: Answer.YES } },
        source: "the administrator, by telephone",
      },
    },
  } as const;
  const office = { command: { case: "takeOffice", value: { office: Office.INCIDENT_LEAD } } } as const;
  const first = await append(muster, incident, [note, answer, office], id);
  const again = await append(muster, incident, [note, answer, office], id);
  console.log(`asked twice under one id, written once: ${first.result?.seq} ${again.result?.replayed}`);
}

const until = asked.until === undefined ? undefined : BigInt(asked.until);
const place = new FilePlace(asked.place ?? `${incident}.place`);
for await (const response of follow(muster, incident, place)) {
  if (response.event.case !== "changes") continue;
  for (const entry of response.event.value.entries) console.log(`${entry.seq}  ${entry.told.split("\n")[0]}`);
  const last = response.event.value.entries.at(-1)?.seq ?? 0n;
  if (until !== undefined && last >= until) {
    place.save(response.resume);
    break;
  }
}
process.exit(0);
