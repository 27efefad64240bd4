//! The end of a text that is still being written: half a construct is completed as it most likely will be, so that
//! nothing moves when it closes. Only the end is changed; what stands before it keeps its bytes.
//!
//! Guesses, each wrong now and then until the next word settles it: what is opened will be closed, a line of marks alone
//! will be followed by what it marks, a line that begins with a bar heads a table, and a bracket begins a link.

use super::fence::Fence;
use super::formulas::{Close, PAIRS, close_of, has_marks_of_prose};
use crate::text::address::bare_length;
use std::borrow::Cow;

/// `tail`, which begins with a block, as it would be drawn if it ended well here.
pub(super) fn complete(tail: &str) -> Cow<'_, str> {
    let last = tail.rfind('\n').map_or(0, |newline| newline + 1);
    let (before, line) = tail.split_at(last);
    let shown = if is_only_marks(line) { before } else { tail };
    let Some(leaf) = last_leaf(shown) else {
        return if shown.len() == tail.len() { Cow::Borrowed(tail) } else { Cow::Borrowed(shown) };
    };
    let (keep, mut closing) = close(shown.get(leaf..).unwrap_or_default());
    let kept = shown.get(..leaf + keep).unwrap_or(shown);
    if let Some(delimiter) = delimiter_row(kept) {
        closing.push_str(&delimiter);
        return Cow::Owned(format!("{}{closing}", kept.trim_end_matches('\n')));
    }
    if closing.is_empty() { Cow::Borrowed(kept) } else { Cow::Owned(format!("{kept}{closing}")) }
}

/// Whether a line that has no end yet consists of marks whose meaning its next characters decide.
fn is_only_marks(line: &str) -> bool {
    let mut rest = line.trim();
    if rest.is_empty() {
        return true;
    }
    // Quotes and bullets in front of it.
    loop {
        let inner = rest.trim_start_matches('>').trim_start();
        let inner = inner.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with(' ')).unwrap_or(inner).trim();
        if inner.len() == rest.len() {
            break;
        }
        rest = inner;
    }
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_number = matches!(digits, "" | "." | ")");
    let is_box = matches!(rest, "[" | "[ " | "[x" | "[X" | "[]" | "[ ]" | "[x]" | "[X]");
    let is_fence = Fence::at(rest).is_some();
    let is_marks = rest.bytes().all(|byte| matches!(byte, b'#' | b'-' | b'*' | b'+' | b'_' | b'=' | b'`' | b'~'));
    let is_delimiter = rest.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' '));
    is_number || is_box || is_fence || is_marks || is_delimiter
}

