//! Where nothing is posted to.

use tonic::Code;

use super::all_to;
use crate::home::Home;
use crate::participant::refused;
use crate::receiving::Receiver;

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_not_public_are_refused_with_the_reason() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, _) = house.rosebank().await;
    for (url, why) in [
        ("http://example.org/in", "url does not begin with https://"),
        ("https://127.0.0.1/in", "url is refused: 127.0.0.1 is loopback"),
        ("https://10.1.2.3/in", "url is refused: 10.1.2.3 is private"),
        ("https://169.254.169.254/latest", "url is refused: 169.254.169.254 is link-local"),
        ("https://100.64.0.1/", "url is refused: 100.64.0.1 is shared behind a carrier's NAT"),
        ("https://[::1]/in", "url is refused: ::1 is loopback"),
        ("https://[fd00::1]/in", "url is refused: fd00::1 is unique-local"),
        ("https://[::ffff:10.0.0.1]/in", "url is refused: ::ffff:10.0.0.1 is an IPv4 address in the form of IPv6"),
        (
            "https://me:secret@example.org/",
            "url holds a user or a password, which would be sent and shown: take them out",
        ),
    ] {
        let status = refused(council.hooks_up(all_to(url)).await, Code::InvalidArgument, "INVALID_FIELD");
        assert_eq!(status.message(), why);
    }
    // A name is looked at when it is resolved, and the address that it has then is the one that counts.
    let receiver = Receiver::willing().await;
    let port = receiver.address.port();
    for host in ["localhost", "2130706433", "0x7f000001", "127.1"] {
        let number =
            council.hooks_up(all_to(&format!("https://{host}:{port}/in"))).await.unwrap().webhook.unwrap().number;
        let hook = council.hook_once(|hook| !hook.last_error.is_empty()).await;
        let refused = hook.last_error.starts_with("refused: ") && hook.last_error.ends_with(" is loopback");
        // Some systems do not read numbers as addresses at all.
        assert!(refused || (host != "localhost" && hook.last_error.contains("is not resolved")), "{}", hook.last_error);
        let delete = muster_proto::v1::DeleteWebhookRequest { number };
        council.client.webhooks.clone().delete_webhook(delete).await.unwrap();
    }
    assert!(receiver.got().is_empty());
    house.close().await;
}
