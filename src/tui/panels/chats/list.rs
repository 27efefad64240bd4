//! The list of chats: all of them, or those whose title or text has what was typed.

use super::headings::Calendar;
use crate::chat::{ConversationId, TurnId};
use crate::store::{ChatRow, Hit};
use crate::tui::action::Action;
use crate::tui::widgets::line_edit::LineEdit;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// So many titles are listed above places in texts: more would push those out of sight.
const TITLES_MAX: usize = 10;
/// A title that matches worse than this share of the best one is chance.
const SCORE_SHARE_MIN: f64 = 0.7;

/// The list. Invariants: `titles` are places in `rows`; `selected` is a line, while there is any.
#[derive(Debug, Default)]
pub(crate) struct ChatList {
    /// `None` until they have come.
    rows: Option<Vec<ChatRow>>,
    filter: LineEdit,
    /// Whether the archived chats are shown, and not the others; a filter finds both.
    archived: bool,
    titles: Vec<usize>,
    /// What stands above groups of lines, each with the place of the line that it stands above.
    headings: Vec<(usize, String)>,
    /// `None` until the chats have come.
    calendar: Option<Calendar>,
    hits: Vec<Hit>,
    /// The number of the question that `hits` will answer, and of the one that they answer.
    serial: u64,
    answered: u64,
    selected: usize,
    /// Whether headings have air above them.
    airy: bool,
    /// The most lines that there were: a list that is searched must not jump.
    tallest: usize,
}

