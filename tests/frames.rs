//! Pictures of the screen, kept as snapshots at four sizes. A change of one is a change of what people see.

use crate::support::config;
use crate::support::examples::{asked, asked_with, came, outcome, text};
use jiff::civil::date;
use jiff::{Span, Timestamp};
use pointsman::chat::{Ask, Correction, Delta, Ending, Finish, Note, SentRequest, TurnEvent, TurnId, Usage};
use pointsman::config::CategoryId;
use pointsman::engine::{self, Command, Preview};
use pointsman::router::{Candidate, Decider, Decision, Lesson, LessonId, LocalDecision, OutcomeKind, Scope};
use pointsman::store::{Count, DayCount, JudgeCount, ModelCount, Percentiles, RouteReport, Share};
use pointsman::tui::{Appearance, Effect, Event, Keymap, Now, Start, State, Styles, draw, update};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::time::Duration;

/// A screen without a terminal and a clock that only the test moves.
pub(crate) struct Stage {
    state: State,
    size: (u16, u16),
    clock: Duration,
    /// The number of the latest question what would become of a prompt.
    asked: u64,
    /// The turns in the order in which they were sent.
    turns: Vec<TurnId>,
}

impl Stage {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        let start = Start {
            config: config(""),
            connection: "oxlo answers, at https://api.oxlo.ai/v1.".to_owned(),
            provider: "oxlo".to_owned(),
            can_judge: true,
            stand_in: None,
            appearance: Appearance::default(),
            keymap: Arc::new(Keymap::load(None, "").unwrap()),
            timezone: jiff::tz::TimeZone::UTC,
            size: (width, height),
            begun_at: Timestamp::from_second(NOON).unwrap(),
            salt: 0,
        };
        Self { state: State::new(start), size: (width, height), clock: Duration::ZERO, asked: 0, turns: Vec::new() }
    }

    pub(crate) fn event(&mut self, event: Event) -> Vec<Effect> {
        let wall = Timestamp::from_second(NOON).unwrap();
        let effects = update(&mut self.state, event, Now { since_start: self.clock, wall });
        for effect in &effects {
            match effect {
                Effect::Engine(Command::Preview(Preview { serial, .. })) => self.asked = *serial,
                Effect::Engine(Command::Submit(Ask { turn, .. })) => self.turns.push(*turn),
                _ => {}
            }
        }
        effects
    }

    pub(crate) fn engine(&mut self, event: engine::Event) -> &mut Self {
        self.event(Event::Engine(event));
        self
    }

    /// The local deciders answer what they make of the prompt in the input.
    fn previewed(&mut self, decision: Decision, sure: bool) -> &mut Self {
        let opinion = Box::new(LocalDecision { decision, sure });
        self.engine(engine::Event::Previewed { serial: self.asked, local: opinion })
    }

    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.event(Event::Key(name.parse().unwrap()));
        self
    }

    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.key(&if c == ' ' { "space".to_owned() } else { c.to_string() });
        }
        self
    }

    /// Lets so many seconds pass.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.clock += Duration::from_secs(seconds);
        self.event(Event::Ticked);
    }

    pub(crate) fn turn(&mut self, id: usize, event: TurnEvent) -> &mut Self {
        // The first that was sent is 1.
        self.engine(engine::Event::Turn(self.turns[id - 1], event))
    }

    /// A prompt that is judged and answered.
    pub(crate) fn answered(&mut self, id: usize, prompt: &str, category: &str, model: &str, answer: &str) -> &mut Self {
        self.type_text(prompt).key("enter");
        self.decided(id, category, model);
        self.turn(id, text(answer, 312));
        self.turn(id, came(Delta::Usage(Usage { prompt_tokens: 42, completion_tokens: 120 }), 1740));
        let ending = Ending::Answered(Finish::Stop);
        self.turn(id, TurnEvent::Ended { ending, after: Some(Duration::from_millis(1740)) })
    }

    pub(crate) fn decided(&mut self, id: usize, category: &str, model: &str) -> &mut Self {
        self.turn(id, TurnEvent::Started);
        self.turn(id, TurnEvent::Decided(Box::new(decision(category, model))));
        self.turn(id, asked(model))
    }

    pub(crate) fn picture(&mut self) -> String {
        let (width, height) = self.size;
        self.state.prepare();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let caret = draw(&self.state, &Styles::coloured(), self.clock, &mut buffer);
        let mut lines = Vec::new();
        for y in 0..height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(if caret.is_some_and(|caret| (caret.x, caret.y) == (x, y)) { "▏" } else { symbol });
                    skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                }
                skip -= 1;
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }
}

