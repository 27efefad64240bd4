//! Copying, and pictures from the clipboard. A text goes to the desktop's own command, the terminal's clipboard, or at
//! last to a file; `plan` says what is worth trying.

mod picture;
mod plan;

pub(super) use picture::picture;

use super::Report;
use super::process;
use crate::disk;
use crate::shell::ChildEnv;
use crate::store::COPIED;
use crate::tui::event::{Copied, Event};
use plan::{Encoding, Keeper, Plan, Tool, plan};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a clipboard's command may take. They answer in milliseconds, or wait for a display that is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a copied text can go, for people to read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    /// The commands that are tried, in this order.
    pub(crate) commands: Vec<&'static str>,
    /// Whether the terminal can be asked.
    pub(crate) terminal: bool,
}

/// What the environment's `variable`s offer for copying.
pub(crate) fn ways(variable: &dyn Fn(&str) -> Option<String>) -> Ways {
    let Plan { tools, sequence, .. } = plan("", std::env::consts::OS, variable);
    Ways { commands: tools.iter().map(|tool| tool.program).collect(), terminal: sequence.is_some() }
}

/// Copies `text`, which the user knows as `what`, and reports where it is. The terminal is only asked by the report: it
/// belongs to the task that draws. With no `folder` nothing is written to a file.
pub(super) async fn copy(env: ChildEnv, text: String, what: String, folder: Option<PathBuf>) -> Report {
    let Plan { tools, sequence, remote } = plan(&text, std::env::consts::OS, &|name| std::env::var(name).ok());
    let took = first_that_works(&env, tools, &text).await;
    let by = took.map(|tool| tool.program);
    let desktop = took.is_some_and(|tool| tool.keeper == Keeper::Desktop);
    let sequence = sequence.filter(|_| !desktop || remote);
    let to = match (by, sequence.is_some()) {
        (Some(by), terminal) if desktop => Ok(Copied::Desktop { by, terminal }),
        (Some(_), terminal) => Ok(Copied::Tmux { terminal }),
        (None, true) => Ok(Copied::Terminal),
        (None, false) => in_a_file(text, folder).await,
    };
    Report { before: sequence.unwrap_or_default(), event: Event::Copied { what, to } }
}

async fn first_that_works(env: &ChildEnv, tools: Vec<Tool>, text: &str) -> Option<Tool> {
    for tool in tools {
        match offer(env, tool, text).await {
            Ok(()) => return Some(tool),
            Err(why) => tracing::debug!(program = tool.program, %why, "this clipboard did not take the text"),
        }
    }
    None
}

async fn offer(env: &ChildEnv, tool: Tool, text: &str) -> Result<(), String> {
    let input = match tool.encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    };
    let mut command = env.program(tool.program);
    command.args(tool.arguments);
    let fed = process::feed(command, input);
    match tokio::time::timeout(PATIENCE, fed).await {
        Ok(fed) => fed,
        Err(_) => Err("it took too long".to_owned()),
    }
}

async fn in_a_file(text: String, folder: Option<PathBuf>) -> Result<Copied, String> {
    let folder = folder.ok_or("there is no clipboard here, and nothing is being kept in files")?;
    let cannot = |why: String| format!("there is no clipboard here, and {COPIED} could not be written: {why}");
    let written = tokio::task::spawn_blocking(move || write(&folder, &text)).await;
    let written = written.map_err(|error| cannot(error.to_string()))?;
    written.map(Copied::File).map_err(|error| cannot(error.to_string()))
}

/// Replaces the file as a whole, for this user alone: a program that reads it meanwhile gets the old text or the new one.
fn write(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    disk::make_folders(folder)?;
    let path = folder.join(COPIED);
    disk::write(&path, text.as_bytes())?;
    Ok(path)
}
