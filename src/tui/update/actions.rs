//! What the user asked for. One exhaustive match; every arm is one call.

use super::{branches, chats, copying, corrections, decisions, lists, pages, search, turns};
use crate::chat::Turn;
use crate::router::RouteOverride;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{Focus, Motion, Notice, Overlay, State};
use std::time::Duration;

/// How long a second Ctrl+C leaves.
const LEAVE_ARMED: Duration = Duration::from_secs(3);

#[expect(clippy::too_many_lines, reason = "one arm for every action, and nothing else")]
pub(super) fn perform(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::Send => return turns::send(state, now),
        Action::Newline => state.composer.insert("\n"),
        Action::Stop => return stop(state),
        Action::Leave => return leave(state, now),
        Action::LeaveWhenEmpty if state.composer.is_empty() => return vec![Effect::Quit],
        Action::LeaveWhenEmpty => state.composer.edit(Motion::DeleteRight),
        Action::Quit => return vec![Effect::Quit],
        Action::ChooseCategory1
        | Action::ChooseCategory2
        | Action::ChooseCategory3
        | Action::ChooseCategory4
        | Action::ChooseCategory5
        | Action::ChooseCategory6
        | Action::ChooseCategory7
        | Action::ChooseCategory8
        | Action::ChooseCategory9 => choose_category(state, action, now),
        Action::CorrectTo1
        | Action::CorrectTo2
        | Action::CorrectTo3
        | Action::CorrectTo4
        | Action::CorrectTo5
        | Action::CorrectTo6
        | Action::CorrectTo7
        | Action::CorrectTo8
        | Action::CorrectTo9 => {
            let index = action.correction().unwrap_or_default();
            return corrections::correct_by_number(state, index, now);
        }
        Action::CorrectDecision => return corrections::choose(state, now),
        Action::AskAgain => return corrections::ask_again(state, now),
        Action::UndoCorrection => return corrections::undo(state, now),
        Action::SeeWhy => pages::see_why(state, now),
        Action::SeeRequest => pages::see_request(state, now),
        Action::CopyAnswer => return copying::copy_answer(state, now),
        Action::CopyPrompt => return copying::copy_prompt(state, now),
        Action::CopyLastAnswer => return copying::copy_last_answer(state, now),
        Action::OpenCode => copying::open_code(state, now),
        Action::SaveCode => return copying::save(state),
        Action::RunOverCode => copying::ask_command(state),
        Action::AskElsewhere => return branches::ask_elsewhere(state, now),
        Action::ContinueAnswer => return branches::continue_answer(state, now),
        Action::EditPrompt => branches::edit(state, now),
        Action::PreviousBranch => branches::flip(state, -1, now),
        Action::NextBranch => branches::flip(state, 1, now),
        Action::NewChat => return chats::begin(state, now),
        Action::OpenChats => return chats::list(state),
        Action::ContinueLastChat => return chats::go_on(state, now),
        Action::RenameChat => chats::rename(state),
        Action::ArchiveChat => return chats::archive(state, now),
        Action::DeleteChat => return chats::delete(state, now),
        Action::ExportChat => return chats::export(state, now),
        Action::UndoDeletion => return chats::restore(state, now),
        Action::OpenDecisions => return decisions::list(state),
        Action::OpenLessons => pages::lessons(state),
        Action::OpenReport => return pages::report(state),
        Action::ChooseAutomatically => choose_automatically(state, now),
        Action::OpenModelPicker => return lists::open_models(state),
        Action::OpenCommands => lists::open_commands(state),
        Action::OpenHelp => state.overlay = Some(Overlay::Help { top: 0 }),
        Action::ToggleSidebar => toggle_sidebar(state),
        Action::FocusNext => move_focus(state, 1),
        Action::FocusPrevious => move_focus(state, 2),
        Action::FocusComposer => state.focus = Focus::Composer,
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
        Action::Accept => return accept(state, false, now),
        Action::AcceptAndPin => return accept(state, true, now),
        Action::Close => return close(state),
        Action::Left => state.composer.edit(Motion::Left),
        Action::Right => state.composer.edit(Motion::Right),
        Action::WordLeft => state.composer.edit(Motion::WordLeft),
        Action::WordRight => state.composer.edit(Motion::WordRight),
        Action::LineStart => line_end(state, Motion::LineStart),
        Action::LineEnd => line_end(state, Motion::LineEnd),
        Action::DeleteLeft => return delete_left(state),
        Action::DeleteRight => state.composer.edit(Motion::DeleteRight),
        Action::DeleteWordLeft => state.composer.edit(Motion::DeleteWordLeft),
        Action::DeleteWordRight => state.composer.edit(Motion::DeleteWordRight),
        Action::DeleteToLineStart => state.composer.edit(Motion::DeleteToLineStart),
        Action::DeleteToLineEnd => state.composer.edit(Motion::DeleteToLineEnd),
        Action::PutBackDeleted => state.composer.edit(Motion::PutBack),
        Action::Undo => state.composer.edit(Motion::Undo),
        Action::Redo => state.composer.edit(Motion::Redo),
        Action::EditInEditor => return vec![Effect::Edit(state.composer.text().to_owned())],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
    }
    Vec::new()
}