pub(crate) fn decision(category: &str, model: &str) -> Decision {
    let candidate = |model: &str| Candidate { model: model.into(), provider: "oxlo".into() };
    Decision {
        category: CategoryId::from(category),
        candidates: vec![candidate(model), candidate("llama-3.3-70b")],
        decider: Decider::Judge,
        probabilities: Vec::new(),
        reason: format!("deepseek-v3.2 says {category}"),
        hint: None,
        evidence: Vec::new(),
        elapsed: Duration::from_millis(287),
        requests: 1,
    }
}

/// A decision of the local classifier.
fn classified(category: &str, model: &str, shares: [f64; 4]) -> Decision {
    let ids = ["coding", "reasoning", "general", "vision"].map(CategoryId::from);
    let evidence = ["“python”", "“merge”", "“function”", "names a language", "like “merge two sorted arrays in Go”"];
    Decision {
        decider: Decider::Classifier,
        probabilities: ids.into_iter().zip(shares).collect(),
        reason: format!("the local classifier says {category}"),
        evidence: evidence.map(str::to_owned).to_vec(),
        elapsed: Duration::from_micros(5_120),
        requests: 0,
        ..decision(category, model)
    }
}

fn lesson(id: i64, prompt: &str, decided: &str, category: &str) -> Lesson {
    Lesson {
        id: LessonId(id),
        imported_from: None,
        turn: None,
        prompt: prompt.into(),
        previous: None,
        decided: decided.into(),
        category: category.into(),
        scope: Scope::Always,
        taught_at: Timestamp::from_second(NOON).unwrap(),
    }
}

fn report() -> RouteReport {
    let counted = |name: &str, prompts| Count { name: name.to_owned(), prompts };
    let model = |name: &str, prompts, median| {
        let times = Percentiles { count: prompts, median, p90: median * 3 };
        ModelCount { name: name.into(), prompts, first_text_ms: Some(times) }
    };
    RouteReport {
        since: None,
        prompts: 128,
        categories: vec![counted("coding", 70), counted("general", 41), counted("reasoning", 16), counted("vision", 1)],
        models: vec![model("qwen-3-32b", 70, 312), model("deepseek-v3.2", 41, 540), model("llama-3.3-70b", 17, 401)],
        deciders: vec![counted("classifier", 96), counted("follow-up", 14), counted("judge", 12), counted("memory", 6)],
        overridden: Share { count: 4, rate: Some(0.031) },
        corrected: Share { count: 3, rate: Some(0.024) },
        judge: JudgeCount { requests: 12, saved: 116 },
        first_text_ms: Some(Percentiles { count: 128, median: 388, p90: 1_200 }),
        days: days(),
    }
}

/// Two weeks, some busier than others.
fn days() -> Vec<DayCount> {
    let last = date(2026, 1, 5);
    let day = |back: i64| {
        let counted = |(name, prompts): (&str, i64)| Count { name: name.to_owned(), prompts: prompts.unsigned_abs() };
        let busy = (back * 7) % 5;
        let categories = [("coding", busy * 2), ("general", busy), ("reasoning", back % 3), ("vision", back % 2)];
        let categories = categories.into_iter().filter(|(_, prompts)| *prompts > 0 && back != 6);
        DayCount { day: last - Span::new().days(back), categories: categories.map(counted).collect() }
    };
    (0..14).rev().map(day).collect()
}

/// 2026-01-05, 12:01 in Greenwich.
pub(crate) const NOON: i64 = 1_767_614_460;

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 36), (200, 60)];

/// Takes the picture of `scene` at every size.
pub(crate) fn pictures(name: &str, scene: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = Stage::new(width, height);
        scene(&mut stage);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.picture());
    }
}

const CODE: &str = "```python\ndef merge_sorted(a, b):\n    merged = []\n    while a and b:\n        merged.append(a.pop(0) if a[0] < b[0] else b.pop(0))\n    return merged + a + b\n```\n\nIt walks both lists once, so it takes O(n + m) comparisons.";

#[test]
fn the_first_screen_says_what_this_is_who_answers_and_what_to_press() {
    pictures("first", |_| {});
}

#[test]
fn a_conversation_shows_who_answered_why_and_how_fast() {
    pictures("conversation", |stage| {
        stage.answered(1, "Write a Python function to merge two sorted lists", "coding", "qwen-3-32b", CODE);
        let answer = "The halting problem asks whether a program ends. 停機問題 is undecidable: no program decides it for all programs 👩‍🔬.";
        stage.answered(2, "Explain the halting problem", "general", "deepseek-v3.2", answer);
        stage.type_text("and in one line?");
    });
}

