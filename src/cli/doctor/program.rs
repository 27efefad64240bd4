//! The settings: the file, the keys, the trained weights. A mistake in them is a wrong configuration.

use super::check::{Check, Status};
use crate::cli::setup;
use crate::cli::{Common, Failure};
use crate::config::Config;
use std::path::Path;

/// The heading.
pub(super) const AREA: &str = "settings";

/// What is found, and the configuration where it has no mistake.
pub(super) fn checks(common: &Common) -> (Vec<Check>, Option<Config>) {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    let mut checks = vec![Check::ok("version", format!("pointsman {version} on {os} {arch}")).within(AREA)];
    let path = match setup::config_path(common) {
        Ok(path) => path,
        Err(failure) => {
            checks.push(wrong("file", failure).within(AREA));
            return (checks, None);
        }
    };
    let config = match setup::read_config(common) {
        Ok((config, found)) => {
            let shown = path.display();
            checks.push(Check::ok(
                "file",
                match found {
                    true => shown.to_string(),
                    false => format!("{shown}: none there, the defaults hold"),
                },
            ));
            Some(config)
        }
        Err(failure) => {
            checks.push(wrong("file", failure));
            None
        }
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    checks.push(match setup::read_keymap(folder) {
        Ok(_) if folder.join("keymap.toml").exists() => Check::ok("keymap", "keymap.toml is in order"),
        Ok(_) => Check::ok("keymap", "the built-in keys"),
        Err(failure) => wrong("keymap", failure),
    });
    if let Some(head) = config.as_ref().and_then(|config| config.routing.head.as_ref()) {
        checks.push(match setup::read_head(&folder.join(head)) {
            Ok(_) => Check::ok("weights", format!("{} is in order", head.display())),
            Err(failure) => wrong("weights", failure),
        });
    }
    let checks = checks.into_iter().map(|check| check.within(AREA)).collect();
    (checks, config)
}

/// The whole text of a mistake says already what to write.
fn wrong(name: &'static str, failure: Failure) -> Check {
    match failure {
        Failure::Usage(what) | Failure::Work(what) => Check::new(Status::Fail, name, what),
        Failure::Interrupted | Failure::ReaderLeft | Failure::Told(_) => {
            Check::new(Status::Fail, name, "cannot be read")
        }
    }
}
