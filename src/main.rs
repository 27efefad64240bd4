//! Arguments in, exit status out. Everything else is the library's.

use pointsman::cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::arguments() {
        Ok(arguments) => cli::run(arguments),
        Err(status) => status,
    }
}
