//! What follows from events, without an engine: previews, corrections, lessons, the report.

mod draft;
mod queue;
mod turns;

use super::update;
use crate::chat::{Ask, Correction, Ending, TurnEvent, TurnId};
use crate::engine::{self, ChatChange, Command, Preview, StoreQuery};
use crate::examples;
use crate::provider::Finish;
use crate::router::{Decider, Lesson, LessonId, OutcomeId, OutcomeKind, Scope};
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Mouse, Now};
use crate::tui::panels::{About, OpenPanel};
use crate::tui::state::{BlockId, Focus, Motion, State};
use jiff::Timestamp;
use std::time::Duration;

/// A state, and what followed from the last event.
struct Bench {
    state: State,
    effects: Vec<Effect>,
}

impl Bench {
    fn new() -> Self {
        Self { state: State::new(examples::start()), effects: Vec::new() }
    }

    fn event(&mut self, event: Event) -> &mut Self {
        let now = Now { since_start: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };
        self.effects = update(&mut self.state, event, now);
        self
    }

    fn keys(&mut self, names: &str) -> &mut Self {
        for name in names.split(' ') {
            self.event(Event::Key(name.parse().unwrap()));
        }
        self
    }

    fn engine(&mut self, event: engine::Event) -> &mut Self {
        self.event(Event::Engine(event))
    }

    /// A prompt of one letter that was taken for coding and answered.
    fn answered(&mut self, id: u64, prompt: &str) -> &mut Self {
        self.answered_with(id, prompt, "yes")
    }

    /// The same with that answer.
    fn answered_with(&mut self, id: u64, prompt: &str, answer: &str) -> &mut Self {
        self.keys(prompt).keys("enter");
        let decision = examples::decision("coding", "qwen-3-32b", Decider::Classifier);
        let ending = Ending::Answered(Finish::Stop);
        for event in [
            TurnEvent::Started,
            TurnEvent::Decided(Box::new(decision)),
            examples::asked("qwen-3-32b"),
            examples::text(answer, 0),
            TurnEvent::Ended { ending, after: None },
        ] {
            self.engine(engine::Event::Turn(TurnId(id), event));
        }
        self
    }

    /// The engine learns that a turn should have been of that category.
    fn taught(&mut self, turn: u64, id: i64, category: &str) -> &mut Self {
        let correction = Correction { category: category.into(), lesson: Some(LessonId(id)) };
        self.engine(engine::Event::Turn(TurnId(turn), TurnEvent::Corrected(Some(correction))));
        let lesson = Lesson {
            id: LessonId(id),
            turn: Some(turn),
            prompt: "a".into(),
            previous: None,
            decided: "coding".into(),
            category: category.into(),
            scope: Scope::Always,
            taught_at: Timestamp::UNIX_EPOCH,
            imported_from: None,
        };
        let lessons = self.state.lessons.iter().flatten().cloned().chain([lesson.clone()]).collect();
        self.engine(engine::Event::Lessons(lessons)).engine(engine::Event::Taught(lesson))
    }

    /// The engine unlearns the only lesson.
    fn untaught(&mut self, id: i64) -> &mut Self {
        self.engine(engine::Event::Lessons(Vec::new())).engine(engine::Event::Untaught(LessonId(id)))
    }

    /// The prompt and the wished category that the last event asked about.
    fn asked(&self) -> Option<(String, Option<String>)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Engine(Command::Preview(Preview { prompt, route, .. })) => {
                Some((prompt.text.to_string(), route.category.as_ref().map(ToString::to_string)))
            }
            _ => None,
        })
    }

    fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |notice| &notice.text)
    }

    fn mark(&self, id: u64) -> Option<String> {
        self.state.conversation.turn(TurnId(id))?.corrected().map(ToString::to_string)
    }
}

