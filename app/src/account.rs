//! Accounts: a user's index of conversations.
//!
//! An entry is pending before its conversation is made, and ready after. A crash between the two leaves a pending entry;
//! once it is older than any creation can take, the list hides it and the next write removes it, unless the conversation
//! is there.

use std::time::Duration;

use durably::prelude::*;
use durably::{Error, Failure};

use crate::auth::{self, Who};
use crate::config::AppConfig;
use crate::conversation::Conversation;
use crate::user::{UserId, invalid};

/// A user's index.
#[durable_state]
pub struct Account {
    /// By id, which sorts by time.
    entries: Map<Uuid, Entry>,
    /// Those whose conversation may not be there yet.
    pending: Map<Uuid, Timestamp>,
}

/// A conversation in the index.
#[derive(Clone, Debug, Durable)]
pub struct Entry {
    conversation: String,
    title: String,
    at: Timestamp,
}

/// An entry that was begun.
#[derive(Clone, Debug, Durable)]
pub struct Begun {
    entry: Uuid,
    conversation: String,
}

/// What became of a pending entry.
#[derive(Clone, Debug, Durable)]
pub struct Settled {
    entry: Uuid,
    exists: bool,
}

/// An entry in a page.
#[derive(Clone, Debug, Durable)]
pub struct Listed {
    entry: Uuid,
    conversation: String,
    title: String,
    at: Timestamp,
    /// Whether nobody knows that its conversation was made, though there was time enough.
    stale: bool,
}

/// Entries, newest first.
#[derive(Clone, Debug, Durable)]
pub struct Index {
    entries: Vec<Listed>,
    next: Option<Uuid>,
}

/// Within this time a creation begins or fails.
const CREATION: Duration = Duration::from_secs(30);
/// After this time a pending entry has no conversation, or has it already.
const STALE: Duration = Duration::from_mins(1);

#[durable_rpc]
impl Account {
    /// A pending entry, with the id that its conversation is to have.
    #[rpc]
    fn begin(&mut self, cx: &Cx, title: String) -> Result<Begun> {
        let conversation = Conversation::unique(cx.env())?.id().to_owned();
        let entry = cx.new_id();
        self.entries.insert(&entry, &Entry { conversation: conversation.clone(), title, at: cx.now() })?;
        self.pending.insert(&entry, &cx.now())?;
        Ok(Begun { entry, conversation })
    }

    /// The conversation of an entry was made.
    #[rpc]
    fn ready(&mut self, cx: &Cx, begun: Begun, title: String) -> Result<()> {
        if !self.entries.contains_key(&begun.entry)? {
            // It was taken for abandoned, and then its creation was repeated.
            self.entries.insert(&begun.entry, &Entry { conversation: begun.conversation, title, at: cx.now() })?;
        }
        self.pending.remove(&begun.entry)?;
        Ok(())
    }

    /// Pending entries that are older than a creation can take.
    #[rpc]
    fn stale(&self, cx: &Cx) -> Result<Vec<Begun>> {
        let mut stale = Vec::new();
        for (entry, at) in self.pending.page(None, Limit::MAX)?.items {
            if cx.now().since(at) < STALE {
                continue;
            }
            if let Some(Entry { conversation, .. }) = self.entries.get(&entry)? {
                stale.push(Begun { entry, conversation });
            }
        }
        Ok(stale)
    }

    /// Keeps the entries whose conversation is there, removes the others.
    #[rpc]
    fn settle(&mut self, settled: Vec<Settled>) -> Result<()> {
        for Settled { entry, exists } in settled {
            // One that is no longer pending was made in the meantime, by a repeated creation.
            if self.pending.remove(&entry)? && !exists {
                self.entries.remove(&entry)?;
            }
        }
        Ok(())
    }

    /// Entries before one, newest first.
    #[rpc]
    fn list(&self, cx: &Cx, after: Option<Uuid>, limit: Limit) -> Result<Index> {
        let page = self.entries.page_back(after.as_ref(), limit)?;
        let mut entries = Vec::with_capacity(page.items.len());
        for (entry, Entry { conversation, title, at }) in page.items {
            let stale = cx.now().since(at) >= STALE && self.pending.contains_key(&entry)?;
            entries.push(Listed { entry, conversation, title, at, stale });
        }
        Ok(Index { entries, next: page.next })
    }
}

/// A conversation's id.
#[derive(Debug, Durable)]
pub struct Created {
    conversation: String,
}

/// A conversation in the list.
#[derive(Debug, Durable)]
pub struct Summary {
    conversation: String,
    title: String,
    created_at: Timestamp,
}

/// A page of the list.
#[derive(Debug, Durable)]
pub struct ConversationPage {
    conversations: Vec<Summary>,
    next: Option<Uuid>,
}

#[durable_route("POST /v1/conversations", authorize = auth::signed_in, status = 201)]
async fn create_conversation(cx: &RouteCx, title: Option<String>) -> Result<Created> {
    let who: Who = cx.who()?;
    let title = title.unwrap_or_default();
    let max = cx.config::<AppConfig>().await?.max_title;
    let length = title.chars().count();
    if length > max as usize {
        return Err(invalid("title", format!("has {length} characters, at most {max} are allowed")).into());
    }
    let account = account_of(cx.env(), &who.user)?;
    settle_stale(cx.env(), &account).await?;
    let keyed = match cx.idempotency_key() {
        Some(key) => account.clone().idempotent(key),
        None => account.clone(),
    };
    let begun = keyed.begin(title.clone()).await?;
    let conversation = Conversation::by_id(cx.env(), &begun.conversation)?.within(CREATION);
    match conversation.open(who.user, title.clone()).await {
        // Repeated by its key: it was made the first time.
        Ok(()) | Err(Failure::Durably(Error::AlreadyCreated)) => {}
        Err(failure) => return Err(failure),
    }
    let conversation = begun.conversation.clone();
    account.ready(begun, title).await?;
    Ok(Created { conversation })
}

#[durable_route("GET /v1/conversations", authorize = auth::signed_in)]
async fn list_conversations(cx: &RouteCx, after: Option<Uuid>, limit: Limit) -> Result<ConversationPage> {
    let who: Who = cx.who()?;
    let index = account_of(cx.env(), &who.user)?.list(after, limit).await?;
    let mut conversations = Vec::with_capacity(index.entries.len());
    for Listed { conversation, title, at, stale, .. } in index.entries {
        if !stale || exists(cx.env(), &conversation).await? {
            conversations.push(Summary { conversation, title, created_at: at });
        }
    }
    Ok(ConversationPage { conversations, next: index.next })
}

/// Named by the user whom `authorize` established.
fn account_of(env: &Env, user: &UserId) -> Result<AccountClient> {
    Ok(Account::named(env, user.as_str())?)
}

async fn settle_stale(env: &Env, account: &AccountClient) -> Result<()> {
    let stale = account.stale().await?;
    if stale.is_empty() {
        return Ok(());
    }
    let mut settled = Vec::with_capacity(stale.len());
    for Begun { entry, conversation } in stale {
        settled.push(Settled { entry, exists: exists(env, &conversation).await? });
    }
    account.settle(settled).await
}

async fn exists(env: &Env, conversation: &str) -> Result<bool> {
    match Conversation::by_id(env, conversation)?.show().await {
        Ok(_) => Ok(true),
        Err(Failure::Durably(Error::NotCreated)) => Ok(false),
        Err(failure) => Err(failure),
    }
}
