//! Arguments in, exit status out. Everything else is the library's.

use clap::Parser;
use pointsman::cli::{self, Arguments};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(Arguments::parse())
}
