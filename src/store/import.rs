//! Taking in what was kept elsewhere: all of it or nothing, and what is there already stays as it is, so that taking the
//! same in twice changes nothing.

use super::export::{ExportedChat, ExportedLesson};
use super::lessons::NewLesson;
use super::{DecisionRecord, Pending, Store, blobs, decisions, lessons, turns, value, verdicts, view_state};
use crate::chat::Blob;
use crate::config::CategoryId;
use crate::router::{CachedJudgement, Topic};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::collections::HashSet;
use std::sync::Arc;

/// What is to be taken in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bundle {
    /// The name of the file that it comes from: lessons and verdicts are marked with it.
    pub from: Option<Arc<str>>,
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
    /// Lessons that were undone here, and stay so.
    pub undone: u64,
    /// Lessons and verdicts that were not there and decide from now on.
    pub deciding: u64,
    /// Decisions without a turn that were not there.
    pub decisions: u64,
}

impl Store {
    /// Takes in what was kept elsewhere. A conversation that was deleted here and not purged yet comes back.
    pub fn import(&self, bundle: impl Into<Arc<Bundle>>) -> Pending<Imported> {
        let bundle = bundle.into();
        self.run("nothing was imported; it could not be kept", move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let imported = import(&transaction, &bundle)?;
            transaction.commit()?;
            Ok(imported)
        })
    }

    /// What taking it in would come to. Nothing is changed.
    pub fn foresee_import(&self, bundle: impl Into<Arc<Bundle>>) -> Pending<Imported> {
        let bundle = bundle.into();
        self.run("what would come in could not be found out", move |connection| {
            // Dropping the transaction takes everything back.
            import(&connection.transaction_with_behavior(TransactionBehavior::Immediate)?, &bundle)
        })
    }
}

fn import(transaction: &Transaction<'_>, bundle: &Bundle) -> rusqlite::Result<Imported> {
    let mut imported = Imported::default();
    for blob in &bundle.blobs {
        blobs::put(transaction, &blob.reference().hash, blob)?;
    }
    for chat in &bundle.chats {
        import_chat(transaction, chat, &mut imported)?;
    }
    for decision in &bundle.decisions {
        let known = transaction
            .prepare("SELECT 1 FROM decisions WHERE decided_at = ? AND prompt = ? AND turn IS NULL")?
            .exists(params![decision.decided_at.as_millisecond(), decision.prompt])?;
        if !known {
            decisions::insert(transaction, None, decision)?;
            imported.decisions += 1;
        }
    }
    import_lessons(transaction, bundle, &mut imported)?;
    for verdict in &bundle.verdicts {
        imported.deciding += u64::from(verdicts::add(transaction, verdict, bundle.from.as_deref())?);
    }
    // Of what came along, only what something refers to is wanted.
    if !bundle.blobs.is_empty() {
        blobs::sweep(transaction)?;
    }
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

fn import_lessons(connection: &Connection, bundle: &Bundle, imported: &mut Imported) -> rusqlite::Result<()> {
    if bundle.lessons.is_empty() {
        return Ok(());
    }
    let kept = lessons::all(connection)?;
    let mut known: HashSet<Identity<'_>> = kept.iter().map(|kept| identity(&kept.lesson)).collect();
    let in_force = kept.iter().filter(|kept| kept.undone_at.is_none());
    let mut taken: HashSet<Topic> = in_force.map(|kept| kept.lesson.topic()).collect();
    for ExportedLesson { lesson, undone_at } in &bundle.lessons {
        if !known.insert(identity(lesson)) {
            imported.undone += u64::from(undone_at.is_none() && !taken.contains(&lesson.topic()));
            continue;
        }
        // Of two lessons about one prompt only one can be in force, and the one that is here stays so.
        let is_taken = undone_at.is_none() && !taken.insert(lesson.topic());
        let undone_at = undone_at.or(is_taken.then_some(lesson.taught_at));
        lessons::insert(connection, lesson, undone_at, bundle.from.as_deref())?;
        imported.lessons += 1;
        imported.deciding += u64::from(undone_at.is_none());
    }
    if imported.lessons > 0 { lessons::find_turns(connection) } else { Ok(()) }
}

/// What makes a lesson the same as another, in force or not.
type Identity<'a> = (i64, &'a str, Option<&'a CategoryId>, &'a CategoryId);

fn identity(lesson: &NewLesson) -> Identity<'_> {
    (lesson.taught_at.as_millisecond(), &lesson.prompt, lesson.previous.as_ref(), &lesson.category)
}
