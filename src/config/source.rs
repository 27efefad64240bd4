//! What settings are made from: the built-in defaults, the user's file, and what variables and flags change.

use std::path::PathBuf;

/// Every setting and its default, with comments: the only place where defaults are written down.
pub const DEFAULTS: &str = include_str!("../../assets/config.toml");

/// The variable that names another address for the provider that answers.
pub(crate) const BASE_URL_VARIABLE: &str = "POINTSMAN_BASE_URL";

/// The variables that hold the keys of the built-in providers.
pub(super) fn default_key_variables() -> impl Iterator<Item = &'static str> {
    DEFAULTS.lines().filter_map(|line| line.strip_prefix("api_key_env = \"")?.strip_suffix('"'))
}

/// A text with settings and where it came from, for messages.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// Its whole content.
    pub text: String,
}

/// What environment variables and flags change; each field wins over every file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--provider`: the provider that answers.
    pub provider: Option<String>,
    /// `POINTSMAN_BASE_URL`: another address for that provider.
    pub base_url: Option<String>,
}
