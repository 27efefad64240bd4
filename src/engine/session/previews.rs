//! Previews: at most one is worked out at a time, and of those that come meanwhile only the latest matters.

use super::{Effects, Session, SessionEffect};
use crate::chat::{Ask, Blobs, Origin, TurnId};
use crate::engine::Event;
use crate::engine::command::Preview;
use crate::engine::turn::TurnInput;
use crate::router::LocalDecision;
use jiff::Timestamp;

/// A prompt that is still being typed is no turn yet.
const NO_TURN: TurnId = TurnId(0);

/// The preview that is being worked out, and the next one.
#[derive(Default)]
pub(super) struct Previews {
    underway: bool,
    next: Option<Preview>,
}

impl Session {
    pub(super) fn preview(&mut self, preview: Preview, out: &mut Effects) {
        self.previews.next = Some(preview);
        if !self.previews.underway {
            self.preview_next(out);
        }
    }

    pub(super) fn previewed(&mut self, answer: Option<(u64, Box<LocalDecision>)>, out: &mut Effects) {
        if let Some((serial, local)) = answer {
            Self::emit(Event::Previewed { serial, local }, out);
        }
        self.preview_next(out);
    }

    fn preview_next(&mut self, out: &mut Effects) {
        let next = self.previews.next.take();
        self.previews.underway = next.is_some();
        let Some(Preview { serial, chat, parent, prompt, route }) = next else { return };
        // The router looks at the last exchange only: the others would be copied for every letter.
        let last = self.chats.get(&chat).and_then(|open| open.chat.conversation.last_exchange(parent));
        let (last, category_before) = last.unzip();
        let (origin, asked_at) = (Origin::Typed, Timestamp::UNIX_EPOCH);
        let ask = Ask { chat, parent, turn: NO_TURN, prompt, route, origin, asked_at };
        let (history, category_before) = (last.into_iter().collect(), category_before.flatten());
        let conversation = self.chats.get(&chat).map(|open| &open.chat.conversation);
        let pictures_before = conversation.is_some_and(|conversation| conversation.has_pictures_to(parent));
        let turns = Vec::new();
        let input = TurnInput { ask, history, turns, category_before, pictures_before, files: Blobs::new() };
        out.push(SessionEffect::Preview(serial, Box::new(input)));
    }
}
