//! Databases of earlier versions, as their programs wrote them: what was there is there.

use super::*;
use crate::chat::{AfterFailure, Attachment, Correction, Failure, Note, Timings, Usage};

/// The last schema whose turns were one row, and the one that is hardest to leave.
const BEFORE_STEPS: u32 = 4;

/// A database of an earlier schema, with content.
pub(super) fn old_database(path: &Path, schema: u32) -> Connection {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    schema::migrate_to(&mut connection, schema).unwrap();
    connection.execute_batch(LOOSE).unwrap();
    if schema >= 2 {
        connection.execute_batch(CHATS).unwrap();
        connection.execute_batch(OF_TURNS).unwrap();
    }
    if schema >= 3 {
        connection.execute_batch("UPDATE turns SET first_reasoning_us = 321 WHERE id = 5").unwrap();
    }
    if schema >= 4 {
        connection
            .execute_batch("INSERT INTO offers VALUES ('oxlo', 'http://a', 1800000000000, '[{\"id\": \"m\"}]')")
            .unwrap();
    }
    connection
}

/// What the first version had already.
const LOOSE: &str = r#"
    INSERT INTO decisions (id, decided_at, prompt, category, model, provider, decider, confidence, probabilities, reason,
        evidence, candidates, elapsed_us, requests, overridden, outcome, answered_by, corrected_to)
    VALUES (7, 1800000000000, '検索 "q"', 'coding', 'm', 'oxlo', 'judge', 0.5, '{"coding": 0.5}', 'r', '["e"]', '["m"]', 9,
        1, 0, 'answered', 'n', 'general');
    INSERT INTO lessons (id, prompt, previous, decided, category, scope, taught_at, undone_at)
    VALUES (3, 'asked twice', NULL, 'coding', 'general', 'always', 1800000001000, NULL),
        (4, 'it''s "quoted"', 'vision', 'coding', 'general', 'prompt', 1800000002000, NULL),
        (5, 'undone', 'vision', 'coding', 'general', 'prompt', 1800000003000, 1800000004000);
    INSERT INTO verdicts VALUES ('key', 'coding', 'j', 0.25, 'because', 1800000005000);"#;

/// Chats with notes of every kind, branches, a prompt that was taken back, and answers that were cut off.
const CHATS: &str = r#"
    INSERT INTO conversations (id, title, started_at, updated_at) VALUES (1, 'chat 1', 1800000001000, 1800000009000);
    INSERT INTO conversations (id, title, started_at, updated_at, archived_at, deleted_at)
    VALUES (2, 'chat 2', 1800000002000, 1800000002000, 1800000003000, 1800000004000);
    INSERT INTO places VALUES (1, '{"draft": "d", "leaf": "0000000000003"}', 1800000009000);
    INSERT INTO turns (id, conversation, parent, asked_at, withdrawn, prompt, wish_category, wish_model, ending, model,
        corrected, prompt_tokens, completion_tokens, first_text_us, total_us, notes, answer, reasoning, request)
    VALUES
    (1, 1, NULL, 1800000001000, 0, 'it''s "quoted"', NULL, NULL, '{"answered":"stop"}', 'm', 'general', NULL, NULL, NULL,
        NULL, '[]', '转置索引 "x" it''s', '', NULL),
    (2, 1, 1, 1800000002000, 1, 'taken back', NULL, NULL, '"stopped"', NULL, NULL, NULL, NULL, NULL, NULL, '[]', '', '', NULL),
    (3, 1, 1, 1800000003000, 0, 'asked twice', NULL, NULL, '{"failed":"no \"key\""}', 'n', 'general', NULL, NULL, NULL, NULL,
        '[{"left_out":{"turns":2,"window":4096}},{"fell_back":{"from":"m","why":"429","detail":"a\nb"}},
          {"gave_up":{"from":"n","detail":"c"}}]', '', '', '{"url":"u","body":{"model":"n"},"system":"Be brief."}'),
    (4, 1, 1, 1800000004000, 0, 'asked twice', NULL, NULL, NULL, NULL, 'general', NULL, NULL, NULL, NULL, '[]', '', '', NULL),
    (5, 1, 4, 1800000005000, 0, 'five', 'coding', 'n', '{"answered":"length"}', 'n', NULL, 7, 9, 1234, 5678901,
        '[{"too_long":{"tokens":9,"window":8}},{"again":{"from":"m","what":"busy","why":"503","detail":"","model":"n",
          "pause_ms":1500}},{"passed_over":{"model":"o"}},{"skipped":{"events":2}},{"new":{"x":1}}]',
        'answer five', 'hm…', '{"url":"v"}'),
    (6, 1, 5, 1800000006000, 0, 'six', NULL, NULL, NULL, 'm', NULL, NULL, NULL, NULL, NULL, '[]', 'whole ', 'first ', NULL),
    (7, 2, NULL, 1800000002000, 0, 'marked as deleted', NULL, NULL, '"stopped"', NULL, NULL, NULL, NULL, NULL, NULL, '?', '',
        '', NULL);
    INSERT INTO pieces VALUES (6, 1, 'and a ', 'and '), (6, 2, 'piece', 'second');"#;

