//! The history: whether it is whole, how large, whose. Nothing is begun, mended or moved.

use super::check::{Check, Status};
use crate::cli::permissions::mode;
use crate::cli::{Common, setup};
use crate::format::count;
use crate::format::size::size;
use crate::store::{Examined, examine, named_among_others};

const AREA: &str = "history";

pub(super) fn checks(common: &Common) -> Vec<Check> {
    // That there is no folder was said of the folders already.
    let Ok(path) = setup::database(common) else { return Vec::new() };
    let mut checks = Vec::new();
    match examine(&path) {
        Ok(None) => checks.push(Check::ok("database", format!("{}: none yet", path.display()))),
        Ok(Some(examined)) => {
            checks.push(whole(&path.display().to_string(), &examined));
            checks.extend(garbled(&examined));
            if examined.in_use {
                checks.push(Check::ok("in use", "another pointsman has it open; they share it"));
            }
        }
        Err(error) => checks.push(Check::said(Status::Fail, "database", &error.to_string())),
    }
    if let Some(mode) = mode(&path).filter(|mode| mode & 0o077 != 0) {
        let found = format!("others can read {} ({mode:03o})", path.display());
        checks.push(Check::warn("private", found, format!("chmod 600 {}", path.display())));
    }
    checks.into_iter().map(|check| check.within(AREA)).collect()
}

/// Texts that are damaged although the database is whole: a disk that flips a bit of a text does that.
fn garbled(examined: &Examined) -> Option<Check> {
    let mut chats = named_among_others(&examined.garbled);
    if examined.others_garbled {
        chats.push("what belongs to no chat".to_owned());
    }
    let found = format!("damaged characters, shown as \u{fffd}, in {}; all else of it can be read", chats.join(", "));
    let fix = "nothing else fails because of them; an earlier backup may still have what stood there";
    (!chats.is_empty()).then(|| Check::warn("texts", found, fix))
}

fn whole(path: &str, examined: &Examined) -> Check {
    let chats = examined.chats.map(|chats| format!(", {}", count(chats, "chat"))).unwrap_or_default();
    let older = if examined.schema < examined.known { "; the next start brings it up to date" } else { "" };
    let check = Check::ok("database", format!("{path}: whole, {}{chats}{older}", size(examined.bytes)));
    let check = check.figure("bytes", examined.bytes);
    match examined.chats {
        Some(chats) => check.figure("chats", chats),
        None => check,
    }
}
