//! Earlier prompts, looked through with the draft put aside. Must not know where they are shown.

use std::collections::HashMap;
use std::sync::Arc;

/// Invariant: `recalled` is an index of `sent`.
#[derive(Debug, Default)]
pub(super) struct Recall {
    /// Prompts that were sent, the oldest first.
    sent: Vec<Arc<str>>,
    /// Which of them is in the input, while one is recalled.
    recalled: Option<usize>,
    /// The text of the input before recalling.
    draft: Arc<str>,
    /// Earlier prompts as they were changed while the user looked through them.
    edits: HashMap<usize, Arc<str>>,
}

impl Recall {
    /// The recalled prompt as it was sent, and the draft behind it.
    pub(super) fn recalled(&self) -> Option<(&Arc<str>, &Arc<str>)> {
        Some((self.sent.get(self.recalled?)?, &self.draft))
    }

    /// Forgets what is recalled, and gives back the draft that was put aside for it.
    pub(super) fn end(&mut self) -> Arc<str> {
        self.edits.clear();
        let draft = std::mem::take(&mut self.draft);
        if self.recalled.take().is_some() { draft } else { Arc::default() }
    }

    /// Prompts of earlier times, the oldest first, come before those of this one.
    pub(super) fn remember_earlier(&mut self, mut prompts: Vec<Arc<str>>) {
        let new = prompts.len();
        prompts.append(&mut self.sent);
        self.sent = prompts;
        self.recalled = self.recalled.map(|index| index + new);
        self.edits = std::mem::take(&mut self.edits).into_iter().map(|(index, text)| (index + new, text)).collect();
    }

    /// Puts a prompt among the earlier ones, if it is not the latest of them already.
    pub(super) fn remember(&mut self, prompt: Arc<str>) {
        if self.sent.last() != Some(&prompt) && !prompt.trim().is_empty() {
            self.sent.push(prompt);
        }
    }

    /// The prompt before, as it was left; `text` is what is in the input. `None`: there is none.
    pub(super) fn earlier(&mut self, text: Arc<str>) -> Option<Arc<str>> {
        let earlier = self.recalled.unwrap_or(self.sent.len()).checked_sub(1)?;
        self.keep(text);
        Some(self.show(Some(earlier)))
    }

    /// The next prompt, as it was left, and at last the draft; `None`: that is in the input.
    pub(super) fn later(&mut self, text: Arc<str>) -> Option<Arc<str>> {
        let later = self.recalled? + 1;
        self.keep(text);
        Some(self.show(Some(later).filter(|later| *later < self.sent.len())))
    }

    /// Keeps what is in the input, so that recalling another prompt loses nothing.
    fn keep(&mut self, text: Arc<str>) {
        match self.recalled {
            Some(index) => _ = self.edits.insert(index, text),
            None => self.draft = text,
        }
    }

    fn show(&mut self, index: Option<usize>) -> Arc<str> {
        self.recalled = index;
        let changed = index.and_then(|index| self.edits.get(&index));
        changed.or_else(|| self.sent.get(index?)).unwrap_or(&self.draft).clone()
    }
}
