//! What a door has in hand to show who calls.

use std::fmt;

use crate::{config::Secret, sidecar::CallerCredentials};

/// What came with a call; never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing beyond the door's own word for login and role.
    #[default]
    None,
    /// The plugin door: `X-Grafana-Id`, not verified yet.
    IdToken(Secret),
    /// The sidecar: the caller's own credentials, which Grafana has accepted.
    Credentials(CallerCredentials),
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proof::None => "None",
            Proof::IdToken(_) => "IdToken(***)",
            Proof::Credentials(_) => "Credentials(***)",
        })
    }
}
