//! The shape of the workspace: which crate may know what, and what is there once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use muster_shipped::{SHIPPED, Shipped};
use serde_json::Value;

/// What cargo knows of the workspace and of everything it is built from.
struct Workspace {
    /// The direct dependencies of each member, by name, without those of its tests.
    direct: BTreeMap<String, BTreeSet<String>>,
    /// Everything that each member is built from, by name.
    all: BTreeMap<String, BTreeSet<String>>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value.get(key).and_then(Value::as_array).unwrap()
}

/// The platform that this is built for, as cargo calls it.
fn platform() -> String {
    let asked = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(asked.stdout).unwrap();
    said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn workspace() -> Workspace {
    let asked = Command::new(env!("CARGO"))
        // Of this platform only: what others are built from was never downloaded here.
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &platform()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let metadata: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let names: BTreeMap<&str, &str> =
        list(&metadata, "packages").iter().map(|package| (text(package, "id"), text(package, "name"))).collect();
    let nodes = list(metadata.get("resolve").unwrap(), "nodes");
    // Only what goes into the product: a dependency of the build or of the tests has another kind.
    let goes_in = |dep: &&Value| list(dep, "dep_kinds").iter().any(|kind| kind.get("kind").is_some_and(Value::is_null));
    let edges: BTreeMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|node| (text(node, "id"), list(node, "deps").iter().filter(goes_in).map(|dep| text(dep, "pkg")).collect()))
        .collect();
    let named = |ids: &BTreeSet<&str>| ids.iter().map(|id| names[id].to_owned()).collect::<BTreeSet<String>>();
    let (mut direct, mut all) = (BTreeMap::new(), BTreeMap::new());
    for member in list(&metadata, "workspace_members") {
        let id = member.as_str().unwrap();
        direct.insert(names[id].to_owned(), named(&edges[id].iter().copied().collect()));
        let (mut reached, mut ahead) = (BTreeSet::new(), edges[id].clone());
        while let Some(next) = ahead.pop() {
            if reached.insert(next) {
                ahead.extend(&edges[next]);
            }
        }
        all.insert(names[id].to_owned(), named(&reached));
    }
    Workspace { direct, all }
}

/// The members, each above what it may know of its own: design, section 2.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("muster-record", &[]),
    ("muster-register", &["muster-record"]),
    ("muster-seal", &["muster-record"]),
    ("muster-rule-sdk", &[]),
    ("muster-traces", &[]),
    ("muster-shipped", &[]),
    ("muster-proto", &["muster-record", "muster-register"]),
    ("muster-client", &["muster-proto"]),
    ("muster-store", &["muster-record"]),
    ("muster-store-postgres", &["muster-record", "muster-store"]),
    // For tests alone: nobody may know it.
    ("muster-store-conformance", &["muster-record", "muster-store", "muster-store-postgres"]),
    // For tests alone: nobody may know it.
    ("muster-sim", &["muster-record", "muster-store"]),
    ("muster-rules", &["muster-record"]),
    (
        "muster-coordinator",
        &["muster-record", "muster-register", "muster-rules", "muster-seal", "muster-store", "muster-traces"],
    ),
    ("muster-exercise", &["muster-coordinator", "muster-record", "muster-rules"]),
    ("muster-outbound", &["muster-coordinator", "muster-record", "muster-seal"]),
    ("muster-console", &["muster-record", "muster-register"]),
    (
        "muster-server",
        &[
            "muster-console",
            "muster-coordinator",
            "muster-exercise",
            "muster-outbound",
            "muster-proto",
            "muster-record",
            "muster-register",
            "muster-traces",
        ],
    ),
    // For tests alone: nobody may know it.
    (
        "muster-sim-server",
        &[
            "muster-client",
            "muster-coordinator",
            "muster-exercise",
            "muster-outbound",
            "muster-proto",
            "muster-record",
            "muster-rules",
            "muster-seal",
            "muster-server",
            "muster-shipped",
            "muster-sim",
            "muster-store",
        ],
    ),
    (
        "muster-fuzz",
        &[
            "muster-exercise",
            "muster-proto",
            "muster-record",
            "muster-register",
            "muster-rules",
            "muster-server",
            "muster-shipped",
        ],
    ),
    (
        "muster",
        &[
            "muster-client",
            "muster-coordinator",
            "muster-exercise",
            "muster-outbound",
            "muster-proto",
            "muster-record",
            "muster-register",
            "muster-rules",
            "muster-seal",
            "muster-server",
            "muster-shipped",
            "muster-store",
            "muster-store-postgres",
        ],
    ),
];

