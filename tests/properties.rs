//! Whatever happens in whatever order: nothing panics, no turn is lost or answered out of order.

use crate::support::config;
use crate::support::examples::{self, TurnExample, came, reasoning, text};
use jiff::Timestamp;
use pointsman::chat::{
    AfterFailure, Ask, Attachment, Blob, Conversation, ConversationId, Correction, Delta, Editing, Ending, Extent,
    Failure, Finish, Note, Place, Reading, Spot, ToolCall, Turn, TurnEvent, TurnId,
};
use pointsman::config::Listed;
use pointsman::engine::{self, ChatList, Command, PersistenceStatus, Preview};
use pointsman::router::{Candidate, Decider, Decision, Lesson, LessonId, LocalDecision, OutcomeKind, Scope};
use pointsman::store::{Chat, ChatRow, Head, Hit, JudgeCount, Resume, RouteReport, Share};
use pointsman::tui::{
    Appearance, Click, Clicks, Effect, Event, Keymap, Mouse, Now, Ran, Start, State, Styles, Way, draw_clickable,
    update,
};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::time::Duration;

fn state(way: Way) -> State {
    let mut state = State::new(Start {
        config: config(""),
        connection: "The test answers.".to_owned(),
        provider: "test".to_owned(),
        can_judge: true,
        stand_in: None,
        appearance: Appearance::default(),
        keymap: Arc::new(Keymap::load(None, "").unwrap()),
        timezone: jiff::tz::TimeZone::UTC,
        size: (80, 24),
        begun_at: jiff::Timestamp::UNIX_EPOCH,
        salt: 0,
    });
    state.draw_pictures(way, None);
    state
}

/// Files that go with a prompt, of any size that they may claim. Their content is nowhere.
fn files() -> impl Strategy<Value = Vec<Attachment>> {
    let side = || prop::sample::select(vec![0, 1, 7, 300, 5_000, u32::MAX]);
    let extent = prop_oneof![
        3 => (side(), side()).prop_map(|(width, height)| Extent::Pixels { width, height }),
        1 => Just(Extent::Unknown),
        1 => Just(Extent::Text { lines: 3, tokens: 9 }),
    ];
    let blob = Blob { media_type: "image/png".into(), bytes: b"no picture".as_slice().into() }.reference();
    let file = extent.prop_map(move |extent| Attachment { name: "漢.png".to_owned(), blob: blob.clone(), extent });
    prop::collection::vec(file, 0..3)
}

fn keys() -> impl Strategy<Value = Event> {
    let names = [
        "enter",
        "enter",
        "alt-enter",
        "ctrl-j",
        "esc",
        "tab",
        "shift-tab",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pgup",
        "pgdn",
        "backspace",
        "delete",
        "ctrl-w",
        "ctrl-u",
        "ctrl-k",
        "ctrl-y",
        "ctrl-_",
        "alt-r",
        "ctrl-left",
        "ctrl-right",
        "f2",
        "f7",
        "f8",
        "f9",
        "alt-y",
        "y",
        "c",
        "ctrl-s",
        "ctrl-x",
        "ctrl-n",
        "ctrl-r",
        "ctrl-t",
        "ctrl-a",
        "ctrl-e",
        "alt-left",
        "alt-right",
        "e",
        "alt-1",
        "alt-9",
        "alt-0",
        "ctrl-o",
        "ctrl-p",
        "f1",
        "f3",
        "f4",
        "f5",
        "f6",
        "alt-c",
        "alt-a",
        "alt-u",
        "1",
        "3",
        "r",
        "u",
        "ctrl-home",
        "ctrl-end",
        "[",
        "]",
        "j",
        "k",
        "g",
        "G",
        "/",
        "\\",
        "a",
        "漢",
        "👩",
        "\u{301}",
        "space",
        "q",
    ];
    prop::sample::select(names.to_vec()).prop_map(|name| Event::Key(name.parse().unwrap()))
}

