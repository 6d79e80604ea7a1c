//! Conversations between a person and the code generator.

use durably::prelude::*;

use crate::auth::{self, Who};
use crate::config::AppConfig;
use crate::user::{UserId, invalid};

/// A conversation.
#[durable_state]
pub struct Conversation {
    owner: UserId,
    title: String,
    #[durable(default = Status::Open)]
    status: Status,
    created_at: Timestamp,
    turns: Log<Turn>,
}

/// Whether turns are still taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Durable)]
pub enum Status {
    /// They are.
    Open,
    /// Not any more.
    Closed,
}

/// One turn.
#[derive(Clone, Debug, PartialEq, Durable)]
pub struct Turn {
    role: Role,
    text: String,
    at: Timestamp,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Durable)]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// A tool that the model called.
    Tool,
}

/// A turn that is to be appended.
#[derive(Clone, Debug, Durable)]
pub struct NewTurn {
    role: Role,
    text: String,
}

/// The place of an appended turn.
#[derive(Debug, Durable)]
pub struct Appended {
    seq: Seq,
}

/// A turn with its place.
#[derive(Debug, Durable)]
pub struct TurnView {
    seq: Seq,
    role: Role,
    text: String,
    at: Timestamp,
}

/// Turns in their order.
#[derive(Debug, Durable)]
pub struct TurnPage {
    turns: Vec<TurnView>,
    next: Option<Seq>,
}

/// A conversation without its turns.
#[derive(Debug, Durable)]
pub struct ConversationView {
    conversation: String,
    title: String,
    status: Status,
    turns: u64,
    created_at: Timestamp,
    last_activity_at: Timestamp,
}

/// What can be wrong with a turn.
#[derive(Debug, DurableError)]
pub enum ChatError {
    /// The conversation takes no more turns.
    #[error(status = 409, "the conversation is closed")]
    Closed,
    /// The text is longer than the configuration allows.
    #[error(status = 422, "text has {len} characters, at most {max} are allowed")]
    TooLong {
        /// Its characters.
        len: u32,
        /// The most that are allowed.
        max: u32,
    },
}

#[durable_rpc(authorize = (auth::signed_in, Conversation::owned_by))]
impl Conversation {
    #[rpc(create)]
    fn open(cx: &Cx, owner: UserId, title: String) -> Self {
        Self { owner, title, status: Status::Open, created_at: cx.now(), turns: Log::new() }
    }

    fn owned_by(&self, who: &Who) -> Authorized {
        // Nobody else is told that it exists.
        if self.owner == who.user { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// The conversation without its turns. Their number and the last activity are those of the last turn, so that an
    /// append stays one row.
    #[rpc(http = "GET /v1/conversations/{id}")]
    pub fn show(&self, cx: &Cx) -> Result<ConversationView> {
        let last = self.turns.latest()?;
        Ok(ConversationView {
            conversation: cx.object_id(),
            title: self.title.clone(),
            status: self.status,
            turns: last.as_ref().map_or(0, |(seq, _)| seq.get()),
            created_at: self.created_at,
            last_activity_at: last.map_or(self.created_at, |(_, turn)| turn.at),
        })
    }

    /// Appends a turn and returns its place.
    #[rpc(http = "POST /v1/conversations/{id}/turns", status = 201)]
    pub fn append(&mut self, cx: &Cx, turn: NewTurn) -> Result<Appended, ChatError> {
        if self.status == Status::Closed {
            return Err(ChatError::Closed.into());
        }
        turn.fits(cx.config::<AppConfig>()?)?;
        let seq = self.turns.push(Turn { role: turn.role, text: turn.text, at: cx.now() })?;
        Ok(Appended { seq })
    }

    /// Turns after a place.
    #[rpc(http = "GET /v1/conversations/{id}/turns")]
    pub fn turns(&self, after: Seq, limit: Limit) -> Result<TurnPage> {
        let page = self.turns.page(after, limit)?;
        let view = |(seq, turn): (Seq, Turn)| TurnView { seq, role: turn.role, text: turn.text, at: turn.at };
        Ok(TurnPage { turns: page.items.into_iter().map(view).collect(), next: page.next })
    }

    /// Closes the conversation: it takes no more turns.
    #[rpc(http = "POST /v1/conversations/{id}/close")]
    pub fn close(&mut self) {
        self.status = Status::Closed;
    }
}

impl NewTurn {
    fn fits(&self, config: &AppConfig) -> Result<(), ChatError> {
        if self.text.is_empty() {
            return Err(invalid("text", "must not be empty").into());
        }
        let len = u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX);
        if len > config.max_text {
            return Err(ChatError::TooLong { len, max: config.max_text }.into());
        }
        Ok(())
    }
}