#[test]
fn arrows_between_the_crates_point_only_downward() {
    let Workspace { direct, all: _ } = workspace();
    let members: BTreeSet<&String> = direct.keys().collect();
    for (place, (name, may_know)) in MAY_KNOW.iter().enumerate() {
        let below: Vec<&str> = MAY_KNOW.iter().take(place).map(|(name, _)| *name).collect();
        assert!(may_know.iter().all(|known| below.contains(known)), "{name} stands above what it may know");
        let ours = direct[*name].iter().filter(|known| members.contains(known));
        let unknown: Vec<&String> = ours.filter(|known| !may_know.contains(&known.as_str())).collect();
        assert!(unknown.is_empty(), "{name} must not know {unknown:?}");
    }
    let of_crates = std::fs::read_dir(root().join("crates")).unwrap();
    let crates = of_crates.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    for name in crates {
        assert!(MAY_KNOW.iter().any(|(known, _)| *known == name), "{name} has no place yet");
    }
}

#[test]
fn a_rule_set_knows_the_sdk_and_nothing_of_the_server() {
    let Workspace { direct, all } = workspace();
    for Shipped { name, component: _ } in SHIPPED {
        let ours: Vec<&String> = all[*name].iter().filter(|known| direct.contains_key(*known)).collect();
        assert_eq!(ours, ["muster-rule-sdk"], "{name}");
    }
}

#[test]
fn the_record_knows_no_io_no_wire_and_no_sandbox() {
    let Workspace { direct: _, all } = workspace();
    for far in ["tokio", "tonic", "prost", "rusqlite", "wasmtime", "getrandom", "mio", "hyper"] {
        assert!(!all["muster-record"].contains(far), "muster-record is built with {far}");
    }
}

#[test]
fn nothing_that_a_server_is_built_from_reaches_a_registry_of_rule_sets() {
    let Workspace { direct: _, all } = workspace();
    for (member, known) in &all {
        for client in ["oci-client", "reqwest", "hyper-rustls"] {
            assert!(!known.contains(client), "{member} is built with {client} where nothing was asked for");
        }
    }
    // With the feature it is the command line alone that has it.
    only_in_manifests("oci-client", &["crates/muster"]);
}

/// Claims that a package is named in the manifests of these folders, and in no other, whatever the features.
#[track_caller]
fn only_in_manifests(package: &str, may: &[&str]) {
    for group in ["crates", "plugins", "examples", "tests"] {
        for manifest in manifests(&root().join(group)) {
            let text = std::fs::read_to_string(&manifest).unwrap();
            let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            assert!(!text.contains(package) || may.contains(&folder.as_str()), "{folder} names {package}");
        }
    }
}

/// The manifests of a folder and of the folders in it.
fn manifests(folder: &Path) -> Vec<PathBuf> {
    let within = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let folders = std::iter::once(folder.to_owned()).chain(within);
    folders.map(|folder| folder.join("Cargo.toml")).filter(|manifest| manifest.is_file()).collect()
}

/// Claims that these members, and no others, use one of these packages themselves.
#[track_caller]
fn only(packages: &[&str], may: &[&str]) {
    let Workspace { direct, all: _ } = workspace();
    for (member, known) in &direct {
        let used: Vec<&str> = packages.iter().copied().filter(|package| known.contains(*package)).collect();
        assert!(used.is_empty() || may.contains(&member.as_str()), "{member} uses {used:?}");
    }
}

#[test]
fn the_sandbox_is_in_one_crate() {
    only(&["wasmtime"], &["muster-rules"]);
}