fn correction(turn: u64, category: &str) -> Effect {
    let at = Timestamp::UNIX_EPOCH;
    Effect::Engine(Command::Correct { turn: TurnId(turn), category: category.into(), scope: Scope::Always, at })
}

fn undoing(lesson: i64) -> Effect {
    Effect::Engine(Command::Unteach { lesson: LessonId(lesson), at: Timestamp::UNIX_EPOCH })
}

#[test]
fn every_change_of_the_prompt_or_of_the_wish_is_asked_about_and_nothing_else_is() {
    let mut bench = Bench::new();
    assert_eq!(bench.keys("space").asked(), None, "there is nothing to decide about white space");
    assert_eq!(bench.keys("a").asked(), Some((" a".to_owned(), None)));
    assert_eq!(bench.keys("left").asked(), None);
    assert_eq!(bench.event(Event::Ticked).asked(), None);
    assert_eq!(bench.keys("alt-2").asked(), Some((" a".to_owned(), Some("reasoning".to_owned()))));
    assert_eq!(bench.keys("f5").asked(), None);
    assert_eq!(bench.keys("esc").asked(), None, "nothing has changed behind what was in front");
    assert_eq!(bench.keys("right backspace").asked(), None);
    assert!(bench.state.draft.preview.answer().is_none());
}

#[test]
fn a_draft_is_previewed_again_when_a_turn_ends_or_a_lesson_comes() {
    let mut bench = Bench::new();
    bench.keys("a enter b");
    let ended = TurnEvent::Ended { ending: Ending::Failed("why".to_owned()), after: None };
    assert!(bench.engine(engine::Event::Turn(TurnId(1), ended)).asked().is_some());
    assert!(bench.engine(engine::Event::Lessons(Vec::new())).asked().is_some());
    assert!(bench.keys("enter").asked().is_none(), "a prompt that was sent is decided, not guessed at");
}

#[test]
fn a_digit_in_the_history_corrects_once_and_says_what_it_would_not_do() {
    let mut bench = Bench::new();
    bench.keys("shift-tab 2");
    assert_eq!((bench.effects.as_slice(), bench.notice()), ([].as_slice(), "Nothing routed yet"));
    bench.keys("tab").answered(1, "a").keys("shift-tab 1");
    assert_eq!((bench.effects.as_slice(), bench.notice()), ([].as_slice(), "Already coding"));
    bench.keys("9");
    assert!(bench.effects.is_empty() && bench.notice().starts_with("No category 9"));
    assert_eq!(bench.keys("2").effects, [correction(1, "reasoning")]);
    assert_eq!(bench.mark(1).as_deref(), Some("reasoning"));
    bench.keys("2");
    assert_eq!((bench.effects.as_slice(), bench.notice()), ([].as_slice(), "Already reasoning"));
    assert_eq!(bench.keys("3").effects, [correction(1, "general")], "one may think again");
}

#[test]
fn the_selected_decision_is_corrected_not_the_latest() {
    let mut bench = Bench::new();
    bench.answered(1, "a").answered(2, "b").keys("shift-tab down 4");
    assert_eq!(bench.effects, [correction(1, "vision")]);
    assert_eq!((bench.mark(1).as_deref(), bench.mark(2)), (Some("vision"), None));
}

#[test]
fn a_correction_is_undone_once_it_was_learned_and_its_mark_goes_with_it() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("shift-tab u");
    assert!(bench.effects.is_empty() && bench.notice().contains("Nothing to undo"));
    bench.keys("3 u");
    assert!(bench.effects.is_empty() && bench.notice().contains("Still learning"));
    bench.taught(1, 7, "general");
    assert_eq!(bench.notice(), "Learned: “a” → general · r ask again · u undo");
    assert_eq!(bench.keys("u").effects, [undoing(7)]);
    bench.untaught(7);
    assert_eq!((bench.mark(1), bench.notice()), (None, "Undone: “a” is coding again"));
}