const OF_TURNS: &str = r#"
    INSERT INTO decisions (id, decided_at, prompt, category, model, provider, decider, confidence, probabilities, reason,
        evidence, candidates, elapsed_us, requests, overridden, corrected_to, turn, previous, hint)
    VALUES (8, 1800000001000, 'it''s "quoted"', 'coding', 'm', 'oxlo', 'judge', 0.5, '{}', 'r', '[]', '["m", "n"]', 9, 1, 0,
            'general', 1, NULL, 'h'),
        (9, 1800000005000, 'five', 'coding', 'm', 'oxlo', 'judge', 0.5, '{}', 'r', '[]', '["m", "n"]', 9, 1, 0, 'vision', 5,
            'general', NULL);"#;

/// A step of that model.
fn step(model: &str, provider: &str, outcome: StepOutcome) -> Step {
    Step::of(Some(Candidate { model: model.into(), provider: provider.into() }), outcome)
}

fn failed(what: &str, why: &str, detail: &str, next: AfterFailure) -> StepOutcome {
    StepOutcome::Failed(Failure { what: what.to_owned(), why: why.to_owned(), detail: detail.to_owned(), next })
}

/// The steps of the turns of the first chat, as they must be now.
fn steps(schema: u32) -> Vec<(u64, Vec<Step>)> {
    let sent = |json: &str| Some(Arc::new(serde_json::from_str(json).unwrap()));
    let retry = AfterFailure::Retry { model: "n".into(), pause_ms: 1_500 };
    let first_reasoning = (schema >= 3).then(|| Duration::from_micros(321));
    let text = |text: &str| Block::Text(text.to_owned());
    let thought = |text: &str| Block::Reasoning(text.to_owned());
    vec![
        (1, vec![Step { blocks: vec![text("转置索引 \"x\" it's")], ..step("m", "oxlo", StepOutcome::Current) }]),
        (2, vec![]),
        (
            3,
            vec![
                Step {
                    notes: vec![Note::LeftOut { turns: 2, window: 4_096 }],
                    ..step("m", "", failed("", "429", "a\nb", AfterFailure::Fallback { model: None }))
                },
                Step {
                    sent: sent(r#"{"url":"u","body":{"model":"n"},"system":"Be brief."}"#),
                    ..step("n", "", failed("", "", "c", AfterFailure::GiveUp))
                },
            ],
        ),
        (4, vec![]),
        (
            5,
            vec![
                Step {
                    notes: vec![Note::TooLong { tokens: 9, window: 8 }],
                    ..step("m", "oxlo", failed("busy", "503", "", retry))
                },
                step("o", "", StepOutcome::PassedOver),
                Step {
                    sent: sent(r#"{"url":"v"}"#),
                    blocks: vec![thought("hm…"), text("answer five")],
                    notes: vec![Note::Skipped { events: 2 }],
                    usage: Some(Usage { prompt_tokens: 7, completion_tokens: 9 }),
                    timings: Timings {
                        first_reasoning,
                        first_text: Some(Duration::from_micros(1_234)),
                        total: Some(Duration::from_micros(5_678_901)),
                    },
                    ..step("n", "", StepOutcome::Current)
                },
            ],
        ),
        (
            6,
            vec![Step {
                blocks: vec![thought("first and second"), text("whole and a piece")],
                ..step("m", "", StepOutcome::Current)
            }],
        ),
    ]
}

async fn assert_all_is_there(store: &Store, schema: u32) {
    let kept = store.kept_chat(ConversationId(1)).await.unwrap().unwrap();
    let found: Vec<(u64, Vec<Step>)> =
        kept.turns.iter().map(|kept| (kept.turn.id().0, kept.turn.steps.clone())).collect();
    assert_eq!(found, steps(schema));
    assert_eq!(&*kept.place.draft, "d");
    let turns: Vec<Turn> = kept.turns.iter().map(|kept| kept.turn.clone()).collect();
    let parents: Vec<_> = turns.iter().map(|turn| turn.parent().map(|id| id.0)).collect();
    assert_eq!(parents, [None, Some(1), Some(1), Some(1), Some(4), Some(5)]);
    let withdrawn: Vec<bool> = kept.turns.iter().map(|kept| kept.withdrawn).collect();
    assert_eq!(withdrawn, [false, true, false, false, false, false]);
    let stages = [
        Ending::Answered(Finish::Stop),
        Ending::Stopped,
        Ending::Failed("no \"key\"".to_owned()),
        Ending::Interrupted,
        Ending::Answered(Finish::Length),
        Ending::Interrupted,
    ];
    assert_eq!(turns.iter().map(|turn| turn.stage.clone()).collect::<Vec<_>>(), stages.map(Stage::Ended));
    assert_eq!(*turns[4].route(), RouteOverride { category: Some("coding".into()), model: Some("n".into()) });
    assert_eq!(turns[4].decision.as_ref().unwrap().candidates.len(), 2);
    // A correction is the turn's, also where only the decision had it, and its lesson is that of the latest turn that fits.
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    let correction = |id| chat.conversation.turn(TurnId(id)).unwrap().correction.clone();
    let corrected = |category: &str, lesson: Option<i64>| {
        Some(Correction { category: category.into(), lesson: lesson.map(LessonId) })
    };
    assert_eq!(
        [1, 3, 4, 5, 6].map(correction),
        [
            corrected("general", Some(4)),
            corrected("general", None),
            corrected("general", Some(3)),
            corrected("vision", None),
            None
        ]
    );
    let rows = store.decisions(all()).await.unwrap();
    let said: Vec<_> = rows.iter().map(|row| (row.id.0, row.corrected_to.as_ref().map(ToString::to_string))).collect();
    assert_eq!(
        said,
        [(9, Some("vision".to_owned())), (8, Some("general".to_owned())), (7, Some("general".to_owned()))]
    );
    for (text, found) in [
        ("转置索", vec![1]),
        ("answer five", vec![5]),
        ("whole and a piece", vec![6]),
        ("taken", vec![]),
        ("QUOTED", vec![1]),
    ] {
        let hits = store.search(text.to_owned(), 9).await.unwrap();
        assert_eq!(hits.iter().map(|hit| hit.turn.0).collect::<Vec<_>>(), found, "{text}");
    }
    store.write(vec![StoreOp::Restore(ConversationId(2))]);
    assert_eq!(store.chat(ConversationId(2)).await.unwrap().unwrap().conversation.turns().len(), 1);
    assert_eq!(store.chats().await.unwrap().iter().map(|row| row.turns).collect::<Vec<_>>(), [5, 1]);
}

#[tokio::test]
async fn every_earlier_database_is_carried_over_whole() {
    for schema in 1..=BEFORE_STEPS {
        let place = Place::new();
        drop(old_database(&place.path(), schema));
        // Another program is running, so that what is marked as deleted stays.
        let store = place.open();
        let loose = store.loose().await.unwrap();
        assert_eq!((loose.lessons.len(), loose.verdicts.len()), (3, 1), "from {schema}");
        assert_eq!((loose.decisions.len(), loose.decisions[0].corrected_to.clone()), (1, Some("general".into())));
        let recalled = store.recall().await.unwrap();
        assert_eq!(store.model_lists().await.unwrap().len(), usize::from(schema >= 4));
        assert_eq!((recalled.lessons.len(), recalled.encoded.len(), recalled.outcomes.len()), (2, 0, 0));
        if schema >= 2 {
            assert_all_is_there(&store, schema).await;
            let whole = store.run("", |connection| {
                connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)", [])?;
                let mut broken = connection.prepare("PRAGMA foreign_key_check")?;
                broken.exists([])
            });
            assert!(!whole.await.unwrap());
        }
        // And it goes on like a new one.
        store.settle(head(3), super::turns::full());
        store.mark_deleted(1);
        store.purge().await.unwrap();
    }
}

/// All that an old database has.
fn content(path: &Path) -> (u32, Vec<Vec<String>>) {
    let connection = Connection::open(path).unwrap();
    let rows = |table: &str| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values: Vec<_> = (0..columns).map(|at| row.get_ref(at).unwrap()).collect();
            Ok(format!("{values:?}"))
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
    };
    let tables = ["turns", "pieces", "decisions", "lessons", "conversations", "words"];
    (schema::version(&connection).unwrap(), tables.map(rows).to_vec())
}

