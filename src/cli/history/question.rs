//! Asking before something is done that the user may not want: on a terminal with a question, elsewhere never.

use crate::cli::Failure;
use crate::cli::output::note;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

/// Whether to delete: `yes` says so, or the user is asked `question`. Where no user can be asked, that is an error.
pub(super) fn agreed(question: &str, yes: bool) -> Result<bool, Failure> {
    if yes {
        return Ok(true);
    }
    let stdin = io::stdin();
    if !stdin.is_terminal() || !io::stderr().is_terminal() {
        let what = "nothing was deleted: there is no terminal to ask on; add --yes when you are sure";
        return Err(Failure::Usage(what.to_owned()));
    }
    let agreed = asked(question, &mut stdin.lock())?;
    if !agreed {
        note("nothing was deleted");
    }
    Ok(agreed)
}

/// Whether the user agrees; `None` where there is no terminal to ask on. What is read from stdin is no answer: then the
/// terminal itself is asked.
pub(super) fn agreed_on_terminal(question: &str) -> io::Result<Option<bool>> {
    let stdin = io::stdin();
    if !io::stderr().is_terminal() {
        return Ok(None);
    }
    if stdin.is_terminal() {
        return asked(question, &mut stdin.lock()).map(Some);
    }
    // Only Unix has a file that is the terminal.
    match File::open("/dev/tty") {
        Ok(terminal) => asked(question, &mut BufReader::new(terminal)).map(Some),
        Err(_no_terminal) => Ok(None),
    }
}

fn asked(question: &str, answers: &mut impl BufRead) -> io::Result<bool> {
    let mut stderr = io::stderr();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
