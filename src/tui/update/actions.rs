//! What the user asked for. One exhaustive match; every arm is one call.

use super::{attaching, branches, chat_in_sight, chats, clicks, copying, corrections, draft, search, turns};
use crate::chat::Turn;
use crate::router::RouteOverride;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::panels;
use crate::tui::state::{EXAMPLES, Focus, Motion, Notice, State};
use std::time::Duration;

/// How long a second Ctrl+C leaves.
const LEAVE_ARMED: Duration = Duration::from_secs(3);

pub(super) fn perform(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    let action = match panels::perform(state, action, now) {
        Ok(effects) => return effects,
        Err(action) => action,
    };
    end_kill(state, action);
    // What is looked for is a line of its own.
    if state.context() == Context::Search && search::edit(state, action) {
        return Vec::new();
    }
    match action {
        Action::Send => return draft::send(state, now),
        Action::Newline => state.composer.insert("\n"),
        Action::Stop => return stop(state),
        Action::Leave => return leave(state, now),
        Action::LeaveWhenEmpty if state.composer.is_empty() => return vec![Effect::Quit],
        Action::LeaveWhenEmpty => state.composer.edit(Motion::DeleteRight),
        Action::Quit => return vec![Effect::Quit],
        Action::Leader => state.leader = true,
        Action::ChooseCategory(_) => choose_category(state, action, now),
        Action::CorrectTo(_) => return correct(state, action, now),
        Action::AskAgain => return corrections::ask_again(state, now),
        Action::UndoCorrection => return corrections::undo(state, now),
        Action::CopyAnswer => return copying::copy_answer(state, now),
        Action::CopyPrompt => return copying::copy_prompt(state, now),
        Action::CopyLastAnswer => return copying::copy_last_answer(state, now),
        Action::ContinueAnswer => return branches::continue_answer(state, now),
        Action::EditPrompt => branches::edit(state, now),
        Action::PreviousBranch => branches::flip(state, -1, now),
        Action::NextBranch => branches::flip(state, 1, now),
        Action::NewChat => return chats::begin(state, now),
        Action::ContinueLastChat => return chats::go_on(state, now),
        Action::PastePicture => return vec![attaching::attach_clipboard(state)],
        Action::ExportChat => return chats::export_this(state, now),
        Action::RenameChat => chat_in_sight::rename(state, now),
        Action::ArchiveChat => return chat_in_sight::archive(state, now),
        Action::DeleteChat => return chat_in_sight::delete(state, now),
        Action::UndoDeletion => return chat_in_sight::restore(state, now),
        Action::ChooseAutomatically => choose_automatically(state, now),
        Action::Open(panel) => return panels::open(state, panel, now),
        Action::ToggleSidebar => toggle_sidebar(state),
        Action::FocusNext => next_pane(state),
        Action::FocusPrevious => move_focus(state, 2),
        Action::FocusComposer => state.window.focus = Focus::Composer,
        Action::Up => vertical(state, -1),
        Action::Down => vertical(state, 1),
        Action::PageUp => page(state, -1),
        Action::PageDown => page(state, 1),
        Action::Top => end(state, false),
        Action::Bottom => end(state, true),
        Action::PreviousPrompt => state.transcript.go_by_prompts(-1, state.conversation.turns()),
        Action::NextPrompt => state.transcript.go_by_prompts(1, state.conversation.turns()),
        Action::PreviousMessage => state.transcript.go_by_messages(-1, state.conversation.turns()),
        Action::NextMessage => state.transcript.go_by_messages(1, state.conversation.turns()),
        Action::Search => search::open(state, now),
        Action::NextHit => search::step(state, true),
        Action::PreviousHit => search::step(state, false),
        Action::ToggleMouse => return toggle_mouse(state, now),
        Action::ToggleReasoning => toggle_reasoning(state, now),
        Action::ShowTurn => show_turn(state),
        Action::Accept if state.context() == Context::Completion => return attaching::accept(state),
        Action::Accept => accept_search(state),
        Action::Close if state.context() == Context::Completion => state.draft.completion.close(),
        Action::Close => close_search(state),
        // Only a panel does these.
        Action::AcceptAndPin
        | Action::SaveCode
        | Action::RemoveFile
        | Action::DropQueued
        | Action::MoveUp
        | Action::MoveDown
        | Action::RunOverCode
        | Action::PinChat
        | Action::ShowArchived => {}
        Action::Left => state.composer.edit(Motion::Left),
        Action::Right => state.composer.edit(Motion::Right),
        Action::WordLeft => state.composer.edit(Motion::WordLeft),
        Action::WordRight => state.composer.edit(Motion::WordRight),
        Action::LineStart => return line_end(state, Motion::LineStart, now),
        Action::LineEnd => return line_end(state, Motion::LineEnd, now),
        Action::SelectLeft => state.composer.select(Motion::Left),
        Action::SelectRight => state.composer.select(Motion::Right),
        Action::SelectUp => state.composer.select(Motion::Up),
        Action::SelectDown => state.composer.select(Motion::Down),
        Action::SelectWordLeft => state.composer.select(Motion::WordLeft),
        Action::SelectWordRight => state.composer.select(Motion::WordRight),
        Action::SelectLineStart => state.composer.select(Motion::LineStart),
        Action::SelectLineEnd => state.composer.select(Motion::LineEnd),
        Action::DeleteLeft => delete_left(state, now),
        Action::DeleteRight => state.composer.edit(Motion::DeleteRight),
        Action::DeleteWordLeft => state.composer.edit(Motion::DeleteWordLeft),
        Action::DeleteWordRight => state.composer.edit(Motion::DeleteWordRight),
        Action::DeleteToLineStart => draft::delete_to_line_start(state, now),
        Action::DeleteToLineEnd => state.composer.edit(Motion::DeleteToLineEnd),
        Action::PutBackDeleted => state.composer.edit(Motion::PutBack),
        Action::ClearDraft => draft::clear(state, now),
        Action::Undo => return undo(state, now),
        Action::Redo => state.composer.edit(Motion::Redo),
        Action::EditInEditor => return vec![Effect::Edit(state.composer.text().to_owned())],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
    }
    Vec::new()
}

