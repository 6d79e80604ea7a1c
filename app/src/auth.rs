//! Who may do what.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use durably::prelude::*;
use durably::{Error, Failure};
use sha2::{Digest as _, Sha256};

use crate::config::AppConfig;
use crate::session::Session;
use crate::user::UserId;

/// A caller with a session.
#[derive(Clone, Debug, Durable)]
pub struct Who {
    /// The session's user.
    pub user: UserId,
}

/// A session's token: its id, a dot, 32 random bytes in base64url without padding. The random part is stored as its
/// SHA-256 only.
pub struct Token;

impl Token {
    /// The token of a session.
    pub fn write(session: &str, secret: &[u8; 32]) -> String {
        format!("{session}.{}", URL_SAFE_NO_PAD.encode(secret))
    }

    /// What is stored of a token's random part.
    pub fn hash(secret: &[u8]) -> Vec<u8> {
        Sha256::digest(secret).to_vec()
    }

    /// The session's id and the hash of the random part; `None` for anything that is no token.
    fn read(token: &str) -> Option<(&str, Vec<u8>)> {
        let (session, secret) = token.split_once('.')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok().filter(|secret| secret.len() == 32)?;
        Some((session, Self::hash(&secret)))
    }
}

/// Lets in whoever has the token of a living session.
pub async fn signed_in(caller: &HttpCaller, env: &Env) -> Authorized<Who> {
    session_of(caller, env).await.map(|(_, who)| who)
}

/// Lets in whoever has the token of the session in the path.
pub async fn own_session(caller: &HttpCaller, env: &Env) -> Authorized<Who> {
    let (session, who) = session_of(caller, env).await?;
    if caller.param("id") == Some(&session) { Ok(who) } else { Err(Refusal::Unauthorized) }
}

async fn session_of(caller: &HttpCaller, env: &Env) -> Authorized<(String, Who)> {
    let token = caller.bearer().ok_or(Refusal::Unauthorized)?;
    let (id, hash) = Token::read(&token).ok_or(Refusal::Unauthorized)?;
    let session = Session::by_id(env, id).map_err(|_| Refusal::Unauthorized)?;
    match session.verify(&hash).await {
        Ok(Some(user)) => Ok((id.to_owned(), Who { user })),
        Ok(None) | Err(Failure::Durably(Error::NotCreated)) => Err(Refusal::Unauthorized),
        // An object that can't be asked now is no reason to tell its owner that the token is bad.
        Err(_) => Err(Refusal::Unavailable),
    }
}

/// Lets in the issuer of sessions.
pub async fn issuer(caller: &HttpCaller, env: &Env) -> Authorized {
    key(caller, env, |config| &config.session_issuer_key).await
}

/// Lets in operators.
pub async fn operator(caller: &HttpCaller, env: &Env) -> Authorized {
    key(caller, env, |config| &config.operator_key).await
}

async fn key(caller: &HttpCaller, env: &Env, wanted: fn(&AppConfig) -> &Secret<String>) -> Authorized {
    let given = caller.bearer().ok_or(Refusal::Unauthorized)?;
    let config = AppConfig::load(env).await.map_err(|_| Refusal::Unavailable)?;
    if wanted(&config).matches(&given) { Ok(()) } else { Err(Refusal::Unauthorized) }
}