#[test]
fn sql_is_in_the_stores() {
    // The example keeps a mirror in a database of the partner's own; the tests build the examples. The simulator puts a
    // disk of its own below SQLite, and has no statement.
    only(&["rusqlite", "libsqlite3-sys"], &["muster-sim", "muster-store", "muster-examples", "muster-tests"]);
    // Each store speaks to one database. What holds both to their contract troubles the second from beside it.
    only(&["tokio-postgres"], &["muster-store-postgres", "muster-store-conformance"]);
}

#[test]
fn sealing_is_in_one_crate_and_the_store_cannot_open_what_it_keeps() {
    only(&["chacha20poly1305", "hmac"], &["muster-seal"]);
    let Workspace { direct: _, all } = workspace();
    assert!(!all["muster-store"].contains("chacha20poly1305"));
}

#[test]
fn protobuf_and_grpc_are_at_the_edge() {
    let edge = [
        "muster-proto",
        "muster-client",
        "muster-server",
        "muster",
        "muster-sim-server",
        "muster-fuzz",
        "muster-examples",
        "muster-tests",
    ];
    only(&["tonic", "tonic-prost", "tonic-types", "tonic-web", "prost", "prost-types"], &edge);
}

/// The sources under a folder, without what is built from them.
fn sources(under: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "sql") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

#[test]
fn entries_are_inserted_in_one_place_and_changed_in_none() {
    let of_product = |(path, _): &(PathBuf, String)| !path.components().any(|part| part.as_os_str() == "tests");
    let product: Vec<(PathBuf, String)> = sources(&root().join("crates")).into_iter().filter(of_product).collect();
    let says = |words: &str| -> Vec<&Path> {
        let times = |(path, text): &'_ (PathBuf, String)| (path.clone(), text.to_lowercase().matches(words).count());
        let found = product.iter().filter(|source| times(source).1 > 0);
        found.map(|(path, _)| path.strip_prefix(root()).unwrap()).collect()
    };
    let inserts_under = |folder: &Path| -> usize {
        let under = product.iter().filter(|(path, _)| path.starts_with(folder));
        under.map(|(_, text)| text.to_lowercase().matches("insert into entry").count()).sum()
    };
    let crates = root().join("crates");
    // Of each store one, and of nobody else.
    let of_stores = ["muster-store", "muster-store-postgres"].map(|store| inserts_under(&crates.join(store)));
    assert_eq!((of_stores, inserts_under(&crates)), ([1, 1], 2), "{:?}", says("insert into entry"));
    for words in ["update entry", "delete from entry", "insert or replace into entry", "replace into entry"] {
        assert_eq!(says(words), Vec::<&Path>::new(), "{words}");
    }
}

