//! Taking in what was kept elsewhere: all of it or nothing, and what is there already stays as it is, so that taking the
//! same in twice changes nothing.

use super::export::{ExportedChat, ExportedLesson};
use super::{DecisionRecord, Pending, Store, blobs, decisions, lessons, turns, value, verdicts, view_state};
use crate::chat::Blob;
use crate::router::{CachedJudgement, Lesson};
use rusqlite::{Connection, TransactionBehavior, params};

/// What is to be taken in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bundle {
    /// Conversations.
    pub chats: Vec<ExportedChat>,
    /// What they refer to.
    pub blobs: Vec<Blob>,
    /// Decisions without a turn.
    pub decisions: Vec<DecisionRecord>,
    /// Lessons.
    pub lessons: Vec<ExportedLesson>,
    /// Verdicts.
    pub verdicts: Vec<CachedJudgement>,
}

/// What was taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Conversations that were not there.
    pub chats: u64,
    /// Turns that were not there.
    pub turns: u64,
    /// Turns that were.
    pub known: u64,
    /// Lessons that were not there.
    pub lessons: u64,
    /// Decisions without a turn that were not there.
    pub decisions: u64,
}

impl Store {
    /// Takes in what was kept elsewhere. A conversation that was deleted here and not purged yet comes back.
    pub fn import(&self, bundle: Bundle) -> Pending<Imported> {
        self.run("nothing was imported; it could not be kept", move |connection| import(connection, &bundle))
    }
}

fn import(connection: &mut Connection, bundle: &Bundle) -> rusqlite::Result<Imported> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut imported = Imported::default();
    for blob in &bundle.blobs {
        blobs::put(&transaction, &blob.reference().hash, blob)?;
    }
    for chat in &bundle.chats {
        import_chat(&transaction, chat, &mut imported)?;
    }
    for decision in &bundle.decisions {
        let known = transaction
            .prepare("SELECT 1 FROM decisions WHERE decided_at = ? AND prompt = ? AND turn IS NULL")?
            .exists(params![decision.decided_at.as_millisecond(), decision.prompt])?;
        if !known {
            decisions::insert(&transaction, None, decision)?;
            imported.decisions += 1;
        }
    }
    let mut in_force = lessons::in_force(&transaction)?;
    for lesson in &bundle.lessons {
        imported.lessons += u64::from(import_lesson(&transaction, lesson, &mut in_force)?);
    }
    if imported.lessons > 0 {
        lessons::find_turns(&transaction)?;
    }
    for verdict in &bundle.verdicts {
        verdicts::add(&transaction, verdict)?;
    }
    // Of what came along, only what something refers to is wanted.
    if !bundle.blobs.is_empty() {
        blobs::sweep(&transaction)?;
    }
    transaction.commit()?;
    Ok(imported)
}

fn import_chat(connection: &Connection, chat: &ExportedChat, imported: &mut Imported) -> rusqlite::Result<()> {
    let head = &chat.head;
    let updated_at = chat.updated_at.as_millisecond();
    // What was deleted and is taken in comes back.
    let new = connection.execute(
        "INSERT INTO conversations (id, title, started_at, updated_at, archived_at, pinned) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET deleted_at = NULL WHERE deleted_at IS NOT NULL",
        params![
            value::whole(head.id.0),
            head.title,
            head.started_at.as_millisecond(),
            updated_at,
            head.archived.then_some(updated_at),
            head.pinned,
        ],
    )?;
    imported.chats += new as u64;
    let before = imported.turns;
    for kept in &chat.turns {
        if !turns::add(connection, head.id, kept)? {
            imported.known += 1;
            continue;
        }
        imported.turns += 1;
        let id = value::whole(kept.turn.id().0);
        let decided = connection.prepare("SELECT 1 FROM decisions WHERE turn = ?")?.exists([id])?;
        if let Some(decision) = kept.decision.as_ref().filter(|_| !decided) {
            decisions::insert(connection, Some(kept.turn.id()), decision)?;
        }
    }
    if imported.turns > before {
        connection.execute(
            "UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = ?",
            params![updated_at, value::whole(head.id.0)],
        )?;
    }
    let placed =
        connection.prepare("SELECT 1 FROM places WHERE conversation = ?")?.exists([value::whole(head.id.0)])?;
    match placed {
        true => Ok(()),
        false => view_state::save(connection, head.id, &chat.place, chat.updated_at),
    }
}

/// Gives back whether the lesson was not there.
fn import_lesson(connection: &Connection, kept: &ExportedLesson, in_force: &mut Vec<Lesson>) -> rusqlite::Result<bool> {
    let lesson = &kept.lesson;
    if lessons::is_known(connection, lesson)? {
        return Ok(false);
    }
    // Of two lessons about one prompt only one can be in force, and the one that is here stays so.
    let taken = in_force.iter().any(|other| other.is_about(&lesson.prompt, lesson.previous.as_ref()));
    let undone_at = kept.undone_at.or(taken.then_some(lesson.taught_at));
    let id = lessons::insert(connection, lesson, undone_at)?;
    if undone_at.is_none() {
        in_force.push(lesson.named(id));
    }
    Ok(true)
}
