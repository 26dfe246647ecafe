// Follow an incident, through restarts of the server and of this program: it goes on from the place in a file.
//
//     node built/follow.js INCIDENT [--server localhost:7443] [--certs ../../muster-dev] [--agency e08000026]
//         [--place FILE] [--until SEQ]

import { parseArgs } from "node:util";
import { connect, FilePlace, follow } from "./muster.js";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: "string", default: "localhost:7443" },
    certs: { type: "string", default: "../../muster-dev" },
    agency: { type: "string", default: "e08000026" },
    place: { type: "string" },
    until: { type: "string" },
  },
});
const [incident] = positionals;
if (incident === undefined) throw new Error("name the incident to follow");
const place = new FilePlace(asked.place ?? `${incident}.place`);
for await (const response of follow(connect(asked.server, asked.certs, asked.agency), incident, place)) {
  if (response.event.case !== "changes") continue;
  for (const entry of response.event.value.entries) console.log(`${entry.seq}  ${entry.told.split("\n")[0]}`);
  const last = response.event.value.entries.at(-1)?.seq ?? 0n;
  if (asked.until !== undefined && last >= BigInt(asked.until)) {
    place.save(response.resume);
    break;
  }
}
process.exit(0);
