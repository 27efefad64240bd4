//! What is taken out of one store and into another.

use super::*;
use proptest::prelude::*;

/// All that a store has.
async fn export(store: &Store) -> Bundle {
    let mut chats = Vec::new();
    for id in store.export_ids().await.unwrap() {
        chats.push(store.kept_chat(id).await.unwrap().unwrap());
    }
    let mut blobs = Vec::new();
    for kept in chats.iter().flat_map(|chat: &ExportedChat| &chat.turns) {
        if let Some(attachment) = kept.turn.ask.prompt.attachments.first() {
            blobs.extend(store.blob(attachment.blob.hash.clone()).await.unwrap());
        }
    }
    let Loose { decisions, lessons, verdicts } = store.loose().await.unwrap();
    Bundle { from: None, chats, blobs, decisions, lessons, verdicts }
}

/// A store with something of everything.
async fn lived_in(store: &Store) {
    for id in [1, 2, 3] {
        let of_turn = NewDecision { turn: Some(TurnId(id)), ..new(id.cast_signed(), "p", "coding", Decider::Judge) };
        store.settle(head(id % 2), answered(id, "p", "a"));
        store.record(of_turn);
    }
    store.write(vec![
        begin(head(1), &asked(4, "unfinished")),
        begin_step(4, 0, Step::of(None, StepOutcome::Current)),
        text(4, "piece"),
        StoreOp::Withdraw(TurnId(3)),
        StoreOp::Correct(TurnId(1), Some("general".into())),
        StoreOp::PutBlob(crate::chat::Blob { media_type: "image/png".into(), bytes: [0, 1, 2].into() }),
    ]);
    store.settle(head(1), super::turns::full());
    store.write(vec![StoreOp::Archive(ConversationId(1), Some(at(9)))]);
    store.view(1, crate::chat::Place { leaf: Some(TurnId(1)), ..Default::default() }, 9);
    store.record(NewDecision { previous: Some("vision".into()), ..new(5, "loose", "coding", Decider::Default) });
    store.teach(NewLesson { turn: Some(TurnId(1)), ..lesson(1, "p", "coding") });
    store.teach(NewLesson { turn: Some(TurnId(1)), ..lesson(2, "p", "general") });
    store.remember(verdict(1, "key", "coding")).await.unwrap();
}

#[tokio::test]
async fn what_is_taken_in_twice_is_there_once() {
    let (from, to) = (Place::new(), Place::new());
    let (from, to) = (from.open(), to.open());
    lived_in(&from).await;
    let bundle = export(&from).await;
    let imported = to.import(bundle.clone()).await.unwrap();
    assert_eq!(imported, Imported { chats: 2, turns: 5, known: 0, lessons: 2, deciding: 2, decisions: 1, undone: 0 });
    assert_eq!(export(&to).await, bundle);
    let again = to.import(bundle.clone()).await.unwrap();
    assert_eq!(again, Imported { known: 5, ..Imported::default() });
    assert_eq!(export(&to).await, bundle);
    assert_eq!(to.recall().await.unwrap(), from.recall().await.unwrap());
    assert_eq!(to.chats().await.unwrap(), from.chats().await.unwrap());
    let unanswered = to.search("unfinished".to_owned(), 9).await.unwrap();
    assert_eq!(unanswered.len(), 1, "what was taken in can be found");
}

#[tokio::test]
async fn what_is_there_stays_as_it_is() {
    let (from, to) = (Place::new(), Place::new());
    let (from, to) = (from.open(), to.open());
    lived_in(&from).await;
    lived_in(&to).await;
    to.write(vec![StoreOp::Rename(ConversationId(1), "mine".to_owned())]);
    to.settle(head(1), answered(1, "p", "my answer"));
    to.remember(CachedJudgement { reason: "mine".to_owned(), ..verdict(7, "key", "general") });
    to.teach(lesson(7, "p", "vision"));
    from.settle(head(1), after(Some(1), answered(6, "new", "a")));
    from.teach(lesson(8, "p", "reasoning"));
    let mine = (export(&to).await, to.recall().await.unwrap());
    let imported = to.import(export(&from).await).await.unwrap();
    assert_eq!(imported, Imported { chats: 0, turns: 1, known: 5, lessons: 1, deciding: 0, decisions: 0, undone: 0 });
    let mut now = (export(&to).await, to.recall().await.unwrap());
    let chat = now.0.chats.iter_mut().find(|chat| chat.head.id == ConversationId(1)).unwrap();
    assert_eq!(chat.turns.pop().unwrap().turn.prompt().as_ref(), "new");
    let lesson = now.0.lessons.pop().unwrap();
    assert_eq!(
        (lesson.lesson.category.as_str(), lesson.undone_at),
        ("reasoning", Some(at(8))),
        "one is in force already"
    );
    chat.updated_at = mine.0.chats.iter().find(|chat| chat.head.id == ConversationId(1)).unwrap().updated_at;
    assert_eq!(now, mine);
}