/// Any other action than a deletion by words or lines ends a row of them.
fn end_kill(state: &mut State, action: Action) {
    let kills = [Action::DeleteWordLeft, Action::DeleteWordRight, Action::DeleteToLineStart, Action::DeleteToLineEnd];
    if !kills.contains(&action) {
        state.composer.end_kill();
    }
}

/// Stops the answer; where none runs, puts aside what the user chose on the way to the next prompt.
fn stop(state: &mut State) -> Vec<Effect> {
    // What was called up last goes first.
    if state.marks.search.is_some() {
        search::close(state);
        return Vec::new();
    }
    if let Some(turn) = state.current() {
        return vec![turns::stop(turn.id())];
    }
    match state.window.focus {
        Focus::Composer if state.composer.end_selection() => {}
        Focus::Composer if state.draft.editing.is_some() => branches::leave_edit(state),
        Focus::Composer => state.draft.choice = RouteOverride::default(),
        Focus::Decisions => {
            state.cursor.select(None);
            state.window.focus = Focus::Composer;
        }
        Focus::Transcript => state.window.focus = Focus::Composer,
    }
    Vec::new()
}

/// While something is to be answered: stops the answer and the queue. Else says how to leave, and the second time leaves: a
/// reflex of two presses ends an answer, and not the program.
fn leave(state: &mut State, now: Now) -> Vec<Effect> {
    // The last first: stopping the one that runs would start the next, and with it a request.
    let open: Vec<_> = state.conversation.open().iter().rev().copied().collect();
    let key = state.start.keymap.key(Action::Leave).map_or_else(|| "the key".to_owned(), ToString::to_string);
    if !open.is_empty() {
        state.leave_armed = None;
        state.tell(format!("Stopped · {key} twice leaves"), now);
        return open.into_iter().map(turns::stop).collect();
    }
    if state.leave_armed.is_some() {
        return vec![Effect::Quit];
    }
    state.leave_armed = Some(now.since_start + LEAVE_ARMED);
    state.notice = Some(Notice::new(format!("{key} again to leave"), now.since_start).lasting(LEAVE_ARMED));
    Vec::new()
}

/// Undoes what the notice names, else the last change of the input.
fn undo(state: &mut State, now: Now) -> Vec<Effect> {
    if let Some(offered) = state.notice.as_ref().and_then(|notice| notice.offers).filter(|offered| offered.takes_back())
    {
        state.notice = None;
        return perform(state, offered, now);
    }
    state.composer.edit(Motion::Undo);
    Vec::new()
}

fn choose_category(state: &mut State, action: Action, now: Now) {
    let categories = state.start.config.registry.categories();
    if let Some(category) = action.category().and_then(|index| categories.get(index)) {
        state.draft.choice = RouteOverride { category: Some(category.id.clone()), model: None };
    } else {
        let number = action.category().map_or(0, |index| index + 1);
        let text = format!("No category {number} (there are {})", categories.len());
        state.tell(text, now);
    }
}

fn correct(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    corrections::correct_by_number(state, action.correction().unwrap_or_default(), now)
}

fn choose_automatically(state: &mut State, now: Now) {
    state.draft.choice = RouteOverride::default();
    if let Some(model) = state.draft.pinned.take() {
        state.tell(format!("Unpinned {model}"), now);
    }
}