#[test]
fn a_wire_message_is_taken_apart_completely() {
    let of_wire = sources(&root().join("crates/muster-proto/src"));
    assert!(of_wire.len() > 20);
    for (path, text) in of_wire {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            let passes_over = code.contains(", .. }") || code.contains("{ .. }") || code.trim() == "..";
            assert!(!passes_over, "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

/// The product's sources of a crate, tests left out: a file `tests.rs`, and what stands behind `mod tests`.
fn of_product(name: &str) -> Vec<(PathBuf, String)> {
    let found = sources(&root().join("crates").join(name).join("src")).into_iter();
    let product = found.filter(|(path, _)| !path.ends_with("tests.rs"));
    product.map(|(path, text)| (path, text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned())).collect()
}

#[test]
fn the_api_never_makes_the_certificate_optional() {
    let (mut required, mut not_asked) = (Vec::new(), Vec::new());
    for (path, text) in of_product("muster-server") {
        for words in ["client_auth_optional", "allow_unauthenticated", "dangerous()"] {
            assert!(!text.contains(words), "{}: {words}", path.display());
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        required.extend(std::iter::repeat_n(name.clone(), text.matches("with_client_cert_verifier(").count()));
        not_asked.extend(std::iter::repeat_n(name, text.matches(".with_no_client_auth()").count()));
    }
    required.sort();
    not_asked.sort();
    assert_eq!(required, ["tls.rs"]);
    // The people's listener, and the client that fetches keys.
    assert_eq!(not_asked, ["fetch.rs", "tls.rs"]);
    let says = |file: &str, words: &str| {
        let text = std::fs::read_to_string(root().join("crates/muster-server/src").join(file)).unwrap();
        assert!(text.contains(words), "{file}: {words}");
    };
    says("server/premises.rs", "self.accepting(\"api\", Certificates::Required)");
    says("connection.rs", "Certificates::Required => &handshakes.with_systems,");
    says("server/tls.rs", "with_systems: config(pem, Clients::Certified)?,");
}

#[test]
fn what_is_for_simulations_alone_is_used_by_nothing_that_is_shipped() {
    let mut shipped = of_product("muster");
    shipped.extend(of_product("muster-exercise"));
    for (path, text) in shipped {
        for words in ["Threads::Callers", "serve_systems(", "Arriving"] {
            assert!(!text.contains(words), "{}: {words}", path.display());
        }
    }
}

#[test]
fn every_bound_of_the_transport_is_set_and_every_one_is_used() {
    let product = of_product("muster-server");
    let text_of = |end: &str| &product.iter().find(|(path, _)| path.ends_with(end)).unwrap().1;
    let (bounds, routes) = (text_of("bounds.rs"), text_of("server/routes.rs"));
    let bounded = routes.split("fn bounded()").nth(1).unwrap();
    for setter in [
        ".max_concurrent_streams(bounds::",
        ".concurrency_limit_per_connection(bounds::",
        ".load_shed(true)",
        ".http2_max_header_list_size(bounds::",
        ".http2_max_local_error_reset_streams(Some(bounds::",
        ".http2_max_pending_accept_reset_streams(Some(bounds::",
        ".http2_keepalive_interval(Some(bounds::",
        ".http2_keepalive_timeout(Some(bounds::",
        ".http2_adaptive_window(Some(false))",
        ".initial_stream_window_size(bounds::",
        ".initial_connection_window_size(bounds::",
        ".max_frame_size(bounds::",
        ".max_connection_age(bounds::",
        ".max_connection_age_grace(bounds::",
    ] {
        assert!(bounded.contains(setter), "{setter} is not set");
    }
    // A call's time is its method's, and is kept at the door, which every call passes.
    assert!(text_of("door.rs").contains("deadline::within(allowed, inner.call("));
    // Every service of ours has both bounds of a message.
    let (services, bounded) =
        (routes.matches("ServiceServer::new(").count(), routes.matches("size(bounds::MESSAGE").count());
    assert!(services >= 7 && bounded == 2 * services, "{services} services, {bounded} bounds");
    let names = bounds.lines().filter_map(|line| line.strip_prefix("pub(crate) const ")?.split(':').next());
    let names: Vec<&str> = names.collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        let used = |(path, text): &(PathBuf, String)| {
            !path.ends_with("bounds.rs") && text.contains(&format!("bounds::{name}"))
        };
        assert!(product.iter().any(used), "bounds::{name} is used nowhere");
    }
    for (name, value) in [
        ("STREAMS", "64"),
        ("REQUESTS", "64"),
        ("ERROR_RESETS", "1024"),
        ("PENDING_RESETS", "20"),
        ("HEADERS", "16 * 1024"),
        ("MESSAGE_IN", "256 * 1024"),
        ("KEEPALIVE", "Duration::from_secs(20)"),
        ("KEEPALIVE_ANSWER", "Duration::from_secs(10)"),
        ("HANDSHAKE", "Duration::from_secs(5)"),
        ("CALL", "Duration::from_secs(10)"),
        ("COMPILING_CALL", "Duration::from_secs(120)"),
        ("WATCH_STALL", "Duration::from_secs(15)"),
        ("CONNECTION_AGE", "Duration::from_secs(3600)"),
        ("CONNECTIONS", "1_024"),
        ("CONNECTIONS_PER_AGENCY", "32"),
        ("WATCHERS_PER_AGENCY", "64"),
    ] {
        let says = |line: &str| {
            line.starts_with(&format!("pub(crate) const {name}:")) && line.ends_with(&format!("= {value};"))
        };
        assert!(bounds.lines().any(says), "{name} is not {value}");
    }
}