/// Scrolls what is in front by so many rows.
pub(super) fn scroll(state: &mut State, rows: isize) {
    match &mut state.overlay {
        Some(Overlay::List(picker)) => picker.move_by(rows),
        Some(Overlay::Chats(chats)) => chats.move_by(rows),
        Some(Overlay::Decisions(list)) => list.move_by(rows),
        Some(overlay) => {
            if let Some(place) = overlay.place() {
                *place = place.saturating_add_signed(rows);
            }
        }
        None => state.transcript.scroll_by(rows, state.conversation.turns()),
    }
}

/// Stops the answer; where none runs, puts aside what the user chose on the way to the next prompt.
fn stop(state: &mut State) -> Vec<Effect> {
    // What was called up last goes first.
    if state.search.is_some() {
        search::close(state);
        return Vec::new();
    }
    if let Some(turn) = state.current() {
        return vec![turns::stop(turn.id)];
    }
    match state.focus {
        Focus::Composer if state.editing.is_some() => branches::leave_edit(state),
        Focus::Composer => state.next = RouteOverride::default(),
        Focus::Decisions => {
            state.routes.select(None);
            state.focus = Focus::Composer;
        }
        Focus::Transcript => state.focus = Focus::Composer,
    }
    Vec::new()
}

/// The first time: stops the answer and the queue, and says how to leave. The second time: leaves.
fn leave(state: &mut State, now: Now) -> Vec<Effect> {
    if state.leave_armed.is_some() {
        return vec![Effect::Quit];
    }
    // Where a command runs, or its output is in front, that is what ends.
    if matches!(state.overlay, Some(Overlay::Output { .. })) {
        return close(state);
    }
    state.leave_armed = Some(now.since_start + LEAVE_ARMED);
    let key = state.start.keymap.key(Action::Leave).map_or_else(|| "the key".to_owned(), ToString::to_string);
    state.notice = Some(Notice { text: format!("{key} again to leave"), until: now.since_start + LEAVE_ARMED });
    // The last first: stopping the one that runs would start the next, and with it a request.
    let open = state.conversation.turns().iter().rev().take_while(|turn| !turn.is_over());
    open.map(|turn| turns::stop(turn.id)).collect()
}

fn choose_category(state: &mut State, action: Action, now: Now) {
    let categories = state.start.config.registry.categories();
    if let Some(category) = action.category().and_then(|index| categories.get(index)) {
        state.next = RouteOverride { category: Some(category.id.clone()), model: None };
    } else {
        let text = format!("there are {} categories; the configuration can have more", categories.len());
        state.tell(text, now);
    }
}

fn choose_automatically(state: &mut State, now: Now) {
    state.next = RouteOverride::default();
    if let Some(model) = state.pinned.take() {
        state.tell(format!("{model} is no longer pinned"), now);
    }
}

fn toggle_sidebar(state: &mut State) {
    state.sidebar = Some(!state.sidebar_shown());
}

/// Goes `steps` on in the circle input, conversation, history; the history only counts while it is shown.
fn move_focus(state: &mut State, steps: usize) {
    let circle = [Focus::Composer, Focus::Transcript, Focus::Decisions];
    let count = if state.sidebar_shown() { 3 } else { 2 };
    let at = circle.iter().position(|&focus| focus == state.focus).unwrap_or(0);
    // Two steps in a circle of three are one back; in a circle of two, back is the same as on.
    let steps = if count == 2 { 1 } else { steps };
    state.focus = circle[(at + steps) % count];
}

fn vertical(state: &mut State, rows: isize) {
    match (&state.overlay, state.focus) {
        (Some(_), _) => scroll(state, rows),
        (None, Focus::Composer) if rows < 0 => state.composer.up(),
        (None, Focus::Composer) => state.composer.down(),
        (None, Focus::Transcript) => state.transcript.scroll_by(rows, state.conversation.turns()),
        (None, Focus::Decisions) => select_decision(state, rows),
    }
}

