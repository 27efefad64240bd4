//! The table of outcomes: what became of models' answers. What was undone stays in it, so that it is not counted again.

use super::{Pending, Store, value};
use crate::config::ModelId;
use crate::router::{KnownOutcome, ModelOutcome, OutcomeId, OutcomeKind, Outcomes, PromptVector};
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

impl Store {
    /// Keeps an outcome, with the place of its prompt where that is known. `None`: it was known before, or undone.
    pub fn observe(&self, outcome: ModelOutcome, vector: Option<PromptVector>) -> Pending<Option<OutcomeId>> {
        self.run("what became of the answer could not be kept", move |connection| {
            observe(connection, &outcome, vector.as_ref())
        })
    }

    /// Keeps where the prompt of an outcome lies.
    pub fn place_outcome(&self, id: OutcomeId, vector: PromptVector) -> Pending<()> {
        self.run("the place of a prompt could not be kept", move |connection| {
            connection
                .prepare("UPDATE outcomes SET encoder = ?, vector = ? WHERE id = ?")?
                .execute(params![vector.encoder.cast_signed(), value::bytes(&vector.numbers), id.0])
                .map(drop)
        })
    }

    /// Has an outcome not count any more and gives it back; `None` when none of that id counts.
    pub fn undo_outcome(&self, id: OutcomeId, at: Timestamp) -> Pending<Option<KnownOutcome>> {
        self.run("the choice could not be undone", move |connection| undo(connection, id, at))
    }
}

fn observe(
    connection: &mut Connection,
    outcome: &ModelOutcome,
    vector: Option<&PromptVector>,
) -> rusqlite::Result<Option<OutcomeId>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let earlier = repeated(&transaction, outcome)?;
    let stands =
        |(earlier, undone): &(KnownOutcome, bool)| *undone || earlier.outcome.kind.halves() >= outcome.kind.halves();
    if earlier.iter().any(stands) {
        return Ok(None);
    }
    for (weaker, _) in earlier {
        transaction.execute("DELETE FROM outcomes WHERE id = ?", [weaker.id.0])?;
    }
    let id = insert(&transaction, outcome, vector)?;
    transaction.commit()?;
    Ok(Some(id))
}

/// What `outcome` repeats, and whether it was undone.
fn repeated(connection: &Connection, outcome: &ModelOutcome) -> rusqlite::Result<Vec<(KnownOutcome, bool)>> {
    let mut statement = connection.prepare("SELECT * FROM outcomes WHERE turn = ? AND loser = ?")?;
    let read = |row: &Row<'_>| Ok(known(row)?.zip(Some(row.get_ref("undone_at")? != ValueRef::Null)));
    let earlier = statement.query_map(params![value::whole(outcome.turn), outcome.loser.as_str()], read)?;
    let earlier = earlier.filter_map(Result::transpose).collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(earlier.into_iter().filter(|(earlier, _)| outcome.repeats(&earlier.outcome)).collect())
}

fn insert(
    connection: &Connection,
    outcome: &ModelOutcome,
    vector: Option<&PromptVector>,
) -> rusqlite::Result<OutcomeId> {
    connection.execute(
        "INSERT INTO outcomes (kind, turn, prompt, category, winner, loser, happened_at, encoder, vector)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            outcome.kind.name(),
            value::whole(outcome.turn),
            &*outcome.prompt,
            outcome.category.as_str(),
            outcome.winner.as_ref().map(ModelId::as_str),
            outcome.loser.as_str(),
            outcome.at.as_millisecond(),
            vector.map(|vector| vector.encoder.cast_signed()),
            vector.map(|vector| value::bytes(&vector.numbers)),
        ],
    )?;
    Ok(OutcomeId(connection.last_insert_rowid()))
}

fn undo(connection: &mut Connection, id: OutcomeId, at: Timestamp) -> rusqlite::Result<Option<KnownOutcome>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let counts = "SELECT * FROM outcomes WHERE id = ? AND undone_at IS NULL";
    let found = transaction.query_row(counts, [id.0], known).optional()?.flatten();
    transaction.execute(
        "UPDATE outcomes SET undone_at = ? WHERE id = ? AND undone_at IS NULL",
        params![at.as_millisecond(), id.0],
    )?;
    transaction.commit()?;
    Ok(found)
}

/// Forgets what a correction of `turn` said, which was taken back. A later correction of it counts anew.
pub(super) fn forget_correction(connection: &Connection, turn: u64) -> rusqlite::Result<()> {
    connection
        .execute(
            "DELETE FROM outcomes WHERE turn = ? AND kind = ?",
            params![value::whole(turn), OutcomeKind::Corrected.name()],
        )
        .map(drop)
}

/// Forgets what was asked in a conversation that goes. Which model was chosen stays, with the place of the prompt.
pub(super) fn forget_prompts(connection: &Connection, chat: i64) -> rusqlite::Result<()> {
    let prompts = "UPDATE outcomes SET prompt = '' WHERE turn IN (SELECT id FROM turns WHERE conversation = ?)";
    connection.execute(prompts, [chat]).map(drop)
}

/// The outcomes that count, the oldest first: the newest, and no more than can matter.
pub(super) fn newest(connection: &Connection) -> rusqlite::Result<Vec<KnownOutcome>> {
    let mut statement =
        connection.prepare("SELECT * FROM outcomes WHERE undone_at IS NULL ORDER BY id DESC LIMIT ?")?;
    let newest = statement.query_map([value::whole(Outcomes::MAX)], known)?;
    let mut newest: Vec<KnownOutcome> = newest.filter_map(Result::transpose).collect::<rusqlite::Result<_>>()?;
    newest.reverse();
    Ok(newest)
}

/// An outcome; `None` where a later version wrote a kind that this one does not know.
fn known(row: &Row<'_>) -> rusqlite::Result<Option<KnownOutcome>> {
    let Some(kind) = OutcomeKind::named(&value::raw(row, "kind")?) else { return Ok(None) };
    Ok(Some(KnownOutcome {
        id: OutcomeId(row.get("id")?),
        outcome: ModelOutcome {
            kind,
            prompt: value::text(row, "prompt")?.into(),
            category: value::text(row, "category")?.into(),
            winner: value::maybe_text(row, "winner")?.map(Into::into),
            loser: value::text(row, "loser")?.into(),
            at: value::time(row, "happened_at")?,
            turn: value::count(row, "turn")?,
        },
        vector: value::maybe_vector(row, "encoder", "vector")?,
    }))
}