#[tokio::test]
async fn a_deleted_chat_comes_back_when_it_is_taken_in() {
    let place = Place::new();
    let store = place.open();
    lived_in(&store).await;
    let bundle = export(&store).await;
    store.mark_deleted(1);
    let imported = store.import(bundle.clone()).await.unwrap();
    assert_eq!((imported.chats, imported.known), (1, 5));
    assert_eq!(export(&store).await, bundle);
}

#[tokio::test]
async fn what_cannot_be_taken_in_whole_is_not_taken_in_at_all() {
    let (from, to) = (Place::new(), Place::new());
    let (from, to) = (from.open(), to.open());
    lived_in(&from).await;
    from.settle(head(8), answered(80, "p", &"long ".repeat(200_000)));
    to.run("", |connection| {
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get("page_count"))?;
        connection.pragma_update(None, "max_page_count", pages + 50)
    });
    let error = to.import(export(&from).await).await.unwrap_err().to_string();
    assert!(
        error.starts_with("nothing was imported; it could not be kept in ") && error.contains("the disk is full"),
        "{error}"
    );
    assert_eq!(export(&to).await, Bundle::default());
}

/// A chat with everything that one can have.
fn any_chat(id: u64) -> impl Strategy<Value = ExportedChat> {
    let text = "[a-z\"\\\\\n\u{4e00}-\u{4e05}\u{1f980}]{0,12}";
    let turn = (text, text, text, 0..5_u8, 0..4_u64, any::<bool>(), proptest::option::of(text)).prop_map(
        move |(prompt, answer, reasoning, ending, parent, withdrawn, decided)| {
            let ending = match ending {
                0 => Ending::Interrupted,
                1 => Ending::Stopped,
                2 => Ending::Failed(reasoning.clone()),
                3 => Ending::Answered(Finish::Length),
                _ => Ending::Answered(Finish::Stop),
            };
            let parent = Some(TurnId(parent)).filter(|parent| parent.0 > 0);
            let mut turn = answered(0, &prompt, &answer);
            turn.ask.parent = parent;
            turn.steps[0].blocks.insert(0, Block::Reasoning(reasoning));
            turn.stage = Stage::Ended(ending);
            let decision = decided.map(|reason| {
                let mut kept = DecisionRecord::from(new(3, &prompt, "coding", Decider::Judge));
                kept.reason = reason;
                kept.outcome = Some("failed".to_owned());
                kept.hint = Some(prompt.clone());
                kept
            });
            turn.decision = decision.as_ref().and_then(DecisionRecord::decision);
            ExportedTurn { turn, withdrawn, decision }
        },
    );
    let many = proptest::collection::vec(turn, 0..4);
    (many, text, text, any::<[bool; 2]>()).prop_map(move |(mut turns, title, draft, [archived, pinned])| {
        for (kept, number) in turns.iter_mut().zip(1..) {
            kept.turn.ask.chat = ConversationId(id);
            kept.turn.ask.turn = TurnId(10 * id + number);
            kept.turn.ask.parent = kept.turn.ask.parent.map(|parent| TurnId(10 * id + parent.0));
        }
        let head = Head { title, archived, pinned, ..head(id) };
        let place = crate::chat::Place { draft: draft.into(), ..Default::default() };
        ExportedChat { head, updated_at: at(7), place, turns }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_taken_in_is_taken_out_again_as_it_was(one in any_chat(1), two in any_chat(2)) {
        let (first, second) = (Place::new(), Place::new());
        let bundle = Bundle { chats: vec![one, two], ..Bundle::default() };
        let (out, again) = tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let (first, second) = (first.open(), second.open());
            first.import(bundle.clone()).await.unwrap();
            let out = export(&first).await;
            second.import(out.clone()).await.unwrap();
            (out, export(&second).await)
        });
        prop_assert_eq!(&out, &bundle);
        prop_assert_eq!(again, out);
    }
}

