//! What stands below an answer that is not as it should be: what happened, and the keys that help. Only keys of the screen:
//! what the engine says names the command line's ways.

use crate::chat::{Ending, Failure, Finish, Stage, StepOutcome, Turn};
use crate::provider::{ErrorKind, Phase};
use crate::tui::action::Action;
use crate::tui::keys::Keymap;
use crate::tui::panels::PanelKind;

/// The keys that help, as they are called; `None`: there is no key.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    go_on: Option<String>,
    again: Option<String>,
    elsewhere: Option<String>,
    models: Option<String>,
    new_chat: Option<String>,
    files: Option<String>,
}

impl Advice {
    /// The keys of `keymap` that can be pressed while a prompt is written.
    pub(crate) fn of(keymap: &Keymap) -> Self {
        let key = |action| keymap.key_from_input(action).map(ToString::to_string);
        Self {
            go_on: key(Action::ContinueAnswer),
            again: key(Action::AskAgain),
            elsewhere: key(Action::Open(PanelKind::Elsewhere)),
            models: key(Action::Open(PanelKind::Models)),
            new_chat: key(Action::NewChat),
            files: key(Action::Open(PanelKind::Files)),
        }
    }

    /// The key that lists what came with an answer.
    pub(super) fn files(&self) -> Option<&str> {
        self.files.as_deref()
    }

    /// What there is to say about the end of a turn, in one line; `None` where all is well.
    pub(super) fn end(&self, turn: &Turn) -> Option<String> {
        let end = turn.end_remark()?;
        let advice = match &turn.stage {
            Stage::Ended(Ending::Answered(Finish::Stop | Finish::Other)) if turn.is_unanswered() => {
                return Some(with("Empty answer".to_owned(), [self.again(), self.elsewhere()]));
            }
            Stage::Ended(Ending::Failed(_)) => return Some(self.failure(turn, end)),
            Stage::Ended(Ending::Stopped) => None,
            _ => self.go_on(turn),
        };
        Some(with(end, [advice, None]))
    }

    fn failure(&self, turn: &Turn, end: String) -> String {
        let is = |kinds: &[ErrorKind]| kinds.iter().any(|kind| kind.name() == failed(turn));
        // What the engine advises stands behind the last semicolon.
        let what = || end.rsplit_once("; ").map_or(&*end, |(what, _)| what).to_owned();
        if turn.can_go_on() && is(&[ErrorKind::Cut]) {
            with("Connection lost, answer incomplete".to_owned(), [self.go_on(turn), self.again()])
        } else if is(&[ErrorKind::UnknownModel]) {
            with(what(), [self.models(), None])
        } else if is(&[ErrorKind::ContextOverflow]) {
            with(end, [self.new_chat(), None])
        } else if is(&[ErrorKind::RateLimited, ErrorKind::Server, ErrorKind::Cut, ErrorKind::Timeout(Phase::Idle)]) {
            with(what(), [self.again(), self.elsewhere()])
        } else if is(&[ErrorKind::Unreachable]) {
            with(end, [self.again(), None])
        } else {
            with(end, [self.go_on(turn), None])
        }
    }

    fn go_on(&self, turn: &Turn) -> Option<String> {
        self.go_on.as_ref().filter(|_| turn.can_go_on()).map(|key| format!("{key} continue"))
    }

    fn again(&self) -> Option<String> {
        self.again.as_ref().map(|key| format!("{key} retry"))
    }

    fn elsewhere(&self) -> Option<String> {
        self.elsewhere.as_ref().map(|key| format!("{key} other model"))
    }

    fn models(&self) -> Option<String> {
        self.models.as_ref().map(|key| format!("{key} shows what is offered"))
    }

    fn new_chat(&self) -> Option<String> {
        self.new_chat.as_ref().map(|key| format!("{key} new chat"))
    }
}

fn with(what: String, advice: [Option<String>; 2]) -> String {
    advice.into_iter().flatten().fold(what, |line, advice| format!("{line} · {advice}"))
}

/// How the last attempt failed, in a word or two.
fn failed(turn: &Turn) -> &str {
    match turn.steps.last().map(|step| &step.outcome) {
        Some(StepOutcome::Failed(Failure { what, .. })) => what,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{AfterFailure, TurnEvent};
    use crate::examples::{self, TurnExample};

    fn advice() -> Advice {
        Advice::of(&examples::start().keymap)
    }

    /// A turn that failed like that, behind `answer`.
    fn failing(kind: ErrorKind, why: &str, answer: &str) -> Turn {
        let mut turn = examples::turn(1, "p");
        let (candidate, what) = (examples::candidate("m", "oxlo"), kind.name().to_owned());
        let failure = Failure { what, next: AfterFailure::GiveUp, ..Failure::default() };
        for event in [
            examples::asked("m"),
            examples::text(answer, 0),
            TurnEvent::Failed { candidate, failure },
            TurnEvent::Ended { ending: Ending::Failed(why.to_owned()), after: None },
        ] {
            turn.apply(event);
        }
        turn
    }

    #[test]
    fn a_failure_says_which_keys_of_the_screen_help() {
        for (kind, why, answer, line) in [
            (
                ErrorKind::UnknownModel,
                "oxlo answered 404: no such model; `pointsman models` lists what there is",
                "",
                "oxlo answered 404: no such model · Ctrl+O shows what is offered",
            ),
            (
                ErrorKind::Cut,
                "oxlo broke off the answer, it is incomplete; write 'go on', or ask again",
                "half",
                "Connection lost, answer incomplete · Alt+G continue · Alt+A retry",
            ),
            (
                ErrorKind::Cut,
                "oxlo broke off the connection; ask again, or choose another model",
                "",
                "oxlo broke off the connection · Alt+A retry · Ctrl+R other model",
            ),
            (
                ErrorKind::RateLimited,
                "oxlo answered 429: slow; down; wait a moment, or choose another model",
                "",
                "oxlo answered 429: slow; down · Alt+A retry · Ctrl+R other model",
            ),
            (
                ErrorKind::ContextOverflow,
                "oxlo answered 400: too long; set the model's context_window",
                "",
                "oxlo answered 400: too long; set the model's context_window · Ctrl+N new chat",
            ),
            (ErrorKind::Auth, "oxlo answered 401; check the key", "", "oxlo answered 401; check the key"),
        ] {
            assert_eq!(advice().end(&failing(kind, why, answer)).as_deref(), Some(line), "{kind:?}");
        }
    }

    #[test]
    fn an_empty_and_a_cut_answer_say_what_can_be_done_and_a_whole_one_is_unanswered() {
        let answered = |finish| examples::turn(1, "p").saying("yes").ended(Ending::Answered(finish));
        assert_eq!(advice().end(&answered(Finish::Stop)), None);
        let cut = advice().end(&answered(Finish::Length)).unwrap();
        assert!(cut.ends_with(" · Alt+G continue"), "{cut}");
        let empty = examples::turn(1, "p").ended(Ending::Answered(Finish::Stop));
        assert_eq!(advice().end(&empty).as_deref(), Some("Empty answer · Alt+A retry · Ctrl+R other model"));
        let stopped = examples::turn(1, "p").saying("yes").ended(Ending::Stopped);
        assert_eq!(advice().end(&stopped).as_deref(), Some("stopped"));
    }
}