#[test]
fn correcting_back_to_what_was_decided_undoes_the_lesson_and_teaches_nothing() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("shift-tab 2").taught(1, 7, "reasoning");
    assert_eq!(bench.keys("1").effects, [correction(1, "coding")], "what it taught is for the engine to undo");
    assert_eq!((bench.mark(1), bench.notice()), (None, "“a” is coding again"));
    bench.untaught(7).keys("3 1");
    assert_eq!(bench.effects, [correction(1, "coding")], "also what is still being learned");
    assert_eq!(bench.mark(1), None);
}

#[test]
fn what_follows_up_goes_by_what_the_user_said() {
    let mut bench = Bench::new();
    let before = |bench: &Bench| {
        bench.state.conversation.category_of_last(bench.state.conversation.leaf()).map(ToString::to_string)
    };
    bench.answered(1, "a").keys("shift-tab 2").taught(1, 7, "reasoning");
    assert_eq!(before(&bench).as_deref(), Some("reasoning"));
    bench.keys("u").engine(engine::Event::Untaught(LessonId(7)));
    assert_eq!(before(&bench).as_deref(), Some("coding"));
    bench.keys("2 1");
    assert_eq!(before(&bench).as_deref(), Some("coding"));
}

#[test]
fn in_the_history_only_the_lesson_of_the_row_is_undone() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("shift-tab 2").taught(1, 7, "reasoning").keys("tab");
    bench.answered(2, "a").keys("shift-tab u");
    assert!(bench.effects.is_empty() && bench.notice().contains("Nothing to undo"));
    bench.keys("2");
    assert_eq!(bench.mark(2).as_deref(), Some("reasoning"));
    bench.taught(2, 8, "reasoning");
    assert_eq!(bench.keys("u").effects, [undoing(8)]);
    assert_eq!(bench.keys("down u").effects, [undoing(7)]);
}

#[test]
fn below_the_lessons_u_undoes_what_was_learned_of_a_model() {
    let mut bench = Bench::new();
    let outcomes = [1, 2].map(|id| examples::outcome(id, OutcomeKind::Continued, "a"));
    bench.answered(1, "a").taught(1, 7, "reasoning").engine(engine::Event::Outcomes(outcomes.to_vec()));
    let undoing_outcome =
        |id| Effect::Engine(Command::UndoOutcome { outcome: OutcomeId(id), at: Timestamp::UNIX_EPOCH });
    assert_eq!(bench.keys("f5 u").effects, [undoing(7)]);
    assert_eq!(bench.keys("down u").effects, [undoing_outcome(2)], "the latest first");
    assert_eq!(bench.keys("down u").effects, [undoing_outcome(1)]);
    assert_eq!(bench.keys("down u").effects, [undoing_outcome(1)], "it is the last");
    bench.engine(engine::Event::Outcomes(Vec::new()));
    assert_eq!(bench.keys("u").effects, [undoing(7)]);
}

#[test]
fn a_notice_goes_when_the_user_goes_on_to_something_else() {
    for keys in ["tab", "f5", "x", "f1"] {
        let mut bench = Bench::new();
        bench.answered(1, "a").keys("shift-tab 1");
        assert_eq!(bench.notice(), "Already coding");
        assert_eq!(bench.keys(keys).notice(), "", "{keys}");
    }
}

#[test]
fn on_a_narrow_screen_the_prompt_gives_way_to_the_keys_of_what_was_learned() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("f3 f3 shift-tab 2");
    for (width, said) in
        [(80, "Learned: “a” → reasoning · r ask again · u undo"), (48, "Learned: reasoning · r ask again · u undo")]
    {
        bench.event(Event::Resized { width, height: 24 });
        assert_eq!(bench.taught(1, 7, "reasoning").notice(), said, "{width}");
    }
}

