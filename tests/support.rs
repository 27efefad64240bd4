//! What the tests share.

pub(crate) mod app;
#[expect(dead_code, reason = "the unit tests need more of it")]
pub(crate) mod examples;
pub(crate) mod heart;
pub(crate) mod program;
pub(crate) mod pty;
pub(crate) mod server;
pub(crate) mod tls;

use pointsman::config::{Config, Overrides, Source};
use std::sync::Arc;
use std::time::Duration;

/// No wait for a signal takes longer than this; one that does has failed. Not a measure of speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The defaults with `user`'s settings over them.
pub(crate) fn config(user: &str) -> Arc<Config> {
    config_at(user, None)
}

/// The same, with the default provider at `base_url`.
pub(crate) fn config_at(user: &str, base_url: Option<&str>) -> Arc<Config> {
    let source = Source { path: "config.toml".into(), text: user.to_owned() };
    let overrides = Overrides { provider: None, base_url: base_url.map(str::to_owned) };
    Arc::new(Config::load(Some(&source), &overrides).expect("the settings are valid"))
}
