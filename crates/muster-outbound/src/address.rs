//! Which addresses may be posted to: the public Internet, and nothing that stands behind the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not posted to; nothing where it may be. `loopback` is taken where the configuration allows it.
pub(crate) fn refused(address: IpAddr, loopback: bool) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => refused_v4(address, loopback),
        IpAddr::V6(address) => refused_v6(address, loopback),
    }
}

fn refused_v4(address: Ipv4Addr, loopback: bool) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, _, _) if loopback => None,
        (0, _, _) => Some("is of this network"),
        (10, _, _) | (172, 16..=31, _) | (192, 168, _) => Some("is private"),
        (100, 64..=127, _) => Some("is shared behind a carrier's NAT"),
        (127, _, _) => Some("is loopback"),
        (169, 254, _) => Some("is link-local"),
        (192, 0, 0) => Some("is reserved for protocols"),
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Some("is for documentation"),
        (192, 88, 99) => Some("is a relay"),
        (198, 18..=19, _) => Some("is for benchmarks"),
        (224..=239, _, _) => Some("is multicast"),
        (240..=255, _, _) => Some("is reserved or broadcast"),
        (_, _, _) => None,
    }
}

fn refused_v6(address: Ipv6Addr, loopback: bool) -> Option<&'static str> {
    if address == Ipv6Addr::LOCALHOST {
        return if loopback { None } else { Some("is loopback") };
    }
    if address.is_unspecified() {
        return Some("is of this network");
    }
    if address.to_ipv4_mapped().is_some() {
        // Whatever it holds: no name resolves so to a host that is meant.
        return Some("is an IPv4 address in the form of IPv6");
    }
    let [a, b, c, ..] = address.segments();
    match (a, b, c) {
        (0, _, _) => Some("is an IPv4 address in the form of IPv6"),
        (0x64, 0xff9b, _) => Some("is translated to IPv4"),
        (0x2001, 0..=0x1ff, _) => Some("is a tunnel or reserved for protocols"),
        (0x2001, 0xdb8, _) | (0x3fff, 0..=0xfff, _) => Some("is for documentation"),
        (0x2002, _, _) => Some("is a tunnel to IPv4"),
        (0xfc00..=0xfdff, _, _) => Some("is unique-local"),
        (0xfe80..=0xfebf, _, _) => Some("is link-local"),
        (0xfec0..=0xfeff, _, _) => Some("is site-local"),
        (0xff00..=0xffff, _, _) => Some("is multicast"),
        (0x2000..=0x3fff, _, _) => None,
        (_, _, _) => Some("is reserved"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str) -> Option<&'static str> {
        refused(address.parse().unwrap(), false)
    }

    #[test]
    fn nothing_that_stands_behind_the_server_is_posted_to() {
        for (address, why) in [
            ("0.0.0.0", "is of this network"),
            ("10.1.2.3", "is private"),
            ("172.16.0.1", "is private"),
            ("172.31.255.255", "is private"),
            ("192.168.1.1", "is private"),
            ("100.64.0.1", "is shared behind a carrier's NAT"),
            ("100.127.255.255", "is shared behind a carrier's NAT"),
            ("127.0.0.1", "is loopback"),
            ("127.255.255.254", "is loopback"),
            ("169.254.169.254", "is link-local"),
            ("192.0.0.170", "is reserved for protocols"),
            ("198.18.0.1", "is for benchmarks"),
            ("203.0.113.9", "is for documentation"),
            ("224.0.0.1", "is multicast"),
            ("240.0.0.1", "is reserved or broadcast"),
            ("255.255.255.255", "is reserved or broadcast"),
            ("::", "is of this network"),
            ("::1", "is loopback"),
            ("::ffff:127.0.0.1", "is an IPv4 address in the form of IPv6"),
            ("::ffff:8.8.8.8", "is an IPv4 address in the form of IPv6"),
            ("::127.0.0.1", "is an IPv4 address in the form of IPv6"),
            ("64:ff9b::7f00:1", "is translated to IPv4"),
            ("64:ff9b:1::7f00:1", "is translated to IPv4"),
            ("2001::1", "is a tunnel or reserved for protocols"),
            ("2001:db8::1", "is for documentation"),
            ("2002:7f00:1::1", "is a tunnel to IPv4"),
            ("fc00::1", "is unique-local"),
            ("fdff::1", "is unique-local"),
            ("fe80::1", "is link-local"),
            ("fec0::1", "is site-local"),
            ("ff02::1", "is multicast"),
            ("100::1", "is reserved"),
            ("4000::1", "is reserved"),
        ] {
            assert_eq!(check(address), Some(why), "{address}");
        }
    }

    #[test]
    fn the_public_internet_is() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert_eq!(check(address), None, "{address}");
        }
    }

    #[test]
    fn loopback_is_where_it_was_allowed_and_nothing_else() {
        for (address, taken) in [("127.0.0.1", true), ("::1", true), ("10.0.0.1", false), ("::ffff:127.0.0.1", false)] {
            assert_eq!(refused(address.parse().unwrap(), true).is_none(), taken, "{address}");
        }
    }
}