#[test]
fn a_wait_says_what_is_waited_for_and_for_how_long() {
    pictures("asking_the_judge", |stage| {
        stage.type_text("Explain the halting problem").key("enter");
        stage.turn(1, TurnEvent::Started).turn(1, TurnEvent::Judging { judge: "deepseek-v3.2".into() });
        stage.clock = Duration::from_secs(3);
    });
    pictures("waiting_for_the_model", |stage| {
        stage.type_text("Explain the halting problem").key("enter").decided(1, "general", "deepseek-v3.2");
        stage.type_text("next").key("enter").type_text("and another");
        stage.clock = Duration::from_secs(12);
    });
}

#[test]
fn failures_and_remarks_stand_where_they_happened() {
    pictures("failure", |stage| {
        stage.type_text("Hello").key("enter").decided(1, "general", "deepseek-v3.2");
        let notes = vec![Note::LeftOut { turns: 3, window: 32768 }];
        stage.turn(1, asked_with("deepseek-v3.2", SentRequest::default(), notes)).turn(1, text("Half an", 90));
        let why = "oxlo broke off the answer, it is incomplete; write 'go on', or ask again".to_owned();
        stage.turn(1, TurnEvent::Ended { ending: Ending::Failed(why), after: Some(Duration::from_secs(2)) });
    });
}

#[test]
fn the_help_lists_every_key() {
    pictures("help", |stage| _ = stage.key("f1"));
    pictures("help_end", |stage| _ = stage.key("f1").key("end"));
}

#[test]
fn the_lists_show_models_and_commands_and_filter() {
    pictures("models", |stage| _ = stage.key("ctrl-o"));
    pictures("commands", |stage| _ = stage.type_text("/mod"));
}

#[test]
fn the_queue_the_themes_and_the_letters_of_the_leader_key_are_in_sight() {
    pictures("queue", |stage| {
        stage.type_text("Explain the halting problem").key("enter").decided(1, "general", "deepseek-v3.2");
        stage.type_text("and in one line?").key("enter").type_text("Is 91 prime?").key("alt-2").key("enter");
        stage.key("alt-q").key("down");
    });
    pictures("theme", |stage| _ = stage.key("ctrl-p").type_text("theme").key("enter").key("down"));
    pictures("leader", |stage| _ = stage.type_text("Is 91 prime?").key("ctrl-x"));
}

#[test]
fn a_choice_is_shown_before_it_counts() {
    pictures("chosen_category", |stage| _ = stage.type_text("Is 91 prime?").key("alt-2"));
}

#[test]
fn a_reader_keeps_the_place_and_sees_how_much_there_is_below() {
    pictures("reading_back", |stage| {
        for id in 1..=6 {
            stage.answered(id, "Write a Python function", "coding", "qwen-3-32b", CODE);
        }
        stage.key("pgup").key("pgup");
    });
}

#[test]
fn the_sidebar_lies_over_a_narrow_screen_when_it_is_asked_for() {
    pictures("sidebar", |stage| {
        stage.answered(1, "Write a Python function to merge two sorted lists", "coding", "qwen-3-32b", CODE);
        stage.answered(2, "Explain it", "general", "deepseek-v3.2", "It merges.");
        if stage.size.0 < 100 {
            stage.key("f3");
        }
        stage.key("shift-tab").key("down");
    });
}

#[test]
fn the_chip_says_what_would_become_of_the_prompt() {
    pictures("chip_sure", |stage| {
        stage.type_text("Write a Python function");
        stage.previewed(classified("coding", "qwen-3-32b", [0.97, 0.01, 0.0196, 0.0004]), true);
    });
    pictures("chip_guess", |stage| {
        stage.type_text("How long is it?");
        let guess = Decision {
            decider: Decider::Default,
            ..classified("reasoning", "llama-3.3-70b", [0.12, 0.61, 0.26, 0.01])
        };
        stage.previewed(guess, false);
    });
    pictures("chip_hint", |stage| {
        stage.type_text("What does this screenshot show?");
        let hint = Some("it speaks of a picture and none is attached, so general answers".to_owned());
        stage.previewed(Decision { hint, ..classified("vision", "kimi-k2.6", [0.01, 0.0, 0.03, 0.96]) }, true);
    });
}

/// Two turns, the first decided by the classifier and taken for coding.
fn two_turns(stage: &mut Stage) {
    stage.type_text("Write a short story about a function that merges lists").key("enter");
    stage.turn(1, TurnEvent::Started);
    let hint = Some("it speaks of a picture and none is attached, so general answers".to_owned());
    let decided = Decision { hint, ..classified("coding", "qwen-3-32b", [0.93, 0.01, 0.0596, 0.0004]) };
    stage.turn(1, TurnEvent::Decided(Box::new(decided)));
    stage.turn(1, asked("qwen-3-32b"));
    stage.turn(1, text("Once upon a time.", 312));
    let ending = Ending::Answered(Finish::Stop);
    stage.turn(1, TurnEvent::Ended { ending, after: Some(Duration::from_millis(1740)) });
    stage.answered(2, "Explain the halting problem", "general", "deepseek-v3.2", "It is undecidable.");
}

