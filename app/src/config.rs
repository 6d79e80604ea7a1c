//! What operators change without a deploy.

use durably::prelude::*;

use crate::auth;

/// The application's configuration.
#[derive(Clone, Debug)]
#[kv_config]
pub struct AppConfig {
    /// The model that answers.
    #[config(default = "gemini-3.8-live", env = "MODEL", min = 1, max = 100)]
    pub model: String,
    /// How long a session lasts.
    #[config(default = 30, min = 1, max = 1440)]
    pub session_minutes: u32,
    /// The most characters of a turn's text.
    #[config(default = 32_768, min = 1, max = 262_144)]
    pub max_text: u32,
    /// The most characters of a conversation's title.
    #[config(default = 200, min = 1, max = 1000)]
    pub max_title: u32,
    /// Who may open sessions.
    #[config(secret = "SESSION_ISSUER_KEY")]
    pub session_issuer_key: Secret<String>,
    /// Who may read and change this configuration.
    #[config(secret = "OPERATOR_KEY")]
    pub operator_key: Secret<String>,
    /// For the model's API.
    #[config(secret = "GEMINI_API_KEY")]
    pub api_key: Option<Secret<String>>,
}

#[durable_route("GET /v1/config", authorize = auth::operator)]
async fn show_config(cx: &RouteCx) -> Result<AppConfig> {
    Ok(AppConfig::clone(&*cx.config::<AppConfig>().await?))
}

#[durable_route("PATCH /v1/config", authorize = auth::operator)]
async fn change_config(cx: &RouteCx, patch: MergePatch) -> Result<AppConfig> {
    Ok(AppConfig::clone(&*AppConfig::update(cx.env(), patch).await?))
}