fn page(state: &mut State, pages: isize) {
    let rows = pages * 10;
    match (&state.overlay, state.focus) {
        (Some(_), _) => scroll(state, rows),
        (None, Focus::Decisions) => select_decision(state, rows),
        (None, _) => state.transcript.scroll_pages(pages, state.conversation.turns()),
    }
}

/// Goes to the beginning or the end of what has the focus.
fn end(state: &mut State, bottom: bool) {
    let far = if bottom { isize::MAX } else { isize::MIN };
    match (&state.overlay, state.focus) {
        (Some(_), _) => scroll(state, far),
        (None, Focus::Decisions) => select_decision(state, far),
        (None, _) if bottom => state.transcript.follow(),
        (None, _) => state.transcript.go_to_top(state.conversation.turns()),
    }
}

/// Home and End: within the input; through the conversation when there is nothing in the input.
fn line_end(state: &mut State, motion: Motion) {
    if state.composer.is_empty() {
        end(state, motion == Motion::LineEnd);
    } else {
        state.composer.edit(motion);
    }
}

fn select_decision(state: &mut State, lines: isize) {
    let history: Vec<_> = state.decided().map(|turn| turn.id).collect();
    state.routes.move_by(lines, &history);
}

/// Leaves the mouse to the terminal, whose own selection works then without a key, or takes it back.
fn toggle_mouse(state: &mut State, now: Now) -> Vec<Effect> {
    state.mouse = !state.mouse;
    let whose = if state.mouse { "the mouse scrolls and selects here" } else { "the mouse is the terminal's" };
    state.tell(whose, now);
    vec![Effect::Mouse(state.mouse)]
}

/// Shows or hides what the model thought: of the turn that one is at, or of the last one that has such thoughts.
fn toggle_reasoning(state: &mut State, now: Now) {
    let thought = |turn: &&Turn| !turn.reasoning.trim().is_empty();
    let at_hand = state.turn_at_hand().filter(thought);
    match at_hand.or_else(|| state.conversation.turns().iter().rev().find(thought)).cloned() {
        Some(turn) => state.transcript.toggle_reasoning(&turn),
        None => state.tell("no model told here what it thought", now),
    }
}

fn show_turn(state: &mut State) {
    if let Some(id) = state.decision_at_hand().map(|turn| turn.id) {
        state.transcript.show_turn(id, state.conversation.turns());
    }
}

fn delete_left(state: &mut State) -> Vec<Effect> {
    if state.context() == Context::Search {
        search::erase(state);
        return Vec::new();
    }
    match &mut state.overlay {
        Some(Overlay::Chats(_)) => return chats::erase(state),
        Some(Overlay::Decisions(_)) => return decisions::erase(state),
        Some(Overlay::Rename { title, .. }) => _ = title.pop(),
        Some(Overlay::Command(order)) => _ = order.command.pop(),
        Some(Overlay::List(picker)) => {
            // Taking back more than was typed closes the list, as it was opened.
            if !picker.erase() {
                state.overlay = None;
            }
        }
        _ => state.composer.edit(Motion::DeleteLeft),
    }
    Vec::new()
}

/// Takes what is selected.
fn accept(state: &mut State, pin: bool, now: Now) -> Vec<Effect> {
    if state.context() == Context::Search {
        search::accept(state);
        return Vec::new();
    }
    match &state.overlay {
        Some(Overlay::Chats(_)) => chats::accept(state, now),
        Some(Overlay::Decisions(_)) => decisions::accept(state, now),
        Some(Overlay::Rename { .. }) => chats::renamed(state, true),
        Some(Overlay::Command(_)) => {
            copying::confirm(state);
            Vec::new()
        }
        Some(Overlay::Confirm { .. }) => copying::run(state),
        _ => lists::accept(state, pin, now),
    }
}

/// Closes what is in front.
fn close(state: &mut State) -> Vec<Effect> {
    if state.context() == Context::Search {
        search::close(state);
        return Vec::new();
    }
    match &state.overlay {
        Some(Overlay::Rename { .. }) => return chats::renamed(state, false),
        Some(Overlay::Command(_) | Overlay::Confirm { .. }) => copying::go_back(state),
        Some(Overlay::Why { list: Some(_), .. }) => return decisions::go_back(state),
        _ => lists::close(state),
    }
    Vec::new()
}
