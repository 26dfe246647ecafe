//! Ready means fit: a server is ready when every record was walked and is as it was written. One that is not seals the
//! store: nothing more is written, and what can be read still is.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use tonic::Code;

use crate::home::{COUNCIL, Home, House};
use crate::participant::{note, options, refused, request};
use crate::tampering::{as_operator, covered_up};

fn readyz(house: &House<'_>) -> (u16, String) {
    let mut stream = TcpStream::connect(house.serving.probes()).unwrap();
    stream.write_all(b"GET /readyz HTTP/1.0\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.trim().to_owned())
}

/// What a server says once it has walked its records.
async fn walked(house: &House<'_>) -> (u16, String) {
    loop {
        let (code, said) = tokio::task::block_in_place(|| readyz(house));
        if !said.starts_with("checking") {
            return (code, said);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_ready_when_its_records_are_walked() {
    let home = Home::new();
    let house = home.open().await;
    assert_eq!(walked(&house).await, (200, "ready".to_owned()));
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, (0..50).map(|number| note(&format!("note {number}")))).await;
    house.close().await;
    let house = home.open().await;
    assert_eq!(walked(&house).await, (200, "ready".to_owned()));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_with_a_changed_record_is_read_only_and_says_which_record_it_is() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, changed) = house.rosebank().await;
    council.does(&changed, [note("the home is safe")]).await;
    let sound = council.opens("Larch Court", muster_record::situation::IncidentKind::ProviderFailure).await;
    house.close().await;
    let raw = as_operator(&home);
    let altered = raw.execute(
        "UPDATE entry SET payload = replace(payload, 'the home is safe', 'the home is fine') WHERE incident = ?1",
        [&changed],
    );
    assert!(altered.unwrap() > 0);
    covered_up(&raw);
    drop(raw);

    let house = home.open().await;
    let (code, said) = walked(&house).await;
    assert_eq!(code, 503);
    assert!(said.starts_with("sealed, read only: ") && said.contains(&changed), "{said}");
    let council = house.client(COUNCIL).await;
    // Of the record itself nothing can be told any more; the others are read, and not written: what was done to the one
    // may have been done to all of the file.
    let asked = council.appends(request(&changed, options(), [note("one more")])).await;
    refused(asked, Code::DataLoss, "RECORD_DAMAGED");
    let asked = council.appends(request(&sound, options(), [note("one more")])).await;
    refused(asked, Code::FailedPrecondition, "STORE_SEALED");
    assert!(!council.reads(&sound).await.is_empty());
    house.close().await;
}
