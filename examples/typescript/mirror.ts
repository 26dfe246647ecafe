// Keep a copy of an incident in a SQLite file of your own: no gap, no entry twice, and the chain checked on the way.
//
//     node built/mirror.js INCIDENT [--into mirror.db] [--until SEQ] [--server localhost:7443] [--certs ../../muster-dev]
//         [--agency e08000026]
//
// An entry and the place to go on from are written in one transaction, so that a kill of this program or of the server
// leaves neither a gap nor a repetition. Each hash is worked out again from the one before it.

import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { toBinary } from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { EntrySchema, type Entry } from "./generated/muster/v1/entry_pb.js";
import type { WatchResponse } from "./generated/muster/v1/record_pb.js";
import { connect, follow } from "./muster.js";

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    into: { type: "string", default: "mirror.db" },
    until: { type: "string" },
    server: { type: "string", default: "localhost:7443" },
    certs: { type: "string", default: "../../muster-dev" },
    agency: { type: "string", default: "e08000026" },
  },
});
const [incident] = positionals;
if (incident === undefined) throw new Error("name the incident to mirror");

const db = new Database(asked.into);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  CREATE TABLE IF NOT EXISTS entry (
    incident TEXT NOT NULL, seq INTEGER NOT NULL, told TEXT NOT NULL, withheld INTEGER NOT NULL,
    commitment BLOB NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (incident, seq)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS place (incident TEXT PRIMARY KEY, resume BLOB NOT NULL) STRICT;
`);

/** The hash of an entry: over its place, its time, the hash before it and its commitment. */
function workedOut(entry: Entry, before: Uint8Array): Buffer {
  const at = entry.recordedAt;
  if (at === undefined) throw new Error(`entry ${entry.seq} came without its time`);
  const [seq, millis] = [Buffer.alloc(8), Buffer.alloc(8)];
  seq.writeBigUInt64BE(entry.seq);
  millis.writeBigInt64BE(at.seconds * 1000n + BigInt(Math.floor(at.nanos / 1_000_000)));
  const hash = createHash("sha256").update(`muster/entry/1/${entry.exercise ? "exercise" : "live"}`);
  return hash.update(entry.incidentId).update(seq).update(millis).update(before).update(entry.commitment).digest();
}

interface Last {
  seq: bigint;
  hash: Uint8Array;
}
const newest = db.prepare("SELECT seq, hash FROM entry WHERE incident = ? ORDER BY seq DESC LIMIT 1").safeIntegers();
const last = (): Last => (newest.get(incident) as Last | undefined) ?? { seq: 0n, hash: new Uint8Array(32) };
const insert = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)");
const keep = db.prepare("INSERT OR REPLACE INTO place VALUES (?, ?)");

/** Writes what came and where to go on, both or neither. */
const take = db.transaction((response: WatchResponse) => {
  let { seq, hash } = last();
  for (const entry of response.event.case === "changes" ? response.event.value.entries : []) {
    if (entry.seq !== seq + 1n) throw new Error(`BROKEN: entry ${entry.seq} came behind entry ${seq}`);
    if (!workedOut(entry, hash).equals(entry.hash)) {
      throw new Error(`BROKEN: the hash of entry ${entry.seq} does not follow from entry ${seq}`);
    }
    const withheld = entry.body.case === "withheld" ? 1 : 0;
    insert.run(incident, entry.seq, entry.told, withheld, entry.commitment, entry.hash, toBinary(EntrySchema, entry));
    console.log(`${entry.seq} ${Buffer.from(entry.hash).toString("hex")}`);
    ({ seq, hash } = entry);
  }
  keep.run(incident, response.resume);
});

// The mirror is the place of its own watch: what `save` would keep was kept with the entries.
const place = {
  load: () => (db.prepare("SELECT resume FROM place WHERE incident = ?").pluck().get(incident) as Uint8Array | undefined) ?? new Uint8Array(),
  save: () => undefined,
};
const until = asked.until === undefined ? undefined : BigInt(asked.until);
if (until === undefined || last().seq < until) {
  for await (const response of follow(connect(asked.server, asked.certs, asked.agency), incident, place)) {
    take.immediate(response);
    if (until !== undefined && last().seq >= until) break;
  }
}
const { seq, hash } = last();
console.log(`mirrored ${seq} entries; the chain holds and ends with ${Buffer.from(hash).toString("hex")}`);
process.exit(0);