/// Where the inline text of the last leaf begins; `None` in code.
fn last_leaf(text: &str) -> Option<usize> {
    let (mut leaf, mut at) = (None::<usize>, 0);
    let mut fence: Option<Fence> = None;
    let mut in_list = false;
    for line in text.split_inclusive('\n') {
        let content = content_of(line, &mut in_list);
        let start = at + content;
        let bare = line.get(content..).unwrap_or_default().trim_end_matches('\n');
        at += line.len();
        if let Some(open) = &fence {
            // Inside a list, the closing fence is indented like its content.
            if open.is_closed_by(bare.trim_start()) {
                fence = None;
            }
            continue;
        }
        fence = Fence::at(bare.trim_start());
        leaf = match (bare.trim().is_empty(), leaf) {
            _ if fence.is_some() => None,
            (true, _) => None,
            // A line that begins something begins a leaf; so do the rows of a table, whose cells end with them.
            (false, Some(_)) if content == indent_of(line) && !bare.starts_with(['#', '|']) => leaf,
            // Four spaces behind a blank line are code, but in a list.
            (false, None) if !in_list && indent_of(line) >= 4 => None,
            _ => Some(start),
        };
    }
    if fence.is_some() { None } else { leaf }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The bytes of quotes, bullets, names of notes and white space in front of what a line says.
fn content_of(line: &str, in_list: &mut bool) -> usize {
    let mut rest = line;
    loop {
        let inner = rest.trim_start_matches([' ', '\t']);
        let behind_digits = inner.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = (behind_digits.len() < inner.len()).then(|| behind_digits.strip_prefix(['.', ')'])).flatten();
        let bullet = inner.strip_prefix(['-', '*', '+']).or(number).filter(|behind| behind.starts_with(' '));
        // What belongs to a footnote is indented, too.
        let note = inner.strip_prefix("[^").and_then(|label| label.split_once("]:")).map(|(_, behind)| behind);
        let bullet = bullet.or(note);
        *in_list |= bullet.is_some();
        match inner.strip_prefix('>').or(bullet) {
            Some(inner) => rest = inner,
            None => return line.len() - inner.len(),
        }
    }
}

/// What is open at the end of a leaf.
#[derive(Default)]
struct Stack(Vec<(u8, usize)>);

impl Stack {
    /// A run of `count` marks that can close something closes as much as it can; gives back what is left of it.
    fn close(&mut self, mark: u8, mut count: usize) -> usize {
        while count > 0
            && let Some(at) = self.0.iter().rposition(|(open, _)| *open == mark)
        {
            self.0.truncate(at + 1);
            let closed = self.0[at].1.min(count);
            count -= closed;
            self.0[at].1 -= closed;
            if self.0[at].1 == 0 {
                self.0.pop();
            }
        }
        count
    }

    fn closing(&self) -> String {
        self.0.iter().rev().map(|(mark, count)| char::from(*mark).to_string().repeat(*count)).collect()
    }
}

/// How many of the first `keep` bytes of a leaf can be closed: a backslash at their end would take what closes them away.
fn without_backslash(leaf: &str, keep: usize) -> usize {
    let kept = leaf.get(..keep).unwrap_or(leaf);
    keep - (kept.len() - kept.trim_end_matches('\\').len()) % 2
}

/// How much of a leaf to keep, and what closes it.
fn close(leaf: &str) -> (usize, String) {
    let bytes = leaf.as_bytes();
    let mut stack = Stack::default();
    let mut bracket = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => match bytes.get(at + 1) {
                None => return end(leaf, at, &stack, ""),
                Some(b'(' | b'[') => match formula(leaf, at) {
                    Formula::Until(behind) => at = behind,
                    Formula::Unclosed(close) => return (without_backslash(leaf, leaf.len()), close.to_owned()),
                },
                Some(_) => at += 2,
            },
            // Its marks are its own.
            b'h' => at += leaf.get(at..).and_then(bare_length).unwrap_or(1),
            b'`' => {
                let count = run(bytes, at);
                match closing_run(bytes, at + count, count) {
                    Some(behind) => at = behind,
                    None if at + count == bytes.len() => return end(leaf, at, &stack, ""),
                    None => {
                        let content = leaf.trim_end_matches('`').len();
                        return end(leaf, content.max(at + count), &stack, &"`".repeat(count));
                    }
                }
            }
            b'*' | b'_' | b'~' => {
                let count = run(bytes, at);
                if at + count == bytes.len() && stack.0.last() != Some(&(byte, count)) {
                    return end(leaf, at, &stack, "");
                }
                mark(leaf, at, count, &mut stack);
                at += count;
            }
            b'[' => {
                bracket = Some(at);
                at += 1;
            }
            b']' if bracket.is_some() && bytes.get(at + 1) == Some(&b'(') => {
                match leaf.get(at + 2..).and_then(|rest| rest.find([')', '\n'])) {
                    Some(length) => at += length + 3,
                    None => return end(leaf, at + 2, &stack, ")"),
                }
                bracket = None;
            }
            b']' if at + 1 < bytes.len() => {
                bracket = None;
                at += 1;
            }
            b'|' if leaf.starts_with('|') => {
                stack.0.clear();
                at += 1;
            }
            b'$' => match formula(leaf, at) {
                Formula::Until(behind) => at = behind,
                Formula::Unclosed(close) => {
                    let kept = leaf.trim_end_matches('$').len().max(at + 2);
                    return (without_backslash(leaf, kept), close.to_owned());
                }
            },
            _ => at += 1,
        }
    }
    match bracket {
        Some(open) if is_link_text(leaf.get(open + 1..).unwrap_or_default()) => {
            let closing = if leaf.ends_with(']') { "()" } else { "]()" };
            // What was opened inside the brackets ends inside them.
            let text = if leaf.ends_with(']') { String::new() } else { stack.closing() };
            if text.is_empty() { end(leaf, leaf.len(), &stack, closing) } else { (leaf.len(), text + closing) }
        }
        _ => end(leaf, leaf.len(), &stack, ""),
    }
}

