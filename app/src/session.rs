//! Sessions: who a token stands for, and how long.

use std::time::Duration;

use durably::prelude::*;
use subtle::ConstantTimeEq as _;

use crate::auth::{self, Token};
use crate::config::AppConfig;
use crate::user::UserId;

/// A user's session.
#[durable_state]
pub struct Session {
    user: UserId,
    token_hash: Vec<u8>,
    created_at: Timestamp,
    expires_at: Timestamp,
    #[durable(default = false)]
    ended: bool,
}

/// What a session tells about itself.
#[derive(Debug, Durable)]
pub struct SessionView {
    session: String,
    user: UserId,
    created_at: Timestamp,
    expires_at: Timestamp,
}

#[durable_rpc(authorize = auth::own_session)]
impl Session {
    #[rpc(create)]
    fn open(user: UserId, token_hash: Vec<u8>, created_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { user, token_hash, created_at, expires_at, ended: false }
    }

    /// The user, if the hash is that of this session's token and the session lives.
    #[rpc]
    fn verify(&self, cx: &Cx, token_hash: &[u8]) -> Option<UserId> {
        let same: bool = self.token_hash.as_slice().ct_eq(token_hash).into();
        (same && !self.ended && cx.now() < self.expires_at).then(|| self.user.clone())
    }

    /// The session, to its owner.
    #[rpc(http = "GET /v1/sessions/{id}")]
    fn show(&self, cx: &Cx) -> SessionView {
        SessionView {
            session: cx.object_id(),
            user: self.user.clone(),
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }

    /// Ends the session: its token is dead at once.
    #[rpc(http = "DELETE /v1/sessions/{id}")]
    fn end(&mut self) {
        self.ended = true;
    }
}

/// A new session. The token is shown this once.
#[derive(Debug, Durable)]
pub struct Opened {
    session: String,
    token: String,
    expires_at: Timestamp,
}

#[durable_route("POST /v1/sessions", authorize = auth::issuer, status = 201)]
async fn open_session(cx: &RouteCx, user: String) -> Result<Opened> {
    let user = UserId::checked(user)?;
    let minutes = cx.config::<AppConfig>().await?.session_minutes;
    let secret = cx.random::<32>();
    let session = Session::unique(cx.env())?;
    let created_at = cx.now();
    let expires_at = created_at + Duration::from_secs(u64::from(minutes) * 60);
    session.open(user, Token::hash(&secret), created_at, expires_at).await?;
    let token = Token::write(session.id(), &secret);
    Ok(Opened { session: session.id().to_owned(), token, expires_at })
}