#[test]
fn the_route_shows_how_sure_the_classifier_was_and_why() {
    pictures("route", |stage| {
        two_turns(stage);
        if stage.size.0 < 100 {
            stage.key("f3");
        }
        stage.key("shift-tab").key("down");
    });
}

#[test]
fn a_correction_marks_its_row_and_says_what_can_be_done_now() {
    pictures("corrected", |stage| {
        two_turns(stage);
        if stage.size.0 < 100 {
            stage.key("f3");
        }
        stage.key("shift-tab").key("down").key("3");
        let taught = lesson(1, "Write a short story about a function that merges lists", "coding", "general");
        let correction = Correction { category: "general".into(), lesson: Some(taught.id) };
        stage.engine(engine::Event::Lessons(vec![taught.clone()]));
        stage.turn(1, TurnEvent::Corrected(Some(correction)));
        stage.engine(engine::Event::Taught(taught));
    });
    pictures("correcting", |stage| {
        two_turns(stage);
        stage.key("alt-c");
    });
}

#[test]
fn why_tells_everything_about_a_decision() {
    pictures("why", |stage| {
        two_turns(stage);
        stage.key("f3").key("f3").key("f4");
    });
}

#[test]
fn the_lessons_say_what_was_taught_or_how_to_teach() {
    pictures("lessons_none", |stage| _ = stage.engine(engine::Event::Lessons(Vec::new())).key("f5"));
    pictures("lessons", |stage| {
        let lessons = vec![
            lesson(1, "Write a short story about a function that merges lists", "coding", "general"),
            lesson(2, "Is 91 prime?", "general", "reasoning"),
            lesson(3, "最も速い経路は何ですか?\nzwei", "general", "reasoning"),
        ];
        stage.engine(engine::Event::Lessons(lessons.clone())).key("f5").key("down");
    });
    pictures("lessons_models", |stage| {
        let mut outcomes = vec![
            outcome(1, OutcomeKind::Continued, "Summarise the minutes of the last meeting in five sentences"),
            outcome(2, OutcomeKind::Regenerated, "Is 91 prime?"),
        ];
        outcomes[1].outcome.winner = None;
        stage.engine(engine::Event::Lessons(vec![lesson(1, "Is 91 prime?", "general", "reasoning")]));
        stage.engine(engine::Event::Outcomes(outcomes)).key("f5").key("down");
    });
}

#[test]
fn the_report_fits_every_width_and_says_when_there_is_nothing() {
    pictures("report", |stage| {
        stage.key("f6").engine(engine::Event::Report(Box::new(report())));
    });
    pictures("report_none", |stage| {
        let nothing = RouteReport { prompts: 0, ..report() };
        stage.key("f6").engine(engine::Event::Report(Box::new(nothing)));
    });
}

#[test]
fn slow_no_size_and_no_overlay_panics() {
    for width in (0..14).chain([39, 60, 99, 100, 250]) {
        for height in (0..14).chain([24, 70]) {
            let mut stage = Stage::new(80, 24);
            stage.answered(1, "Prompt with 漢字 and 👩‍🔬", "coding", "qwen-3-32b", CODE);
            for keys in [
                &[][..],
                &["f1"],
                &["ctrl-o"],
                &["f3", "tab", "tab", "tab"],
                &["f4"],
                &["f5"],
                &["f6"],
                &["alt-c"],
                &["f9", "ctrl-r", "a", "enter", "enter"],
            ] {
                for key in keys {
                    stage.key(key);
                }
                stage.size = (width, height);
                stage.event(Event::Resized { width, height });
                stage.picture();
                stage.key("esc").key("pgup").key("x").key("end");
                stage.picture();
            }
        }
    }
}

#[test]
fn a_resize_and_back_shows_the_same() {
    let mut stage = Stage::new(120, 36);
    for id in 1..=6 {
        stage.answered(id, "Write a Python function", "coding", "qwen-3-32b", CODE);
    }
    stage.key("pgup");
    let before = stage.picture();
    for (width, height) in [(40, 12), (10, 3), (97, 50), (120, 36)] {
        stage.size = (width, height);
        stage.event(Event::Resized { width, height });
    }
    assert_eq!(stage.picture(), before);
}

#[test]
fn ten_by_three_can_still_be_typed_into() {
    let mut stage = Stage::new(10, 3);
    stage.type_text("hello");
    assert!(stage.picture().contains("hello▏"), "{}", stage.picture());
}