/// A line that is painted.
#[derive(Debug, Clone)]
pub(crate) enum Line<'a> {
    /// Nothing, above a heading.
    Air,
    /// What stands above a group.
    Heading(&'a str),
    /// An entry, and its place among the entries.
    Entry(usize, Entry<'a>),
}

/// An entry of the list, which can be selected.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entry<'a> {
    /// A chat whose title fits.
    Chat(&'a ChatRow),
    /// A place in a chat where the text occurs.
    Hit(&'a Hit),
}

impl Entry<'_> {
    /// The chat.
    pub(crate) fn chat(&self) -> ConversationId {
        match self {
            Self::Chat(row) => row.head.id,
            Self::Hit(hit) => hit.chat,
        }
    }

    /// What was found there.
    pub(crate) fn found(&self) -> Option<String> {
        match self {
            Self::Chat(_) => None,
            Self::Hit(hit) => hit.snippet.iter().find(|(_, found)| *found).map(|(text, _)| text.clone()),
        }
    }

    /// Where in it to go.
    pub(crate) fn turn(&self) -> Option<TurnId> {
        match self {
            Self::Chat(_) => None,
            Self::Hit(hit) => Some(hit.turn),
        }
    }
}

impl ChatList {
    /// The chats came.
    pub(crate) fn fill(&mut self, rows: Vec<ChatRow>, calendar: Calendar) {
        self.rows = Some(rows);
        self.calendar = Some(calendar);
        self.refresh();
    }

    /// Whether they have come.
    pub(crate) fn is_filled(&self) -> bool {
        self.rows.is_some()
    }

    /// Whether the texts are still being searched.
    pub(crate) fn is_searching(&self) -> bool {
        self.answered != self.serial
    }

    /// What was typed.
    pub(crate) fn filter(&self) -> &LineEdit {
        &self.filter
    }

    /// The lines: titles first, the best or latest first, then texts, the latest first.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let rows = self.rows.as_deref().unwrap_or_default();
        let chats = self.titles.iter().map(|&index| Entry::Chat(&rows[index]));
        chats.chain(self.hits.iter().map(Entry::Hit))
    }

    /// The entries below their headings.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut headings = self.headings.iter().peekable();
        self.entries().enumerate().flat_map(move |(index, entry)| {
            let heading = headings.next_if(|(at, _)| *at == index).map(|(_, title)| Line::Heading(title));
            let air = heading.as_ref().filter(|_| self.airy && index > 0).map(|_| Line::Air);
            air.into_iter().chain(heading).chain([Line::Entry(index, entry)])
        })
    }

    /// How many lines that are.
    pub(crate) fn line_count(&self) -> usize {
        self.len() + self.head_lines(self.headings.len())
    }

    /// The most lines that there were since the list was opened.
    pub(crate) fn tallest(&self) -> usize {
        self.tallest
    }

    /// Where the selected entry stands among them.
    pub(crate) fn selected_line(&self) -> usize {
        self.selected + self.head_lines(self.headings.iter().take_while(|(at, _)| *at <= self.selected).count())
    }

    /// The lines that so many headings take, with the air above all but the one on top.
    fn head_lines(&self, headings: usize) -> usize {
        let on_top = usize::from(self.headings.first().is_some_and(|(at, _)| *at == 0));
        headings + if self.airy { headings.saturating_sub(on_top) } else { 0 }
    }

    /// Whether there is room for air above the headings.
    pub(crate) fn set_airy(&mut self, airy: bool) {
        self.airy = airy;
        self.tallest = self.tallest.max(self.line_count());
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.titles.len() + self.hits.len()
    }

    /// Which of the lines is selected.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// The selected line.
    pub(crate) fn entry(&self) -> Option<Entry<'_>> {
        self.entries().nth(self.selected)
    }

    /// The chat of the selected line, as far as it is listed.
    pub(crate) fn row(&self) -> Option<&ChatRow> {
        let id = self.entry()?.chat();
        self.rows.as_ref()?.iter().find(|row| row.head.id == id)
    }

    /// Moves the selection; it stops at both ends.
    pub(crate) fn move_by(&mut self, lines: isize) {
        self.selected = self.selected.saturating_add_signed(lines).min(self.len().saturating_sub(1));
    }

    /// Selects a line.
    pub(crate) fn select_line(&mut self, line: usize) {
        self.selected = line.min(self.len().saturating_sub(1));
    }

    /// Types into the filter. Gives back what is to be searched for, and under which number.
    pub(crate) fn type_text(&mut self, text: &str) -> Option<(u64, String)> {
        self.filter.insert(text);
        self.changed()
    }

    /// Edits the filter. `None`: the action is no editing; else whether it [`changed`](Self::changed).
    pub(crate) fn edit(&mut self, action: Action) -> Option<bool> {
        self.filter.edit(action)
    }

    /// The filter changed: gives back what is to be searched for then, if anything.
    pub(crate) fn changed(&mut self) -> Option<(u64, String)> {
        self.selected = 0;
        self.serial += 1;
        let text = self.filter.text().trim();
        // One letter is everywhere; one character of Chinese is a word.
        let worth = text.chars().count() > 1 || !text.is_ascii();
        let asked = worth.then(|| (self.serial, text.to_owned()));
        if asked.is_none() {
            self.hits.clear();
            self.answered = self.serial;
        }
        self.refresh();
        asked
    }

    /// The texts came; those of an earlier question are of no use any more.
    pub(crate) fn found(&mut self, serial: u64, hits: Vec<Hit>) {
        if serial == self.serial {
            self.hits = hits;
            self.answered = serial;
            self.refresh();
        }
    }

    /// Gives a chat another title.
    pub(crate) fn rename(&mut self, chat: ConversationId, title: &str) {
        self.change(chat, |row| title.clone_into(&mut row.head.title));
    }

    /// Pins a chat to the top of the list, or lets it go.
    pub(crate) fn pin(&mut self, chat: ConversationId, pinned: bool) {
        self.change(chat, |row| row.head.pinned = pinned);
        self.select(chat);
    }

    /// Shows the archived chats, or the others.
    pub(crate) fn toggle_archived(&mut self) {
        self.archived = !self.archived;
        self.selected = 0;
        self.refresh();
    }

    /// Whether the archived chats are shown.
    pub(crate) fn shows_archived(&self) -> bool {
        self.archived
    }

    /// The number of chats in the view that is not shown: the archived ones, or the others.
    pub(crate) fn elsewhere(&self) -> usize {
        self.rows.iter().flatten().filter(|row| row.head.archived != self.archived).count()
    }

    /// Puts a chat in the archive, or takes it out.
    pub(crate) fn archive(&mut self, chat: ConversationId, archived: bool) {
        self.change(chat, |row| row.head.archived = archived);
    }

    fn change(&mut self, chat: ConversationId, change: impl FnOnce(&mut ChatRow)) {
        if let Some(row) = self.rows.iter_mut().flatten().find(|row| row.head.id == chat) {
            change(row);
        }
        let selected = self.selected;
        self.refresh();
        self.selected = selected.min(self.len().saturating_sub(1));
    }

    /// Takes a chat out of the list. Gives back where it stood.
    pub(crate) fn delete(&mut self, chat: ConversationId) -> Option<(usize, ChatRow)> {
        let selected = self.selected;
        let rows = self.rows.get_or_insert_default();
        let gone = rows.iter().position(|row| row.head.id == chat).map(|at| (at, rows.remove(at)));
        self.hits.retain(|hit| hit.chat != chat);
        self.refresh();
        self.selected = selected.min(self.len().saturating_sub(1));
        gone
    }

    /// Puts a chat back where it stood.
    pub(crate) fn restore(&mut self, at: usize, row: ChatRow) {
        let rows = self.rows.get_or_insert_default();
        let id = row.head.id;
        rows.insert(at.min(rows.len()), row);
        self.refresh();
        self.select(id);
    }

    fn select(&mut self, chat: ConversationId) {
        let place = self.entries().position(|entry| entry.chat() == chat);
        self.selected = place.unwrap_or(0);
    }

    fn refresh(&mut self) {
        let rows = self.rows.as_deref().unwrap_or_default();
        let filter = self.filter.text().trim();
        self.titles = if filter.is_empty() {
            let mut shown: Vec<usize> =
                (0..rows.len()).filter(|&index| rows[index].head.archived == self.archived).collect();
            // Stable: among the pinned ones, too, the latest is the first.
            shown.sort_by_key(|&index| !rows[index].head.pinned);
            shown
        } else {
            fitting(rows, filter)
        };
        if !self.hits.is_empty() {
            self.titles.truncate(TITLES_MAX);
        }
        let shown = self.titles.iter().map(|&index| &rows[index]);
        let calendar = self.calendar.as_ref().filter(|_| filter.is_empty());
        self.headings = calendar.map(|calendar| calendar.headings(shown)).unwrap_or_default();
        if !self.hits.is_empty() {
            self.headings.push((self.titles.len(), "In the texts".to_owned()));
        }
        self.tallest = self.tallest.max(self.line_count());
        self.selected = self.selected.min(self.len().saturating_sub(1));
    }
}

