//! Who calls: made by the door from what Grafana says, never from a header a client could write.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{ApiError, ApiState};
use crate::{
    rights::{self, Identity, Need, Proof},
    scheduler::Requester,
};

/// The organisation role of a caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    Admin,
    Editor,
    Viewer,
    /// "None", not a member of the organisation, or a word we do not know.
    #[default]
    None,
}

impl Role {
    /// Grafana's spelling; anything else (`""` for someone outside the organisation) is [`Role::None`].
    pub fn parse(text: &str) -> Role {
        match text {
            "Admin" => Role::Admin,
            "Editor" => Role::Editor,
            "Viewer" => Role::Viewer,
            _ => Role::None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Admin => "Admin",
            Role::Editor => "Editor",
            Role::Viewer => "Viewer",
            Role::None => "None",
        }
    }
}

/// One caller in one organisation; a request extension in every door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    pub org_id: i64,
    /// Empty for anonymous access.
    pub login: String,
    pub role: Role,
    /// Grafana's number of the caller, where it is known: the plugin protocol itself carries none.
    pub user_id: Option<i64>,
    pub email: String,
    pub name: String,
    /// What the door has in hand for finer checks than the role.
    pub proof: Proof,
    /// Verified from the proof; only the router's guard sets it.
    pub identity: Option<Identity>,
}

impl From<&Caller> for Requester {
    fn from(caller: &Caller) -> Requester {
        Requester { login: caller.login.clone(), user_id: caller.user_id }
    }
}

/// Lets those pass who hold what [`rights::NEEDS`] asks for the operation; the caller is there for the handlers then.
pub(super) async fn guard(State(state): State<ApiState>, route: MatchedPath, mut request: Request, next: Next) -> Response {
    let need = rights::need_of(request.method(), route.as_str()).unwrap_or(Need::Admin);
    if need == Need::Open {
        return next.run(request).await;
    }
    let Some(caller) = request.extensions_mut().remove::<Caller>() else { return ApiError::unauthorized().into_response() };
    match state.rights.admit(caller, need).await {
        Err(refusal) => ApiError::from(refusal).into_response(),
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_of_unknown_words_is_none() {
        for (text, expected) in [
            ("Admin", Role::Admin),
            ("Editor", Role::Editor),
            ("Viewer", Role::Viewer),
            ("None", Role::None),
            ("", Role::None),
            ("admin", Role::None),
        ] {
            assert_eq!(Role::parse(text), expected, "{text:?}");
        }
    }
}