fn reports() -> impl Strategy<Value = Event> {
    let again = AfterFailure::Retry { model: "model".into(), pause_ms: 1_500 };
    let fallback = AfterFailure::Fallback { model: Some("other".into()) };
    let what = prop_oneof![
        Just(TurnEvent::Started),
        Just(TurnEvent::Judging { judge: "judge".into() }),
        prop::collection::vec(Just(Note::LeftOut { turns: 2, window: 100 }), 0..2).prop_map(|notes| {
            TurnEvent::Asked { candidate: examples::candidate("model", "test"), sent: Arc::default(), notes }
        }),
        Just(TurnEvent::Noted(Note::PromptCut { read: 7, sent: 9_000 })),
        Just(TurnEvent::PassedOver(examples::candidate("other", "test"))),
        prop::sample::select(vec![fallback, AfterFailure::GiveUp, again]).prop_map(|next| {
            let failure =
                Failure { what: "refused".to_owned(), why: "why".to_owned(), detail: "more".to_owned(), next };
            TurnEvent::Failed { candidate: examples::candidate("model", "test"), failure }
        }),
        "[a-c 漢\n\t]{0,40}".prop_map(|piece| text(&piece, 5)),
        Just(text("\n```py\na 漢\n", 5)),
        Just(reasoning("hm", 3)),
        Just(came(Delta::Opened, 1)),
        Just(came(Delta::Skipped(2), 4)),
        Just(came(Delta::ToolCall(ToolCall { name: "search".to_owned(), ..ToolCall::default() }), 4)),
        prop::option::of(prop::option::of((-3i64..3).prop_map(LessonId))).prop_map(|lesson| {
            TurnEvent::Corrected(lesson.map(|lesson| Correction { category: "general".into(), lesson }))
        }),
        Just(TurnEvent::Ended { ending: Ending::Answered(Finish::Stop), after: None }),
        Just(TurnEvent::Ended { ending: Ending::Stopped, after: None }),
        Just(TurnEvent::Ended { ending: Ending::Failed("why".to_owned()), after: None }),
    ];
    (1u64..6, what).prop_map(|(id, event)| Event::Engine(engine::Event::Turn(TurnId(id), event)))
}

fn decision(category: &str) -> Decision {
    Decision {
        category: category.into(),
        candidates: vec![Candidate { model: "model".into(), provider: "test".into() }],
        decider: Decider::FollowUp,
        probabilities: vec![(category.into(), 0.6)],
        reason: "a reason".to_owned(),
        hint: Some("a hint".to_owned()),
        evidence: vec!["“a”".to_owned(); 9],
        elapsed: Duration::ZERO,
        requests: 0,
    }
}

/// A conversation of some turns in branches, and a place in it that may be anywhere.
fn chats() -> impl Strategy<Value = Chat> {
    let turn = (1u64..9, prop::option::of(1u64..9), "[a-c 漢\n]{0,60}", files());
    let place = ("[a-z\n]{0,9}", prop::option::of(1u64..9), any::<bool>(), 0usize..99);
    (0u64..4, prop::collection::vec(turn, 0..8), place).prop_map(|(id, turns, (draft, leaf, editing, byte))| {
        let mut turns: Vec<Turn> = turns
            .into_iter()
            .map(|(id, parent, text, files)| {
                let mut turn = examples::turn(id, &text).after(parent.map(TurnId));
                turn.ask.prompt.attachments = files.into();
                turn.saying(&text).ended(Ending::Interrupted)
            })
            .collect();
        turns.sort_by_key(Turn::id);
        turns.dedup_by_key(|turn| turn.id());
        let leaf = leaf.map(TurnId);
        let place = Place {
            editing: leaf.filter(|_| editing).map(|turn| Editing {
                turn,
                behind: "behind".to_owned(),
                attachments: Vec::new(),
            }),
            reading: leaf
                .map(|turn| Reading { turn, at: if byte < 50 { Spot::Answer(byte) } else { Spot::Prompt(byte * 3) } }),
            draft: draft.into(),
            leaf,
            ..Place::default()
        };
        let id = ConversationId(id);
        let head =
            Head { id, title: "A chat".to_owned(), started_at: Timestamp::UNIX_EPOCH, archived: false, pinned: false };
        Chat { head, conversation: Conversation::restore(id, turns, leaf), place }
    })
}

fn line(chat: &Chat) -> ChatRow {
    ChatRow { interrupted: true, ..ChatRow::of(chat.head.clone(), Timestamp::UNIX_EPOCH, 1) }
}

fn found(chat: u64) -> Hit {
    Hit {
        chat: ConversationId(chat),
        title: "A chat".to_owned(),
        archived: true,
        turn: TurnId(chat + 1),
        in_answer: false,
        asked_at: Timestamp::UNIX_EPOCH,
        snippet: vec![("漢".to_owned(), true)],
    }
}