/// The rows whose titles fit `filter`, the best first.
fn fitting(rows: &[ChatRow], filter: &str) -> Vec<usize> {
    let pattern = Pattern::parse(filter, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scratch = Vec::new();
    let mut scored: Vec<(u32, usize)> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let text = Utf32Str::new(&row.head.title, &mut scratch);
        scored.extend(pattern.score(text, &mut matcher).map(|score| (score, index)));
    }
    let best = scored.iter().map(|(score, _)| *score).max().unwrap_or(0);
    scored.retain(|(score, _)| f64::from(*score) >= f64::from(best) * SCORE_SHARE_MIN);
    // Equal scores keep the order of the list, the latest first: sorting is stable.
    scored.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
    scored.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Head;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    fn row(id: u64, title: &str) -> ChatRow {
        let head = Head {
            id: ConversationId(id),
            title: title.to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            archived: title.contains("old"),
            pinned: title.contains("pinned"),
        };
        ChatRow::of(head, Timestamp::UNIX_EPOCH, 1)
    }

    fn hit(chat: u64) -> Hit {
        Hit {
            chat: ConversationId(chat),
            title: String::new(),
            archived: false,
            turn: TurnId(7),
            in_answer: true,
            asked_at: Timestamp::UNIX_EPOCH,
            snippet: Vec::new(),
        }
    }

    fn chats() -> ChatList {
        let mut chats = ChatList::default();
        chats.fill(
            vec![row(1, "Merge two lists"), row(2, "An old letter"), row(3, "Lists of lists")],
            Calendar::new(Timestamp::UNIX_EPOCH, &TimeZone::UTC),
        );
        chats
    }

    fn shown(chats: &ChatList) -> Vec<u64> {
        chats.entries().map(|entry| entry.chat().0).collect()
    }

    #[test]
    fn the_archive_is_shown_to_those_who_look_for_something_in_it() {
        let mut chats = chats();
        assert_eq!(shown(&chats), [1, 3]);
        assert_eq!(chats.type_text("letter"), Some((1, "letter".to_owned())));
        assert_eq!(shown(&chats), [2]);
        for _ in 0..6 {
            chats.edit(Action::DeleteLeft);
            chats.changed();
        }
        assert_eq!(shown(&chats), [1, 3]);
    }

    #[test]
    fn pinned_chats_stand_first_and_the_selection_goes_with_them() {
        let mut chats = chats();
        chats.pin(ConversationId(3), true);
        assert_eq!((shown(&chats), chats.selected()), (vec![3, 1], 0));
        chats.pin(ConversationId(3), false);
        assert_eq!((shown(&chats), chats.selected()), (vec![1, 3], 1));
    }

    #[test]
    fn headings_are_lines_that_cannot_be_selected() {
        let mut chats = chats();
        chats.pin(ConversationId(3), true);
        let told = |chats: &ChatList| -> Vec<String> {
            let told = |line| match line {
                Line::Air => String::new(),
                Line::Heading(title) => title.to_owned(),
                Line::Entry(index, entry) => format!("{index}: {}", entry.chat().0),
            };
            chats.lines().map(told).collect()
        };
        assert_eq!(told(&chats), ["Pinned", "0: 3", "Today", "1: 1"]);
        assert_eq!((chats.line_count(), chats.selected_line()), (4, 1));
        chats.move_by(1);
        assert_eq!(chats.selected_line(), 3);
        chats.set_airy(true);
        assert_eq!(told(&chats), ["Pinned", "0: 3", "", "Today", "1: 1"]);
        assert_eq!((chats.line_count(), chats.selected_line()), (5, 4));
        chats.type_text("lists");
        chats.found(1, vec![hit(9)]);
        assert_eq!(told(&chats).last().map(String::as_str), Some("2: 9"));
        assert!(told(&chats).contains(&"In the texts".to_owned()));
    }

    #[test]
    fn the_archive_is_a_view_of_its_own() {
        let mut chats = chats();
        assert_eq!(chats.elsewhere(), 1);
        chats.toggle_archived();
        assert_eq!((shown(&chats), chats.elsewhere()), (vec![2], 2));
        chats.archive(ConversationId(2), false);
        assert_eq!((shown(&chats), chats.elsewhere()), (vec![], 3), "what comes back is not shown here");
    }

    #[test]
    fn texts_stand_behind_titles_and_only_the_latest_question_is_answered() {
        let mut chats = chats();
        assert_eq!(chats.type_text("l"), None, "one letter is everywhere");
        chats.type_text("ist");
        chats.found(3, vec![hit(9)]);
        chats.found(4, vec![hit(2)]);
        assert_eq!(shown(&chats), [1, 3], "that was asked before the last letter, or after it");
        chats.found(2, vec![hit(1), hit(2)]);
        assert_eq!(shown(&chats), [1, 3, 1, 2]);
        chats.move_by(3);
        assert_eq!(chats.entry().and_then(|entry| entry.turn()), Some(TurnId(7)));
        assert_eq!(chats.row().map(|row| row.head.id.0), Some(2));
        assert_eq!(chats.type_text("検"), Some((3, "list検".to_owned())));
    }

    #[test]
    fn what_was_deleted_comes_back_where_it_stood() {
        let mut chats = chats();
        let gone = [1, 3].map(|id| chats.delete(ConversationId(id)).unwrap());
        assert_eq!((shown(&chats), chats.row().is_none()), (vec![], true));
        for (at, row) in gone.into_iter().rev() {
            chats.restore(at, row);
        }
        assert_eq!((shown(&chats), chats.selected()), (vec![1, 3], 0));
    }
}
