//! Who calls: made by the door from what Grafana says, never from a header a client could write.

use axum::{
    extract::{MatchedPath, RawPathParams, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use http::Method;

use super::{ApiError, ApiState, extract::report_ref};
use crate::{
    rights::{self, Identity, Need, Pending, Proof},
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
    /// Set by the guard for [`rights::REPORT_IN_BODY`] only: not decided yet.
    pub pending: Option<Pending>,
}

impl From<&Caller> for Requester {
    fn from(caller: &Caller) -> Requester {
        Requester { login: caller.login.clone(), user_id: caller.user_id }
    }
}

/// The number of the caller as the guard has found it out, beside the answer for who looks at it from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownUser(pub Option<i64>);

/// Lets those pass who hold what [`rights::NEEDS`] asks for the operation; the caller is there for the handlers then.
pub(super) async fn guard(
    State(state): State<ApiState>,
    route: MatchedPath,
    parameters: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let need = rights::need_of(request.method(), route.as_str()).unwrap_or(Need::Admin);
    if need == Need::Open {
        return next.run(request).await;
    }
    let Some(caller) = request.extensions_mut().remove::<Caller>() else { return ApiError::unauthorized().into_response() };
    let caller = match state.rights.know(caller).await {
        Ok(caller) => caller,
        Err(refusal) => return ApiError::from(refusal).into_response(),
    };
    let known = KnownUser(caller.user_id);
    let mut response = match admit(&state, caller, need, &route, &parameters, request.method()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(known);
    response
}

async fn admit(
    state: &ApiState,
    mut caller: Caller,
    need: Need,
    route: &MatchedPath,
    parameters: &RawPathParams,
    method: &Method,
) -> Result<Caller, ApiError> {
    let Err(refusal) = state.rights.permit(&caller, need).await else { return Ok(caller) };
    let Need::Actions(actions) = need else { return Err(refusal.into()) };
    if !state.rights.has_exceptions() {
        return Err(refusal.into());
    }
    if let Some((_, id)) = parameters.iter().find(|(name, _)| *name == "id")
        && let Ok(which) = report_ref(id)
        && rights::is_excepted(state, &caller, actions, which).await?
    {
        return Ok(caller);
    }
    let route = route.as_str();
    if (method.as_str(), route.strip_prefix("/api").unwrap_or(route)) == rights::REPORT_IN_BODY {
        caller.pending = Some(Pending { actions, refusal });
        return Ok(caller);
    }
    Err(refusal.into())
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