/// What the engine tells besides turns. Serial numbers and lessons may be of anything.
fn news() -> impl Strategy<Value = Event> {
    let category = prop::sample::select(vec!["coding", "general", "gone"]);
    let lesson = |id: i64, category: &str| Lesson {
        id: LessonId(id),
        imported_from: None,
        turn: u64::try_from(id).ok(),
        prompt: "a".into(),
        previous: None,
        decided: "coding".into(),
        category: category.into(),
        scope: Scope::Always,
        taught_at: Timestamp::UNIX_EPOCH,
    };
    let report = RouteReport {
        prompts: 3,
        overridden: Share { count: 0, rate: None },
        corrected: Share { count: 1, rate: Some(0.3) },
        judge: JudgeCount { requests: 1, saved: 2 },
        ..RouteReport::default()
    };
    let what = prop_oneof![
        (0u64..40, category.clone(), any::<bool>()).prop_map(|(serial, category, sure)| {
            let opinion = Box::new(LocalDecision { decision: decision(category), sure });
            engine::Event::Previewed { serial, local: opinion }
        }),
        (1u64..6, category.clone()).prop_map(|(id, category)| {
            engine::Event::Turn(TurnId(id), TurnEvent::Decided(Box::new(decision(category))))
        }),
        (-3i64..3, category.clone()).prop_map(move |(id, category)| engine::Event::Taught(lesson(id, category))),
        (-3i64..3).prop_map(|id| engine::Event::Untaught(LessonId(id))),
        (0i64..30).prop_map(|count| {
            engine::Event::Outcomes((0..count).map(|id| examples::outcome(id, OutcomeKind::Left, "a")).collect())
        }),
        (0i64..30).prop_map(move |count| engine::Event::Lessons((0..count).map(|id| lesson(id, "general")).collect())),
        Just(engine::Event::Report(Box::new(report))),
        Just(engine::Event::Notice("something".to_owned())),
        chats().prop_map(|chat| engine::Event::Opened(Box::new(chat))),
        chats().prop_map(|chat| {
            let last = Some(line(&chat));
            let draft = Some((ConversationId(chat.head.id.0 + 9), chat.place));
            engine::Event::Resumed(Box::new(Resume { last, draft, prompts: vec!["earlier".into()] }))
        }),
        prop::collection::vec(chats(), 0..4)
            .prop_map(|chats| { engine::Event::Chats(ChatList::Listed(chats.iter().map(line).collect())) }),
        (0u64..9, 0u64..4)
            .prop_map(|(serial, count)| { engine::Event::Found { serial, hits: (0..count).map(found).collect() } }),
        prop::sample::select(vec![
            PersistenceStatus::Saved,
            PersistenceStatus::Incognito,
            PersistenceStatus::Unsaved("full".to_owned())
        ])
        .prop_map(engine::Event::Persistence),
    ];
    what.prop_map(Event::Engine)
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => keys(),
        4 => reports(),
        3 => news(),
        1 => "[a-z 漢\r\n\t\u{1b}\\[]{0,60}".prop_map(Event::Pasted),
        1 => (0u16..130, 0u16..40).prop_map(|(width, height)| Event::Resized { width, height }),
        1 => (-9i32..9).prop_map(Event::Wheeled),
        1 => Just(Event::Ticked),
        1 => prop::collection::vec("[a-z]{1,9}", 0..9).prop_map(|names| {
            let listed: Vec<Listed> = names.into_iter().map(Listed::named).collect();
            Event::Engine(engine::Event::Configured(Arc::new(config("").knowing("oxlo", &listed))))
        }),
        1 => "[a-z\n]{0,20}".prop_map(|text| Event::Edited(Ok(text))),
        1 => (0u64..4, "[a-z 漢\r\n\t\u{1b}\\[]{0,90}").prop_map(|(run, output)| {
            let ran = Ran { success: run % 2 == 0, status: "exit status: 0".to_owned(), output, cut: true };
            Event::Ran { run, ran: Ok(ran) }
        }),
        1 => Just(Event::Copied { what: "it".to_owned(), to: Err("why".to_owned()) }),
        1 => window(),
        2 => clicks(),
    ]
}

/// What the terminal says of itself and its window.
fn window() -> impl Strategy<Value = Event> {
    prop_oneof![
        any::<[u8; 3]>().prop_map(Event::Background),
        any::<bool>().prop_map(Event::Focused),
        Just(Event::ShiftEnterReported),
    ]
}

/// The mouse, and clicks on what may have been painted long ago: any turn, line, byte or address.
fn clicks() -> impl Strategy<Value = Event> {
    let turn = || (1u64..9).prop_map(TurnId);
    let place = || (0u16..130, 0u16..40);
    prop_oneof![
        place().prop_map(|(x, y)| Event::Mouse(Mouse::Pressed(x, y))),
        place().prop_map(|(x, y)| Event::Mouse(Mouse::Dragged(x, y))),
        Just(Event::Mouse(Mouse::Released)),
        (0usize..99).prop_map(|row| Event::Clicked(Click::Row(row))),
        turn().prop_map(|turn| Event::Clicked(Click::Decision(turn))),
        turn().prop_map(|turn| Event::Clicked(Click::Thought(turn))),
        (turn(), -2isize..3).prop_map(|(turn, steps)| Event::Clicked(Click::Branch(turn, steps))),
        (turn(), 0usize..40).prop_map(|(turn, at)| Event::Clicked(Click::Code(turn, at))),
        prop::sample::select(vec!["https://a.b/c", "file:///etc/passwd", "漢"])
            .prop_map(|address| Event::Clicked(Click::Link(address.into()))),
        (0usize..9).prop_map(|index| Event::Clicked(Click::Example(index))),
    ]
}