#[test]
fn a_lesson_that_no_store_has_is_not_said_to_be_kept() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("alt-c g e n enter");
    assert_eq!(bench.effects, [correction(1, "general")]);
    bench.taught(1, -1, "general");
    let said = "Learned until you leave: “a” → general · Alt+A ask again · Alt+U undo";
    assert_eq!(bench.notice(), said);
    assert_eq!(bench.keys("alt-u").effects, [undoing(-1)]);
}

#[test]
fn asking_again_sends_the_prompt_as_the_right_category_beside_the_draft() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("d shift-tab 3 r");
    let submitted = bench.effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Submit(Ask { turn, prompt, route, .. })) => {
            Some((*turn, prompt.text.to_string(), route.clone()))
        }
        _ => None,
    });
    let (turn, prompt, route) = submitted.unwrap();
    assert_eq!((turn, prompt.as_str()), (TurnId(2), "a"));
    assert_eq!((route.category, route.model), (Some("general".into()), None));
    assert_eq!(bench.state.composer.text(), "d");
}

#[test]
fn the_selected_lesson_is_undone_from_their_list() {
    let mut bench = Bench::new();
    bench.keys("f5 delete");
    assert!(bench.effects.is_empty() && bench.notice().contains("Nothing to undo"));
    bench.taught(1, 1, "general").taught(2, 2, "general");
    assert_eq!(bench.keys("u").effects, [undoing(2)], "the latest stands first");
    assert_eq!(bench.keys("down down delete").effects, [undoing(1)]);
    bench.engine(engine::Event::Lessons(Vec::new()));
    assert!(matches!(&bench.state.panel, Some(OpenPanel::Lessons(lessons)) if lessons.selected == 0));
    bench.keys("x");
    assert!(bench.state.composer.is_empty(), "what is in front takes the keys");
}

/// The days that the report is asked for.
fn fortnight(bench: &Bench) -> crate::store::Days {
    let timezone = bench.state.start.timezone.clone();
    crate::store::Days { last: Timestamp::UNIX_EPOCH.to_zoned(timezone.clone()).date(), count: 14, timezone }
}

#[test]
fn the_key_that_opens_a_page_closes_it_and_the_report_is_asked_for_once() {
    let mut bench = Bench::new();
    let asked = Command::Query(StoreQuery::Report(fortnight(&bench)));
    assert_eq!(bench.keys("f6").effects, [Effect::Engine(asked)]);
    assert!(bench.keys("f6").effects.is_empty() && bench.state.panel.is_none());
    bench.keys("f6").engine(engine::Event::Notice("the disk is full".to_owned()));
    assert!(bench.state.panel.is_none(), "a report that does not come leaves no empty page");
    assert_eq!(bench.notice(), "the disk is full");
    bench.keys("f4");
    assert_eq!(bench.notice(), "Nothing routed yet");
    bench.answered(1, "a").keys("f4");
    assert!(bench.state.panel.as_ref().map(OpenPanel::about) == Some(About::Decision(TurnId(1))));
    assert!(bench.keys("f4").state.panel.is_none());
}

#[test]
fn colours_that_come_back_are_there_for_the_next_frame() {
    let mut bench = Bench::new();
    let id = BlockId { turn: TurnId(1), at: 0 };
    let job = bench.state.marks.colours.want(&id, "rust", "let x;\n", 0).unwrap();
    let found = job.highlight();
    bench.event(Event::Highlighted(job.done(found)));
    assert_eq!(bench.effects, []);
    assert!(bench.state.marks.colours.line(&id, 0).is_some());
}

#[test]
fn a_digit_in_a_page_that_shows_none_corrects_nothing() {
    for page in ["f5", "f6", "f8"] {
        let mut bench = Bench::new();
        bench.answered(1, "a").keys(page).keys("2 r u s");
        assert!(bench.effects.is_empty() && bench.mark(1).is_none(), "{page}");
    }
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("f4 2");
    assert_eq!(bench.effects, [correction(1, "reasoning")], "why shows the digits");
    assert!(bench.keys("enter").state.panel.is_none(), "and Enter says that it is right");
}