/// A leaf of which `keep` bytes are kept, closed with `first` and then with what else is open. White space at its end
/// goes: nothing can be closed behind it.
fn end(leaf: &str, keep: usize, stack: &Stack, first: &str) -> (usize, String) {
    let closing = stack.closing();
    let kept = leaf.get(..keep).unwrap_or(leaf);
    let keep = if closing.is_empty() { keep } else { kept.trim_end().len() };
    // What was opened at the very end has nothing in it yet: then the marks go instead.
    let bare = kept.get(..keep).unwrap_or_default().trim_end_matches(['*', '_', '~', ' ']);
    if !first.is_empty() || bare.len() == keep { (keep, format!("{first}{closing}")) } else { (keep, closing) }
}

/// Whether what stands behind an opening bracket may become the text of a link: a reference to a source, or a word that
/// may be left out, mostly does not.
fn is_link_text(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_alphabetic() || matches!(c, '`' | '*' | '_')) && !text.contains('\n')
}

fn mark(leaf: &str, at: usize, count: usize, stack: &mut Stack) {
    let mark = leaf.as_bytes()[at];
    let before = leaf.get(..at).and_then(|text| text.chars().next_back());
    let after = leaf.get(at + count..).and_then(|text| text.chars().next());
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let closes = !is_space(before) && (mark != b'_' || !is_word(after));
    let opens = !is_space(after) && (mark != b'_' || !is_word(before));
    let left = if closes { stack.close(mark, count) } else { count };
    if left > 0 && opens && (mark != b'~' || left == 2) {
        stack.0.push((mark, left));
    }
}

fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count()
}

/// The byte behind a run of exactly `count` backticks.
fn closing_run(bytes: &[u8], mut at: usize, count: usize) -> Option<usize> {
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'`')) {
        let length = run(bytes, at + found);
        at += found + length;
        if length == count {
            return Some(at);
        }
    }
    None
}

