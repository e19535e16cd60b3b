//! How `broadsheet serve` listens.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use super::{Told, values::Values};

#[derive(Clone, Debug, PartialEq)]
pub struct SidecarConfig {
    pub listen: SocketAddr,
    /// `None`: plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Clients served at once.
    pub max_connections: usize,
    /// For a request's head, and for an idle connection's next one.
    pub header_read_timeout: Duration,
    /// For a whole body.
    pub body_read_timeout: Duration,
}

/// PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, intermediates after it.
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Default for SidecarConfig {
    fn default() -> SidecarConfig {
        SidecarConfig::read(&mut Values::read(Told::default()))
    }
}

impl SidecarConfig {
    pub(super) fn read(values: &mut Values) -> SidecarConfig {
        let (cert, key) = (values.path("cert_file"), values.path("cert_key"));
        if cert.is_some() != key.is_some() {
            let (given, lacking) = if cert.is_some() { ("cert_file", "cert_key") } else { ("cert_key", "cert_file") };
            values.problem(given, format!("expected {lacking} too; the sidecar does not start"));
        }
        SidecarConfig {
            listen: values.socket("listen").unwrap_or(([127, 0, 0, 1], 3080).into()),
            // Half of it is no plain HTTP: loading fails then.
            tls: (cert.is_some() || key.is_some()).then(|| TlsFiles { cert: cert.unwrap_or_default(), key: key.unwrap_or_default() }),
            max_connections: values.count("max_connections") as usize,
            header_read_timeout: values.span("header_read_timeout"),
            body_read_timeout: values.span("body_read_timeout"),
        }
    }
}