#[test]
fn with_a_draft_a_letter_in_the_conversation_is_text() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("m tab e").keys("r / G");
    assert_eq!(bench.state.composer.text(), "mer/G");
    assert!(bench.state.draft.editing.is_none() && bench.state.panel.is_none());
    assert_eq!(bench.state.window.focus, Focus::Composer);
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("x y left tab w");
    assert_eq!(bench.state.composer.text(), "xwy", "at the caret");
}

#[test]
fn with_an_empty_draft_a_letter_in_the_conversation_is_a_command_or_text() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("tab e");
    assert!(bench.state.draft.editing.is_some());
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("tab w");
    assert_eq!(bench.state.composer.text(), "w", "no command of that letter");
}

#[test]
fn one_letter_behind_the_leader_key_does_what_f_keys_and_alt_do() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("ctrl-x w");
    assert_eq!(bench.state.panel.as_ref().map(OpenPanel::about), Some(About::Decision(TurnId(1))));
    bench.keys("ctrl-x 3");
    assert_eq!(bench.state.draft.choice.category, Some("general".into()), "also with a panel in front");
    assert!(bench.state.leader_hints().is_empty());
}

#[test]
fn an_unknown_letter_behind_the_leader_key_only_ends_the_wait() {
    for key in ["esc", "j", "ctrl-d", "enter", "ctrl-x"] {
        let mut bench = Bench::new();
        bench.keys("a ctrl-x");
        assert!(!bench.state.leader_hints().is_empty());
        bench.keys(key);
        assert!(bench.state.leader_hints().is_empty() && bench.effects.is_empty(), "{key}");
        assert_eq!(bench.state.composer.text(), "a", "{key}");
        assert!(bench.state.conversation.is_empty());
    }
}

#[test]
fn a_draft_is_cleared_by_the_same_key_twice_and_comes_back_as_a_whole() {
    for back in ["ctrl-y", "ctrl-z", "alt-z", "ctrl-x z"] {
        let mut bench = Bench::new();
        bench.event(Event::Pasted("one\ntwo\nthree".to_owned())).keys("ctrl-u");
        assert_eq!(bench.state.composer.text(), "one\ntwo\n");
        bench.keys("ctrl-u");
        assert!(bench.state.composer.is_empty());
        assert_eq!(bench.notice(), "Draft cleared · Ctrl+Y puts it back");
        if back == "ctrl-z" {
            assert_eq!(bench.keys(back).effects, [Effect::Suspend], "this notice offers another key");
            continue;
        }
        bench.keys(back);
        assert_eq!((bench.state.composer.text(), bench.notice()), ("one\ntwo\nthree", ""), "{back}");
    }
}

#[test]
fn another_key_between_keeps_the_rest_of_the_draft() {
    let mut bench = Bench::new();
    bench.event(Event::Pasted("one\ntwo".to_owned())).keys("ctrl-u x ctrl-u");
    assert_eq!(bench.state.composer.text(), "one\n");
}

#[test]
fn esc_and_ctrl_c_never_destroy_a_draft() {
    let mut bench = Bench::new();
    bench.keys("a b esc ctrl-c tab esc");
    assert_eq!(bench.state.composer.text(), "ab");
}

#[test]
fn a_deleted_chat_comes_back_by_the_key_of_the_notice_from_anywhere() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("ctrl-x n").answered(2, "b");
    let chat = bench.state.conversation.id();
    let change = |change| Effect::Engine(Command::Change(chat, change));
    bench.keys("ctrl-p d e l e t e enter");
    assert!(bench.effects.contains(&change(ChatChange::Delete(Timestamp::UNIX_EPOCH))));
    assert_eq!(bench.notice(), "Deleted b · Ctrl+Z brings it back");
    assert!(bench.keys("ctrl-z").effects.contains(&change(ChatChange::Restore)));
    assert_eq!(bench.keys("ctrl-z").effects, [Effect::Suspend], "the offer is gone with its notice");
}