/// A formula at marks that may open one.
enum Formula {
    /// The scan goes on at this byte: behind the formula, or behind marks that open none.
    Until(usize),
    /// Nothing closes it yet but these marks.
    Unclosed(&'static str),
}

/// Reads what the marks at `at` open, by the rules of [`super::formulas`]. A single dollar is left alone: most are prices.
fn formula(leaf: &str, at: usize) -> Formula {
    let rest = leaf.get(at..).unwrap_or_default();
    let dollars = rest.bytes().take_while(|byte| *byte == b'$').count();
    let pair = PAIRS.into_iter().find(|(open, _)| rest.starts_with(open) && dollars < 3);
    let Some((open, close)) = pair else { return Formula::Until(at + dollars.max(1)) };
    let inside = rest.get(open.len()..).unwrap_or_default();
    match close_of(inside, open, close) {
        Close::At(length) if !has_marks_of_prose(inside.get(..length).unwrap_or_default()) => {
            Formula::Until(at + open.len() + length + close.len())
        }
        Close::Missing if !has_marks_of_prose(inside) => Formula::Unclosed(close),
        _ => Formula::Until(at + open.len()),
    }
}

/// The row of dashes below the head of a table that has no such row yet.
fn delimiter_row(text: &str) -> Option<String> {
    let text = text.trim_end_matches('\n');
    let (before, line) = text.rsplit_once('\n').unwrap_or(("", text));
    let above = before.rsplit('\n').next().unwrap_or_default();
    let head = line.trim();
    if !head.starts_with('|') || head.len() < 2 || above.trim_start().starts_with('|') {
        return None;
    }
    let indent = line.get(..indent_of(line)).unwrap_or_default();
    let cells = head.trim_matches('|').replace("\\|", "").matches('|').count() + 1;
    Some(format!("\n{indent}|{}", "---|".repeat(cells)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_constructs_are_completed() {
        for (half, whole) in [
            ("plain", "plain"),
            ("a **bold", "a **bold**"),
            ("a **bold ", "a **bold**"),
            ("a **bold*", "a **bold**"),
            ("a **bold** b", "a **bold** b"),
            ("a **", "a "),
            ("a *it **both", "a *it **both***"),
            ("a ~~gone", "a ~~gone~~"),
            ("2 * 3 = 6", "2 * 3 = 6"),
            ("snake_case_name", "snake_case_name"),
            ("_under", "_under_"),
            ("say `code", "say `code`"),
            ("say ``a`b", "say ``a`b``"),
            ("say ``a`", "say ``a``"),
            ("say `", "say "),
            ("**say `code", "**say `code`**"),
            ("see [the man", "see [the man]()"),
            ("see [the man]", "see [the man]()"),
            ("see [the man](https://x", "see [the man]()"),
            ("see [the man](https://x) b", "see [the man](https://x) b"),
            ("a [1", "a [1"),
            ("line\\", "line"),
            ("math \\(x_1 + *y", "math \\(x_1 + *y\\)"),
            ("math \\(a \\\\) b *c", "math \\(a \\\\) b *c\\)"),
            ("math \\(a \\(b\\) *c", "math \\(a \\(b\\) *c*"),
            ("math \\[a \\[b\\] **c", "math \\[a \\[b\\] **c**"),
            ("math \\(**a\\) b", "math \\(**a\\) b**"),
            ("$$\na_1", "$$\na_1$$"),
            ("$$ a \\$$ *b", "$$ a \\$$ *b$$"),
            ("$$\na \\\\\n\\", "$$\na \\\\\n$$"),
            ("\\[\na \\", "\\[\na \\]"),
            ("\\[\na \\\\", "\\[\na \\\\\\]"),
            ("para\n\n**next", "para\n\n**next**"),
            ("- a **b\n- c *d", "- a **b\n- c *d*"),
        ] {
            assert_eq!(complete(half), whole, "{half:?}");
        }
    }

    #[test]
    fn lines_of_marks_wait_for_what_they_mark() {
        for marks in
            ["#", "##", "-", "*", "1", "12.", ">", "> -", "```", "```py", "---", "- [ ]", "- [x", "| -", "==", "~~"]
        {
            assert_eq!(complete(&format!("a\n\n{marks}")), "a\n\n", "{marks:?}");
        }
        assert_eq!(complete("- [x] done"), "- [x] done");
        assert_eq!(complete("1. one"), "1. one");
    }

    #[test]
    fn the_head_of_a_table_is_one_before_its_dashes_come() {
        for (half, whole) in [
            ("| a | b", "| a | b\n|---|---|"),
            ("| a | b |\n", "| a | b |\n|---|---|"),
            ("| a | b |\n|-", "| a | b |\n|---|---|"),
            ("| a |\n|---|\n| x", "| a |\n|---|\n| x"),
            ("| **a", "| **a**\n|---|"),
        ] {
            assert_eq!(complete(half), whole, "{half:?}");
        }
    }

    #[test]
    fn code_is_left_alone() {
        for code in ["- x\n  ```py\n  **kw", "    a **b", "~~~\n`x"] {
            assert_eq!(complete(code), code);
        }
    }

    proptest::proptest! {
        #[test]
        fn only_the_end_is_changed_and_nothing_panics(text in "[ab *_`~\\[\\]()|#>\\-\\\\$1.\n]{0,40}") {
            let whole = complete(&text);
            let same = whole.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
            let kept = text.get(..same).unwrap_or_default();
            proptest::prop_assert!(whole.starts_with(kept));
        }
    }
}
