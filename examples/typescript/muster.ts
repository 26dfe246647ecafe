// A thin client of Muster over the code that protoc-gen-es makes of proto/: it connects, tells errors by their reason,
// asks a write again where that is safe, and follows without gap or repetition.

import { existsSync, fsyncSync, openSync, closeSync, readFileSync, renameSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { AdviceService } from "./generated/muster/v1/advice_pb.js";
import { IncidentService } from "./generated/muster/v1/incident_pb.js";
import { RuleSetService } from "./generated/muster/v1/rule_set_service_pb.js";
import { ServerService } from "./generated/muster/v1/server_pb.js";
import {
  AppendRequestSchema,
  RecordService,
  type AppendResponse,
  type WatchResponse,
} from "./generated/muster/v1/record_pb.js";

/** The services of one server. */
export interface Muster {
  records: Client<typeof RecordService>;
  incidents: Client<typeof IncidentService>;
  advice: Client<typeof AdviceService>;
  ruleSets: Client<typeof RuleSetService>;
  info: Client<typeof ServerService>;
}

/** Connects as the system that a certificate names: a folder with ca.pem, AGENCY.pem and AGENCY.key. */
export function connect(server: string, certs: string, agency: string): Muster {
  const pem = (name: string) => readFileSync(`${certs}/${name}`);
  const transport = createGrpcTransport({
    baseUrl: `https://${server}`,
    nodeOptions: { ca: pem("ca.pem"), cert: pem(`${agency}.pem`), key: pem(`${agency}.key`) },
    pingIntervalMs: 20_000,
  });
  return {
    records: createClient(RecordService, transport),
    incidents: createClient(IncidentService, transport),
    advice: createClient(AdviceService, transport),
    ruleSets: createClient(RuleSetService, transport),
    info: createClient(ServerService, transport),
  };
}

/** The reason code of an error; undefined where the transport spoke, or something between. */
export function reason(error: ConnectError): string | undefined {
  for (const detail of error.details) {
    // As it came from the wire: google.rpc.ErrorInfo, whose first field is the reason.
    if ("type" in detail && typeof detail.type === "string" && detail.type === "google.rpc.ErrorInfo" && "value" in detail) {
      const reader = new BinaryReader(detail.value as Uint8Array);
      while (reader.pos < reader.len) {
        const [field, kind] = reader.tag();
        if (field === 1) return reader.string();
        reader.skip(kind, field);
      }
    }
  }
  return undefined;
}

/** The reasons that pass by themselves: docs/integrating.md has them all. */
const PASSES = new Set([
  "STORE_UNAVAILABLE", "CALL_TOO_LONG", "REVISION_NOT_YET_VISIBLE",
  "RATE_LIMITED", "IMPORT_UNDER_WAY", "TOO_MANY_WATCHES",
  "STOPPING", "WATCH_STALLED",
]);
const BROKEN = new Set([
  Code.Unavailable, Code.Unknown, Code.Canceled, Code.Aborted, Code.DeadlineExceeded, Code.ResourceExhausted,
]);

/** Whether the same request is to be sent again, under the same request id. */
export function passes(error: ConnectError): boolean {
  const code = reason(error);
  return code === undefined ? BROKEN.has(error.code) : PASSES.has(code);
}

const jittered = (wait: number) => wait * (0.5 + Math.random() / 2);

/** Makes a call until its outcome is known. It has to send the same request each time: the same id, the same content. */
export async function settled<T>(call: () => Promise<T>, withinMs = 60_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (let wait = 200; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await call();
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      if (!passes(error) || Date.now() + wait > until) throw error;
    }
    await pause(jittered(wait));
  }
}

type Asked = MessageInitShape<typeof AppendRequestSchema>;

/** A request id of its own: a UUID of version 7. It begins with the time, so that the server finds its place among the
 * newest ones; a random one costs it a page of its index for each request. */
export function newRequestId(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Carries out commands, all or none, once, however often it has to be asked. Give a request id of your own to be able
 * to ask again after a crash of your program. */
export function append(
  muster: Muster,
  incidentId: string,
  commands: Asked["commands"],
  options: Asked["options"] = {},
): Promise<AppendResponse> {
  const request = { incidentId, options: { requestId: newRequestId(), ...options }, commands };
  return settled(() => muster.records.append(request, { timeoutMs: 15_000 }));
}

/** Where a watch goes on: kept where what was handled is kept, best in the same transaction. */
export interface Place {
  load(): Uint8Array;
  save(resume: Uint8Array): void;
}

/** Where a watch goes on, kept in a file that is exchanged whole. */
export class FilePlace implements Place {
  constructor(private readonly path: string) {}

  load(): Uint8Array {
    return existsSync(this.path) ? readFileSync(this.path) : new Uint8Array();
  }

  save(resume: Uint8Array): void {
    const file = openSync(`${this.path}.new`, "w");
    writeSync(file, resume);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${this.path}.new`, this.path);
  }
}

/** Yields each response of a watch, across as many connections as it takes. A place is kept when the next response is
 * asked for, which is when the one before it was handled. */
export async function* follow(muster: Muster, incidentId: string, place: Place): AsyncGenerator<WatchResponse> {
  for (let wait = 200; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const scope = { case: "incidentId", value: incidentId } as const;
      for await (const response of muster.records.watch({ scope, resumeFrom: place.load(), bookmarkSeconds: 5 })) {
        yield response;
        place.save(response.resume);
        wait = 200;
      }
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      if (!passes(error)) throw error;
    }
    await pause(jittered(wait));
  }
}