#[test]
fn a_notice_that_comes_by_itself_outlives_the_next_letter_but_not_its_time() {
    let mut bench = Bench::new();
    bench.engine(engine::Event::Notice("the disk is full".to_owned())).keys("a b");
    assert_eq!(bench.notice(), "the disk is full");
    let later = |seconds| Now { since_start: Duration::from_millis(seconds), wall: Timestamp::UNIX_EPOCH };
    update(&mut bench.state, Event::Key("c".parse().unwrap()), later(2000));
    assert_eq!(bench.notice(), "");
    bench.engine(engine::Event::Notice("the disk is full".to_owned()));
    update(&mut bench.state, Event::Ticked, later(5999));
    assert_eq!(bench.notice(), "the disk is full");
    update(&mut bench.state, Event::Ticked, later(6000));
    assert_eq!(bench.notice(), "");
}

#[test]
fn a_search_is_edited_as_every_line_and_touches_no_draft() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("x ctrl-f b home a delete");
    let query = |bench: &Bench| bench.state.marks.search.as_ref().map(|search| search.query().text().to_owned());
    assert_eq!((query(&bench).as_deref(), bench.state.composer.text()), (Some("a"), "x"));
    bench.keys("ctrl-u backspace");
    assert_eq!((query(&bench), bench.state.composer.text()), (None, "x"));
}

#[test]
fn a_key_in_a_long_draft_copies_nothing_of_it_until_the_typing_rests() {
    let mut bench = Bench::new();
    bench.event(Event::Pasted("a line of the draft\n".repeat(50_000)));
    for key in ["x", "up", "backspace", "ctrl-w", "pgup", "ctrl-y", "ctrl-j", "left", "alt-z"] {
        bench.keys(key);
        assert!(!bench.state.composer.is_joined() && bench.effects.is_empty(), "{key}");
    }
    let rested = Now { since_start: Duration::from_secs(1), wall: Timestamp::UNIX_EPOCH };
    let effects = update(&mut bench.state, Event::Ticked, rested);
    assert!(matches!(&*effects, [Effect::Engine(Command::Change(..)), Effect::Engine(Command::Preview(_))]));
    assert!(update(&mut bench.state, Event::Ticked, rested).is_empty());
}

#[test]
fn a_press_in_the_input_puts_the_caret_there_and_copying_takes_what_is_selected() {
    let mut bench = Bench::new();
    bench.keys("o n e ctrl-j t w o");
    let area = bench.state.regions().composer_text();
    bench.event(Event::Mouse(Mouse::Pressed(area.x + 1, area.y))).keys("x");
    assert_eq!(bench.state.composer.text(), "oxne\ntwo");
    bench.state.composer.select(Motion::Down);
    bench.keys("alt-y");
    assert!(matches!(&*bench.effects, [Effect::Copy { text, .. }] if text == "ne\ntw"), "{:?}", bench.effects);
    bench.keys("esc");
    assert_eq!((bench.state.composer.selected_text(), bench.state.composer.text()), (None, "oxne\ntwo"));
}

#[test]
fn every_list_with_a_filter_has_the_editing_keys() {
    for open in ["f2", "f7", "ctrl-p", "ctrl-o", "f1", "alt-c"] {
        let mut bench = Bench::new();
        bench.answered(1, "a").keys(open).keys("x home y end ctrl-w");
        let panel = format!("{:?}", bench.state.panel);
        assert!(panel.contains("kill: Kill { text: \"yx\"") && panel.contains("caret: 0"), "{open}: {panel}");
        bench.event(Event::Pasted("two\nlines".to_owned())).keys("left");
        let panel = format!("{:?}", bench.state.panel);
        assert!(panel.contains("text: \"two lines\", caret: 8"), "{open}: {panel}");
    }
}
