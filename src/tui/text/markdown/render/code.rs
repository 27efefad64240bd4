//! Code within another block: a list, a quote. It is there whole when it is laid out, and stands behind what indents it.

use super::Render;
use crate::tui::text::markdown::context::Leaf;
use crate::tui::text::markdown::fence::CodeRows;

/// A code block within another block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    /// The byte of the source where it begins.
    pub(crate) at: usize,
    pub(crate) language: String,
    pub(crate) text: String,
}

/// A code block that is being read.
pub(super) struct OpenCode {
    pub(super) at: usize,
    pub(super) language: String,
    /// The number of its lines before these, if it was cut there.
    pub(super) cut_at: Option<usize>,
    pub(super) lines: Vec<CodeText>,
    /// Whether the last line has no end yet.
    pub(super) open: bool,
}

/// A line of it.
pub(super) struct CodeText {
    text: String,
    /// The byte of the piece where it begins.
    at: usize,
    /// Whether it is there as it stands: a tab that indents partly the list and partly the code is not.
    verbatim: bool,
}

impl Render<'_> {
    /// Takes in text of the code block that is read, which begins at the byte `start` of the piece.
    pub(super) fn code_text(&mut self, text: &str, start: usize) {
        let Some(code) = &mut self.code else { return };
        let mut at = start;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let verbatim = self.written.get(at..at + bare.len()) == Some(bare);
            match code.lines.last_mut().filter(|_| code.open) {
                Some(open) => {
                    open.verbatim &= verbatim && open.at + open.text.len() == at;
                    open.text.push_str(bare);
                }
                None => code.lines.push(CodeText { text: bare.to_owned(), at, verbatim }),
            }
            code.open = !line.ends_with('\n');
            at += line.len();
        }
    }

    /// Lays out the code block that was read, and which ends at the byte `end` of the piece.
    pub(super) fn end_code(&mut self, end: usize) {
        let Some(code) = self.code.take() else { return };
        let mut rows = match code.cut_at {
            Some(line) => CodeRows::going_on(code.at, line, self.room()),
            None => CodeRows::new(code.at, &code.language, self.room()),
        };
        for line in &code.lines {
            let at = self.base + line.at.min(self.written.len());
            if line.verbatim { rows.push(&line.text, at) } else { rows.push_changed(&line.text, at) }
        }
        self.append(rows.rows);
        // A line that has no end yet must not seem to have one: its colours would be those of another line.
        let mut text: String = code.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
        if code.open {
            text.pop();
        }
        let lines = code.cut_at.unwrap_or(0) + code.lines.len();
        self.out.leaf = Leaf::Code { at: code.at, language: code.language.clone(), lines };
        self.out.code.push(Code { at: code.at, language: code.language, text });
        self.draw_to(end);
    }
}
