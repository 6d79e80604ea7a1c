//! What an `authorize` function says to those whom it does not let in.

use super::code::Code;

/// How an `authorize` function turns a caller away.
///
/// ```rust
/// # use durably::prelude::*;
/// /// `GET /reports/{id}` of one's own team only.
/// fn may_read(team: &str, caller_team: Option<&str>) -> Authorized {
///     match caller_team {
///         None => Err(Refusal::Unauthorized),
///         Some(own) if own == team => Ok(()),
///         // `Forbidden` would tell that the report exists.
///         Some(_) => Err(Refusal::NotFound),
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401: nobody knows who calls.
    #[error("authentication is required, or what was given is not valid")]
    Unauthorized,
    /// 403: known, and not allowed.
    #[error("this caller may not do this")]
    Forbidden,
    /// 404: the caller is not even told that it exists.
    #[error("there is no such thing")]
    NotFound,
    /// 503: whether the caller may could not be found out; never a licence.
    #[error("who calls could not be established now; try again")]
    Unavailable,
}

impl Refusal {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.own_code().word()
    }

    /// The HTTP status.
    pub fn status(self) -> u16 {
        self.own_code().status()
    }

    pub(super) const fn own_code(self) -> Code {
        match self {
            Self::Unauthorized => Code::Unauthorized,
            Self::Forbidden => Code::Forbidden,
            Self::NotFound => Code::NotFound,
            Self::Unavailable => Code::Unavailable,
        }
    }
}