/// What happens next: an event, or a click on what is painted in a cell now.
#[derive(Debug, Clone)]
enum Happens {
    Event(Event),
    Click(u16, u16),
}

impl Happens {
    /// The event that it is; none where a click does nothing.
    fn event(self, clicks: &Clicks, (width, height): (u16, u16)) -> Option<Event> {
        match self {
            Self::Event(event) => Some(event),
            Self::Click(x, y) => clicks.at(x % width.max(1), y % height.max(1)).cloned().map(Event::Clicked),
        }
    }
}

/// Events and clicks, and what takes more than one key: the themes, a command by its name.
fn happenings() -> impl Strategy<Value = Vec<Happens>> {
    let command = |name: &str| {
        let key = |name: &str| Happens::Event(Event::Key(name.parse().unwrap()));
        vec![key("ctrl-p"), Happens::Event(Event::Pasted(name.to_owned())), key("enter")]
    };
    let names = ["open-themes", "open-queue", "toggle-mouse", "clear-draft", "rename-chat", "delete-chat", "attach"];
    let some = prop_oneof![
        24 => events().prop_map(|event| vec![Happens::Event(event)]),
        4 => any::<(u16, u16)>().prop_map(|(x, y)| vec![Happens::Click(x, y)]),
        1 => prop::sample::select(names.to_vec()).prop_map(command),
    ];
    prop::collection::vec(some, 1..120).prop_map(|some| some.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn slow_any_events_panic_nothing_and_prompts_leave_in_order(
        happenings in happenings(),
        way in prop::sample::select(vec![Way::Text, Way::Blocks, Way::Kitty, Way::Sixel]),
    ) {
        let mut state = state(way);
        let (mut width, mut height) = (80, 24);
        let (mut last, mut asked) = (TurnId(0), 0);
        let mut clicks = Clicks::default();
        for (index, happens) in happenings.into_iter().enumerate() {
            let Some(event) = happens.event(&clicks, (width, height)) else { continue };
            if let Event::Resized { width: w, height: h } = &event {
                (width, height) = (*w, *h);
            }
            let since_start = Duration::from_millis(index as u64 * 700);
            let effects = update(&mut state, event, Now { since_start, wall: Timestamp::UNIX_EPOCH });
            for effect in effects {
                match effect {
                    Effect::Engine(Command::Submit(Ask { turn, prompt, .. })) => {
                        prop_assert!(turn > last, "turns ascend");
                        prop_assert!(!prompt.text.trim().is_empty() || !prompt.attachments.is_empty(), "nothing empty is sent");
                        prop_assert!(!prompt.text.contains('\u{1b}'), "nothing unclean is sent");
                        last = turn;
                    }
                    Effect::Engine(Command::Preview(Preview { serial, prompt, .. })) => {
                        prop_assert!(serial > asked, "questions ascend");
                        let nothing = prompt.text.trim().is_empty() && prompt.attachments.is_empty();
                        prop_assert!(!nothing, "nothing is asked about nothing");
                        asked = serial;
                    }
                    _ => {}
                }
            }
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let (caret, painted) = draw_clickable(&state, &Styles::coloured(), since_start, &mut buffer);
            clicks = painted;
            if let Some(caret) = caret {
                prop_assert!(buffer.area.is_empty() || buffer.area.contains(caret), "{caret} in {width}x{height}");
            }
            if let Some(hash) = state.wanted_blob() {
                let blob = Blob { media_type: "image/png".into(), bytes: b"no picture".as_slice().into() };
                let event = Event::Engine(engine::Event::Blob(hash, (index % 2 == 0).then_some(blob)));
                update(&mut state, event, Now { since_start, wall: Timestamp::UNIX_EPOCH });
            }
            if let Some(job) = state.wanted_picture() {
                update(&mut state, Event::Pictured(job.run()), Now { since_start, wall: Timestamp::UNIX_EPOCH });
            }
            if let Some(tick) = state.next_tick(since_start) {
                prop_assert!(tick > since_start || state.next_tick(tick).is_none_or(|next| next >= tick));
            }
        }
    }
}
