//! Which addresses a setting may make this program call. The one table of ranges, after IANA's registries of special-purpose addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anybody's.
    Public,
    /// Inside the network or this machine: only for hosts that the server's administrator has named.
    Inside,
    /// Never: link-local (metadata of clouds), multicast, broadcast, documentation, reserved.
    Nowhere,
}

pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] | [198, 18 | 19, ..] => Reach::Inside,
        [0, ..] | [169, 254, ..] | [224..=255, ..] => Reach::Nowhere,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 51, 100, _] | [203, 0, 113, _] => Reach::Nowhere,
        // Public by its number, but Azure's own service inside every machine there.
        [168, 63, 129, 16] => Reach::Nowhere,
        _ => Reach::Public,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        reach_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Inside,
        // IPv4 in other clothes: mapped, through NAT64, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => inner(high, low),
        [0x64, 0xff9b, 1, ..] => Reach::Inside,
        // Amazon's metadata has a unique local address.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Reach::Nowhere,
        [0xfc00..=0xfdff, ..] | [0xfec0..=0xfeff, ..] => Reach::Inside,
        // Teredo and IETF's own, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Reach::Nowhere,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Nowhere,
    }
}

/// Hosts inside the network that logos may come from: names, `*.corp.example`, addresses, or `*` for all.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    pub fn new(hosts: &[String]) -> AllowedHosts {
        AllowedHosts(hosts.iter().map(|host| plain(host)).collect())
    }

    pub fn has(&self, host: &str) -> bool {
        let host = plain(host);
        self.0.iter().any(|allowed| match allowed.strip_prefix('*') {
            Some("") => true,
            Some(suffix) => suffix.starts_with('.') && host.len() > suffix.len() && host.ends_with(suffix),
            None => *allowed == host,
        })
    }

    /// Whether `host`, which is at `address`, may be called.
    pub fn permit(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        match reach(address) {
            Reach::Public => Ok(()),
            Reach::Inside if self.has(host) => Ok(()),
            Reach::Inside => Err(Refused::Inside),
            Reach::Nowhere => Err(Refused::Nowhere),
        }
    }
}

/// Says no more than that: which address a name has inside the network is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("its host is inside the network; the server's administrator may allow it in logo_allowed_hosts")]
    Inside,
    #[error("its host's address is not one to call")]
    Nowhere,
}

/// As it is compared: in lower case, without a final dot or the brackets of IPv6.
fn plain(host: &str) -> String {
    host.trim().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let check = |addresses: &[&str], expected| {
            for address in addresses {
                assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
            }
        };
        check(&["8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.167.0.1", "198.20.0.1"], Reach::Public);
        check(&["127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"], Reach::Inside);
        check(&["100.64.0.1", "100.100.100.200", "100.127.255.255", "198.18.0.1", "198.19.0.1"], Reach::Inside);
        check(&["0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"], Reach::Nowhere);
        check(
            &["255.255.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.51.100.1", "203.0.113.1", "168.63.129.16"],
            Reach::Nowhere,
        );
        check(&["2606:4700:4700::1111", "2a00:1450::1", "2002:808:808::1", "64:ff9b::808:808", "::ffff:8.8.8.8"], Reach::Public);
        check(&["::1", "fc00::1", "fd12:3456::1", "fec0::1", "64:ff9b:1::1"], Reach::Inside);
        check(&["::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1"], Reach::Inside);
        check(
            &["::", "::127.0.0.1", "fe80::1", "fe80::a9fe:a9fe", "febf::1", "ff02::1", "100::1", "2001:db8::1", "3fff::1"],
            Reach::Nowhere,
        );
        check(
            &["2001::1", "2001:10::1", "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "5f00::1"],
            Reach::Nowhere,
        );
    }

    #[test]
    fn hosts_that_are_allowed() {
        let check = |allowed: &[&str], host: &str, address: &str, expected| {
            let allowed = AllowedHosts::new(&allowed.iter().map(|host| host.to_string()).collect::<Vec<_>>());
            assert_eq!(allowed.permit(host, address.parse().unwrap()), expected, "{host} {address}");
        };
        check(&[], "example.org", "8.8.8.8", Ok(()));
        check(&[], "intra", "10.0.0.1", Err(Refused::Inside));
        check(&["Intra"], "intra.", "10.0.0.1", Ok(()));
        check(&["intra"], "intra.evil.example", "10.0.0.1", Err(Refused::Inside));
        check(&["*.corp.example"], "cdn.corp.example", "10.0.0.1", Ok(()));
        check(&["*.corp.example"], "corp.example", "10.0.0.1", Err(Refused::Inside));
        check(&["*.corp.example"], "evilcorp.example", "10.0.0.1", Err(Refused::Inside));
        check(&["*corp.example"], "evilcorp.example", "10.0.0.1", Err(Refused::Inside));
        check(&["::1"], "[::1]", "::1", Ok(()));
        check(&["*"], "anything", "127.0.0.1", Ok(()));
        check(&["*", "169.254.169.254"], "169.254.169.254", "169.254.169.254", Err(Refused::Nowhere));
    }
}
