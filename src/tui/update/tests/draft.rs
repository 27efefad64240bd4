//! The draft: when its preview is due, and what a deletion takes.

use super::Bench;
use crate::chat::{Attachment, Blob, Extent};
use crate::engine::Command;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Now};
use crate::tui::update::update;
use jiff::Timestamp;
use std::time::Duration;

impl Bench {
    /// The same event so many milliseconds after the start; nothing may be due in the past then.
    fn at(&mut self, millis: u64, event: Event) -> &mut Self {
        let since_start = Duration::from_millis(millis);
        self.effects = update(&mut self.state, event, Now { since_start, wall: Timestamp::UNIX_EPOCH });
        let next = self.state.next_tick(since_start);
        assert!(next.is_none_or(|next| next > since_start), "due at {next:?}, asked at {millis} ms");
        self
    }

    fn key_at(&mut self, millis: u64, name: &str) -> &mut Self {
        self.at(millis, Event::Key(name.parse().unwrap()))
    }

    fn asks(&self) -> bool {
        self.effects.iter().any(|effect| matches!(effect, Effect::Engine(Command::Preview(_))))
    }
}

#[test]
fn nothing_stays_due_while_a_panel_covers_a_long_draft() {
    let mut bench = Bench::new();
    bench.at(0, Event::Pasted("a line of the draft\n".repeat(5_000))).key_at(50, "x").key_at(100, "f1");
    for millis in [250, 300, 1_000] {
        bench.at(millis, Event::Ticked);
        assert!(!bench.asks());
    }
    bench.key_at(1_100, "f1");
    assert!(bench.state.panel.is_none() && !bench.asks());
    bench.at(1_300, Event::Ticked);
    assert!(bench.asks(), "the preview is asked for once the draft is in sight again");
}

#[test]
fn backspace_deletes_a_selection_before_it_removes_an_attachment() {
    for select in ["shift-home", "ctrl-shift-left ctrl-shift-left"] {
        let mut bench = Bench::new();
        let blob = Blob { media_type: "text/plain".into(), bytes: b"x".as_slice().into() };
        let extent = Extent::Text { lines: 1, tokens: 1 };
        let file = Attachment { name: "n.txt".to_owned(), blob: blob.reference(), extent };
        bench.state.draft.attached.set(vec![file]);
        bench.event(Event::Pasted("words here".to_owned())).keys(select).keys("backspace");
        assert_eq!((bench.state.composer.text(), bench.state.draft.attached.files().len()), ("", 1), "{select}");
        bench.keys("backspace");
        assert_eq!((bench.notice(), bench.state.draft.attached.files().len()), ("Removed n.txt", 0));
    }
}