#[tokio::test]
async fn lessons_of_earlier_versions_belong_to_the_turns_that_taught_them() {
    let (from, to) = (Place::new(), Place::new());
    let (from, to) = (from.open(), to.open());
    for id in [1, 2] {
        let correction = Some(crate::chat::Correction { category: "coding".into(), lesson: None });
        from.settle(head(1), Turn { correction, ..answered(id, "the same prompt", "an answer") });
    }
    // As the first prompt of a chat and behind another turn; earlier versions did not say of which turn.
    from.teach(NewLesson { previous: None, ..lesson(1, "the same prompt", "coding") });
    from.teach(lesson(2, "the same prompt", "coding"));
    to.import(export(&from).await).await.unwrap();
    let lessons = |chat: &Chat| {
        let turns = chat.conversation.all();
        turns.iter().map(|turn| turn.correction.as_ref().and_then(|it| it.lesson)).collect::<Vec<_>>()
    };
    let chat = to.chat(ConversationId(1)).await.unwrap().unwrap();
    let (first, second) = (lessons(&chat)[0].unwrap(), lessons(&chat)[1].unwrap());
    assert!(first < second);
    to.undo_lesson(second, at(9)).await.unwrap();
    let chat = to.chat(ConversationId(1)).await.unwrap().unwrap();
    assert_eq!(lessons(&chat), [Some(first), None]);
    assert_eq!(chat.conversation.turn(TurnId(2)).unwrap().correction, None);
}

#[tokio::test]
async fn what_was_imported_is_undone_together_and_what_was_taught_here_stays() {
    let place = Place::new();
    let store = place.open();
    let correction = Some(crate::chat::Correction { category: "coding".into(), lesson: None });
    let corrected = Turn { correction, ..answered(1, "theirs", "an answer") };
    let taught = ExportedLesson {
        lesson: NewLesson { turn: Some(TurnId(1)), ..lesson(1, "theirs", "coding") },
        undone_at: None,
    };
    let chat = ExportedChat {
        head: head(1),
        updated_at: at(1),
        place: crate::chat::Place::default(),
        turns: vec![ExportedTurn { turn: corrected, withdrawn: false, decision: None }],
    };
    let other = ExportedLesson { lesson: lesson(2, "of another file", "vision"), undone_at: None };
    let mine = store.teach(lesson(3, "mine", "general")).await.unwrap();
    store.remember(verdict(1, "mine", "coding")).await.unwrap();
    store.remember(verdict(1, "both", "coding")).await.unwrap();
    for (from, chats, lessons, keys) in
        [("a.jsonl", vec![chat], vec![taught], ["both", "a"]), ("b.jsonl", Vec::new(), vec![other], ["a", "b"])]
    {
        let verdicts = keys.map(|key| verdict(2, key, "vision")).to_vec();
        let bundle = Bundle { from: Some(from.into()), chats, lessons, verdicts, ..Bundle::default() };
        assert_eq!(store.foresee_import(bundle.clone()).await.unwrap().deciding, 2, "{from}");
        assert_eq!(store.import(bundle).await.unwrap().deciding, 2, "{from}");
    }
    let from: Vec<_> = store.recall().await.unwrap().lessons.iter().map(|it| it.imported_from.clone()).collect();
    assert_eq!(from, [None, Some("a.jsonl".into()), Some("b.jsonl".into())]);
    let undone = store.undo_imported(Some("a.jsonl".to_owned()), at(9)).await.unwrap();
    assert_eq!(undone, UndoneImports { lessons: 1, verdicts: 1 });
    let turn = store.chat(ConversationId(1)).await.unwrap().unwrap();
    assert_eq!(turn.conversation.turn(TurnId(1)).unwrap().correction, None, "it is marked as corrected no longer");
    let undone = store.undo_imported(None, at(9)).await.unwrap();
    assert_eq!(undone, UndoneImports { lessons: 1, verdicts: 1 });
    let Recalled { lessons, verdicts, .. } = store.recall().await.unwrap();
    assert_eq!(lessons.iter().map(|it| it.id).collect::<Vec<_>>(), [mine]);
    assert_eq!(verdicts.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["both", "mine"]);
    assert_eq!(store.undo_imported(None, at(9)).await.unwrap(), UndoneImports::default());
}

#[tokio::test]
async fn a_lesson_that_was_undone_here_stays_so_and_is_counted() {
    let (from, to) = (Place::new(), Place::new());
    let (from, to) = (from.open(), to.open());
    lived_in(&from).await;
    let bundle = Bundle { from: Some("file".into()), ..export(&from).await };
    let imported = to.import(bundle.clone()).await.unwrap();
    let undone = to.undo_imported(None, at(9)).await.unwrap().lessons;
    let again = to.import(bundle).await.unwrap();
    assert_eq!((imported.undone, undone, again.undone, again.lessons), (0, 1, 1, 0));
}
