//! Prompts that wait: what is shown of them, and editing, dropping and moving them.

use super::*;
use crate::chat::{Ask, Attachment, Blob, Extent};

/// `a` is being answered, `b`, `c` and `d` wait; the queue is open.
fn queue() -> Bench {
    let mut bench = Bench::new();
    bench.keys("a enter").engine(engine::Event::Turn(TurnId(1), TurnEvent::Started));
    bench.keys("b enter c enter d enter alt-q");
    bench
}

fn queued(bench: &Bench) -> Vec<String> {
    bench.state.queue().map(|turn| turn.prompt().to_string()).collect()
}

/// The engine lets go of a prompt.
fn let_go(bench: &mut Bench, id: u64) {
    let event = TurnEvent::Ended { ending: Ending::Stopped, after: None };
    bench.engine(engine::Event::Turn(TurnId(id), event));
}

fn unqueue(id: u64) -> Effect {
    Effect::Engine(Command::Unqueue(TurnId(id)))
}

#[test]
fn prompts_that_wait_are_no_rows_of_the_conversation_and_leave_the_view_on_the_answer() {
    let mut bench = Bench::new();
    bench.keys("a enter").engine(engine::Event::Turn(TurnId(1), TurnEvent::Started));
    let long = "a line\n".repeat(200);
    bench.engine(engine::Event::Turn(TurnId(1), examples::asked("m")));
    bench.engine(engine::Event::Turn(TurnId(1), examples::text(&long, 0)));
    bench.event(Event::Wheeled(-50));
    let reading = bench.state.transcript.reading();
    bench.keys("b enter");
    assert_eq!((bench.state.transcript.reading(), reading.is_some()), (reading, true), "the view stays");
    assert_eq!(queued(&bench), ["b"]);
    let shown: Vec<usize> =
        bench.state.transcript.visible(bench.state.conversation.turns()).map(|row| row.turn).collect();
    assert!(shown.iter().all(|turn| *turn == 0), "{shown:?}");
}

#[test]
fn a_queued_prompt_returns_to_the_empty_input_with_its_route_and_its_files() {
    let mut bench = Bench::new();
    bench.keys("a enter").engine(engine::Event::Turn(TurnId(1), TurnEvent::Started));
    let blob = Blob { media_type: "text/plain".into(), bytes: b"x".as_slice().into() };
    let extent = Extent::Text { lines: 1, tokens: 1 };
    let file = Attachment { name: "notes.txt".to_owned(), blob: blob.reference(), extent };
    bench.state.draft.attached.add(file.clone());
    bench.keys("b alt-2 enter alt-q enter");
    assert_eq!((bench.effects.contains(&unqueue(2)), bench.state.panel.is_none()), (true, true));
    let_go(&mut bench, 2);
    assert_eq!((bench.state.composer.text(), bench.state.draft.attached.files()), ("b", [file].as_slice()));
    assert_eq!(bench.state.draft.choice.category, Some("reasoning".into()));
    assert_eq!(bench.state.queued(), 0);
}

#[test]
fn a_draft_is_never_replaced_by_a_queued_prompt() {
    let mut bench = queue();
    bench.keys("esc x alt-q e");
    assert_eq!(bench.notice(), "Send or clear what you are writing first");
    assert_eq!((bench.state.composer.text(), queued(&bench).len()), ("x", 3));
}

#[test]
fn a_dropped_prompt_leaves_the_queue_and_stays_among_the_earlier_ones() {
    let mut bench = queue();
    assert_eq!(bench.keys("down delete").effects, [unqueue(3)]);
    let_go(&mut bench, 3);
    assert_eq!(queued(&bench), ["b", "d"]);
    assert_eq!((bench.state.composer.text(), bench.notice().starts_with("Dropped “c”")), ("", true));
    bench.keys("esc up");
    assert_eq!(bench.state.composer.text(), "c");
}

#[test]
fn a_moved_prompt_stays_selected_and_stops_at_the_ends() {
    let mut bench = queue();
    let requeue = |turn, later| Effect::Engine(Command::Requeue { turn: TurnId(turn), later });
    assert_eq!(bench.keys("alt-up").effects, []);
    assert_eq!(bench.keys("alt-down").effects, [requeue(2, true)]);
    for (id, with) in [(2, 3), (3, 2)] {
        let ask: Ask = bench.state.conversation.turn(TurnId(with)).unwrap().ask.clone();
        let prompt = if with == 3 { "c" } else { "b" };
        let ask = Ask { prompt: prompt.into(), ..ask };
        bench.engine(engine::Event::Turn(TurnId(id), TurnEvent::Requeued(Box::new(ask))));
    }
    assert_eq!(queued(&bench), ["c", "b", "d"]);
    assert_eq!(bench.keys("J").effects, [requeue(3, true)], "the moved prompt is still selected");
    assert_eq!(bench.keys("J").effects, [], "it is the last");
}

#[test]
fn a_prompt_that_is_answered_meanwhile_is_not_taken_for_a_dropped_one_later() {
    let mut bench = queue();
    bench.keys("delete esc");
    let_go(&mut bench, 1);
    bench.state.composer.set_text("");
    bench.engine(engine::Event::Turn(TurnId(2), TurnEvent::Started));
    let_go(&mut bench, 2);
    assert_eq!(bench.state.composer.text(), "b");
}

#[test]
fn without_a_queue_the_key_says_so() {
    assert_eq!(Bench::new().keys("alt-q").notice(), "Nothing is queued");
}
