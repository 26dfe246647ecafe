"""Check an exported incident without Muster: hashes, tree and, where `cryptography` is installed, the signatures.

    python examples/python/verify_bundle.py incident.jsonl [ed25519:PUBLIC-KEY]

It uses nothing of Muster's, so that it can be read in ten minutes and believed for what it is.
Without `cryptography` it says that the signatures were not checked. Without a key it takes the one in the file, which
anybody could have made: compare it with the server's operator by another way.
"""

import base64
import datetime
import hashlib
import json
import sys

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def long(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)


def commitment(line: dict) -> bytes:
    """What the chain hashes in place of an entry: given for a stub, worked out for an entry that is whole."""
    if line["line"] == "stub":
        return bytes.fromhex(line["commitment"])
    parts = [line["envelope"].encode(), line["payload"].encode()]
    sized = [piece for part in parts for piece in (long(len(part)), part)]
    return sha(b"muster/commitment/1", bytes.fromhex(line["salt"]), *sized)


def millis(text: str) -> int:
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (at - EPOCH) // datetime.timedelta(milliseconds=1)


def root(leaves: list) -> bytes:
    """The root of RFC 6962, section 2.1, as it is defined there."""
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\1", root(leaves[:split]), root(leaves[split:]))


def signed_by(key: bytes, signature: bytes, text: bytes) -> str:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return "not checked: `cryptography` is not installed"
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        sys.exit("BROKEN: a signature does not hold")
    return "holds"


def need(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(f"BROKEN: {what}")


def main() -> None:
    raw = open(sys.argv[1], "rb").read()
    lines = raw.splitlines(keepends=True)
    header, *entries, end = [json.loads(line) for line in lines]
    need(header["line"] == "header" and header["format"] == "muster/bundle/1", "this is no bundle of a known format")
    need(end["line"] == "signature" and raw.endswith(b"\n"), "the signature does not stand at the end")
    note = header["checkpoint"]
    body, _, last = note.partition("\n\n")
    origin, size, tree, chain, _time, domain, _key = body.split("\n")
    need(origin == header["origin"] and origin.endswith(header["incident"]), "header and checkpoint differ")
    need(domain == "domain " + header["domain"], "header and checkpoint differ")

    before, hashes = bytes(32), []
    for expected, line in enumerate(entries, start=1):
        need(line["line"] in ("entry", "stub") and line["seq"] == expected, f"entry {expected} is not where it should be")
        before = sha(
            b"muster/entry/1/" + header["domain"].encode(),
            header["incident"].encode(),
            long(expected),
            long(millis(line["recorded_at"])),
            before,
            commitment(line),
        )
        hashes.append(before)
    need(len(hashes) == int(size), f"there are {len(hashes)} entries, and {size} were signed")
    need(before.hex() == chain.removeprefix("chain "), "the chain ends elsewhere")
    need(root(hashes) == base64.b64decode(tree), "the tree has another root")
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    need(digest == end["digest"], "the file is not as it was written")

    given = sys.argv[2] if len(sys.argv) > 2 else header["public_key"]
    key = base64.b64decode(given.removeprefix("ed25519:"))
    signature = base64.b64decode(last.strip().rsplit(" ", 1)[1])[4:]
    signed_by(key, signature, (body + "\n").encode())
    text = f"muster/bundle/1\ndigest {digest}\n{note}".encode()
    told = signed_by(key, base64.b64decode(end["signature"]), text)
    withheld = sum(line["line"] == "stub" for line in entries)
    print(f"{header['incident']} ({header['domain']}) as {header['seen_by']} saw it")
    print(f"{len(entries)} entries, {withheld} withheld: commitments, chain, tree and digest hold")
    print(f"signatures: {told}" + ("" if len(sys.argv) > 2 else "; the key is the file's own, and was not compared"))


if __name__ == "__main__":
    main()
