//! Asking before something is gone for good: on a terminal with a question, elsewhere never.

use crate::cli::Failure;
use crate::cli::output::note;
use std::io::{self, BufRead, IsTerminal, Write};

/// Whether to go on: `yes` says so, or the user is asked `question`. Where no user can be asked, that is an error.
pub(super) fn agreed(question: &str, yes: bool) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    let (stdin, mut stderr) = (io::stdin(), io::stderr());
    if !(stdin.is_terminal() && stderr.is_terminal()) {
        let what = "nothing was deleted: there is no terminal to ask on; add --yes when you are sure";
        return Err(Failure::Usage(what.to_owned()));
    }
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    let agreed = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !agreed {
        note("nothing was deleted");
    }
    Ok(agreed)
}