#[test]
fn a_migration_that_is_cut_off_anywhere_leaves_the_old_database_whole() {
    let place = Place::new();
    let mut connection = old_database(&place.path(), BEFORE_STEPS);
    let many = "INSERT INTO turns (id, conversation, asked_at, prompt, ending, notes, answer, reasoning)
        WITH n AS (SELECT 100 AS n UNION ALL SELECT n + 1 FROM n WHERE n < 1300)
        SELECT n, 1, n, 'prompt ' || n, '\"stopped\"', '[]', hex(randomblob(200)), 'r' FROM n";
    connection.execute_batch(many).unwrap();
    let before = content(&place.path());
    let pages: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get("page_count")).unwrap();
    let mut cut_off = 0;
    for more in 0.. {
        connection.pragma_update(None, "max_page_count", pages + 3 * more).unwrap();
        if schema::migrate(&mut connection).is_ok() {
            break;
        }
        cut_off += 1;
        assert_eq!(content(&place.path()), before, "with {more} times three pages more");
    }
    assert!(cut_off > 3, "{cut_off}");
    assert_eq!(schema::version(&connection).unwrap(), schema::KNOWN);
}

#[tokio::test]
async fn a_program_that_is_killed_during_a_migration_leaves_the_old_database_to_the_next_one() {
    let (here, left) = (Place::new(), Place::new());
    let connection = old_database(&here.path(), BEFORE_STEPS);
    // So that half of it is in the file's journal already.
    connection.pragma_update(None, "cache_size", 1).unwrap();
    connection.pragma_update(None, "cache_spill", 1).unwrap();
    schema::migrate_half(&connection).unwrap();
    std::fs::create_dir_all(left.path().parent().unwrap()).unwrap();
    for name in ["pointsman.db", "pointsman.db-wal"] {
        std::fs::copy(here.path().with_file_name(name), left.path().with_file_name(name)).unwrap();
    }
    let journal = std::fs::metadata(left.path().with_file_name("pointsman.db-wal")).unwrap().len();
    assert!(journal > 100_000, "{journal}");
    assert_all_is_there(&left.open(), BEFORE_STEPS).await;
}

#[tokio::test]
async fn attachments_begin_empty_and_an_old_turn_can_be_asked_anew() {
    let place = Place::new();
    drop(old_database(&place.path(), BEFORE_STEPS));
    let store = place.open();
    store.write(vec![begin(head(1), &asked(5, "five"))]).await.unwrap();
    let kept = store.kept_chat(ConversationId(1)).await.unwrap().unwrap();
    let anew = &kept.turns[4].turn;
    assert_eq!((anew.steps.len(), anew.ask.prompt.attachments.to_vec()), (0, Vec::<Attachment>::new()));
    assert_eq!(store.search("answer five".to_owned(), 9).await.unwrap(), []);
}
