//! The way to the database server is encrypted, and whoever answers has to be vouched for.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use muster_store::{OpenError, ServerError, Writes as _};
use muster_store_conformance::cluster::{Cluster, Ends};
use muster_store_conformance::scene::{Told as _, all, record};
use muster_store_postgres::{Settings, Store};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

/// An authority's certificate, and a server's certificate and key that it vouches for under the name `localhost`.
fn certify(folder: &Path) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(folder.join("root.pem"), authority.pem()).unwrap();
    std::fs::write(folder.join("server.pem"), server.pem()).unwrap();
    std::fs::write(folder.join("server.key"), key.serialize_pem()).unwrap();
    std::fs::set_permissions(folder.join("server.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_server_is_written_to_over_tls_if_it_is_who_it_says() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on -c ssl_cert_file=../server.pem -c ssl_key_file=../server.key"
    );
    let Some(cluster) = Cluster::start_with(Ends::AndIsKept, &options, certify) else { return };
    let address = |host: &str, mode: &str| format!("postgres://muster@{host}:{port}/postgres?sslmode={mode}");
    let root = Some(cluster.folder().join("root.pem"));

    let sound = Settings { root: root.clone(), ..Settings::at(&address("localhost", "require")) };
    let mut store = Store::open(&sound, [7; 16]).unwrap();
    store.commit(&[record(1).says(&["opened"]).write()]).unwrap();
    assert_eq!(all(&store).len(), 1);

    let unknown = Settings::at(&address("localhost", "require"));
    let misnamed = Settings { root, ..Settings::at(&address("127.0.0.1", "require")) };
    for settings in [unknown, misnamed] {
        let err = Store::open(&settings, [7; 16]).unwrap_err();
        assert!(matches!(err, OpenError::Server(ServerError::Refused { .. } | ServerError::Away { .. })), "{err:?}");
        assert!(format!("{err:?}").contains("InvalidCertificate"), "{err:?}");
    }
}
