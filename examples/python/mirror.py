"""Keep a copy of an incident in a SQLite file of your own: no gap, no entry twice, and the chain checked on the way.

    python examples/python/mirror.py INCIDENT --into mirror.db [--until SEQ] [--server localhost:7443] [--certs muster-dev] [--agency qwu]

An entry and the place to go on from are written in one transaction, so that a kill of this program or of the server
leaves neither a gap nor a repetition. Each hash is worked out again from the one before it, as docs/tamper-evidence.md
says; entries that one may not see come as stubs, and the chain goes through them.
"""

import argparse
import hashlib
import pathlib
import sqlite3
import sys

from muster.v1 import entry_pb2, record_pb2

from muster_client import Client, follow

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    incident TEXT NOT NULL, seq INTEGER NOT NULL, recorded_at INTEGER NOT NULL, told TEXT NOT NULL,
    withheld INTEGER NOT NULL, commitment BLOB NOT NULL, hash BLOB NOT NULL, message BLOB NOT NULL,
    PRIMARY KEY (incident, seq)
) STRICT;
CREATE TABLE IF NOT EXISTS place (incident TEXT PRIMARY KEY, resume BLOB NOT NULL) STRICT;
"""


def worked_out(entry: entry_pb2.Entry, before: bytes) -> bytes:
    """The hash of an entry: over its place, its time, the hash before it and its commitment."""
    domain = b"exercise" if entry.exercise else b"live"
    at = entry.recorded_at.seconds * 1000 + entry.recorded_at.nanos // 1_000_000
    parts = [
        b"muster/entry/1/" + domain,
        entry.incident_id.encode(),
        entry.seq.to_bytes(8, "big"),
        at.to_bytes(8, "big", signed=True),
        before,
        entry.commitment,
    ]
    return hashlib.sha256(b"".join(parts)).digest()


class Mirror:
    """The copy. It is the place of its own watch: what `save` would keep was kept with the entries."""

    def __init__(self, path: pathlib.Path, incident: str):
        self.incident = incident
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(SCHEMA)

    def load(self) -> bytes:
        """Where to go on from."""
        row = self.db.execute("SELECT resume FROM place WHERE incident = ?", [self.incident]).fetchone()
        return row[0] if row else b""

    def save(self, resume: bytes) -> None:
        """Nothing is left to do: `take` has kept it."""

    def last(self) -> tuple[int, bytes]:
        """The last entry's place and hash; zeros before the first."""
        asked = "SELECT seq, hash FROM entry WHERE incident = ? ORDER BY seq DESC LIMIT 1"
        return self.db.execute(asked, [self.incident]).fetchone() or (0, bytes(32))

    def take(self, response: record_pb2.WatchResponse) -> None:
        """Writes what came and where to go on, both or neither."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            seq, before = self.last()
            for entry in response.changes.entries:
                if entry.seq != seq + 1:
                    raise SystemExit(f"BROKEN: entry {entry.seq} came behind entry {seq}")
                if worked_out(entry, before) != entry.hash:
                    raise SystemExit(f"BROKEN: the hash of entry {entry.seq} does not follow from entry {seq}")
                at = entry.recorded_at.ToMilliseconds()
                withheld = entry.WhichOneof("body") == "withheld"
                row = (entry.incident_id, entry.seq, at, entry.told, withheld, entry.commitment, entry.hash)
                self.db.execute("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?)", (*row, entry.SerializeToString()))
                seq, before = entry.seq, entry.hash
            self.db.execute("INSERT OR REPLACE INTO place VALUES (?,?)", (self.incident, response.resume))
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("incident")
    parser.add_argument("--into", type=pathlib.Path, default=pathlib.Path("mirror.db"))
    parser.add_argument("--until", type=int, help="end when this entry is in the mirror")
    parser.add_argument("--server", default="localhost:7443")
    parser.add_argument("--certs", default="muster-dev")
    parser.add_argument("--agency", default="e08000026")
    asked = parser.parse_args()
    mirror = Mirror(asked.into, asked.incident)
    said = lambda why, wait: print(f"{why}; again in {wait:.1f} s", file=sys.stderr, flush=True)
    with Client.with_certificate(asked.server, asked.certs, asked.agency) as client:
        if asked.until is None or mirror.last()[0] < asked.until:
            for response in follow(client, asked.incident, mirror, on_break=said):
                mirror.take(response)
                for entry in response.changes.entries:
                    print(entry.seq, entry.hash.hex(), flush=True)
                if asked.until is not None and mirror.last()[0] >= asked.until:
                    break
    seq, chain = mirror.last()
    print(f"mirrored {seq} entries; the chain holds and ends with {chain.hex()}")


if __name__ == "__main__":
    main()