fn toggle_sidebar(state: &mut State) {
    state.window.sidebar = Some(!state.sidebar_shown());
}

/// Whether the screen shows prompts to try, and the input holds nothing else.
fn offers_examples(state: &State) -> bool {
    let text = state.composer.text();
    state.window.focus == Focus::Composer
        && state.conversation.is_empty()
        && (text.is_empty() || EXAMPLES.contains(&text))
}

/// To the next pane, or to the next prompt to try.
fn next_pane(state: &mut State) {
    if offers_examples(state) {
        next_example(state);
    } else {
        move_focus(state, 1);
    }
}

fn next_example(state: &mut State) {
    let at = EXAMPLES.iter().position(|example| *example == state.composer.text());
    clicks::try_example(state, at.map_or(0, |at| at + 1));
}

/// Goes `steps` on in the circle input, conversation, history; the history only counts while it is shown.
fn move_focus(state: &mut State, steps: usize) {
    let circle = [Focus::Composer, Focus::Transcript, Focus::Decisions];
    let count = if state.sidebar_shown() { 3 } else { 2 };
    let at = circle.iter().position(|&focus| focus == state.window.focus).unwrap_or(0);
    // Two steps in a circle of three are one back; in a circle of two, back is the same as on.
    let steps = if count == 2 { 1 } else { steps };
    state.window.focus = circle[(at + steps) % count];
}

fn vertical(state: &mut State, rows: isize) {
    match state.window.focus {
        Focus::Composer if state.draft.completion.is_open() => state.draft.completion.move_by(rows),
        Focus::Composer => state.composer.edit(if rows < 0 { Motion::Up } else { Motion::Down }),
        Focus::Transcript => state.transcript.scroll_by(rows, state.conversation.turns()),
        Focus::Decisions => select_decision(state, rows),
    }
}

fn page(state: &mut State, pages: isize) {
    match state.window.focus {
        Focus::Decisions => select_decision(state, pages * 10),
        Focus::Composer | Focus::Transcript => state.transcript.scroll_pages(pages, state.conversation.turns()),
    }
}

/// Goes to the beginning or the end of what has the focus.
fn end(state: &mut State, bottom: bool) {
    match state.window.focus {
        Focus::Decisions => select_decision(state, if bottom { isize::MAX } else { isize::MIN }),
        _ if bottom => state.transcript.follow(),
        _ => state.transcript.go_to_top(state.conversation.turns()),
    }
}

/// Home and End: within the input; through what is shown when there is nothing in the input.
fn line_end(state: &mut State, motion: Motion, now: Now) -> Vec<Effect> {
    if state.composer.is_empty() {
        return perform(state, if motion == Motion::LineEnd { Action::Bottom } else { Action::Top }, now);
    }
    state.composer.edit(motion);
    Vec::new()
}

fn select_decision(state: &mut State, lines: isize) {
    let history: Vec<_> = state.decided().map(Turn::id).collect();
    state.cursor.move_by(lines, &history);
}

/// Leaves the mouse to the terminal, whose own selection works then without a key, or takes it back.
fn toggle_mouse(state: &mut State, now: Now) -> Vec<Effect> {
    state.window.mouse = !state.window.mouse;
    let whose = if state.window.mouse { "Mouse on: scrolls and selects here" } else { "Mouse off: select as usual" };
    state.tell(whose, now);
    vec![Effect::Mouse(state.window.mouse)]
}

/// Shows or hides what the model thought: of the turn that one is at, or of the last one that has such thoughts.
fn toggle_reasoning(state: &mut State, now: Now) {
    let thought = |turn: &&Turn| !turn.reasoning().trim().is_empty();
    let at_hand = state.turn_at_hand().filter(thought);
    match at_hand.or_else(|| state.conversation.turns().iter().rev().find(thought)).cloned() {
        Some(turn) => state.transcript.toggle_reasoning(&turn),
        None => state.tell("No reasoning in this chat", now),
    }
}

fn show_turn(state: &mut State) {
    if let Some(id) = state.decision_at_hand().map(Turn::id) {
        state.transcript.show_turn(id, state.conversation.turns());
    }
}

fn delete_left(state: &mut State, now: Now) {
    let is_behind_chips = state.composer.is_at_start() && !state.composer.has_selection();
    if is_behind_chips && attaching::remove_last(state, now) {
        // The chips stand before the text: at its start, Backspace deletes the last of them.
    } else {
        state.composer.edit(Motion::DeleteLeft);
    }
}

fn accept_search(state: &mut State) {
    if state.context() == Context::Search {
        search::accept(state);
    }
}

fn close_search(state: &mut State) {
    if state.context() == Context::Search {
        search::close(state);
    }
}
