//! Formulas in the marks that models like, `\(` and `\[`, for a parser that knows dollar signs only. Must not change what
//! is code or an address.

use super::incomplete::closed_math;
use std::borrow::Cow;

/// Formulas between `\(` and `\)`, or `\[` and `\]`, as formulas between dollar signs, which take as many bytes.
pub(super) fn with_dollars(text: &str) -> Cow<'_, str> {
    if !text.contains("\\(") && !text.contains("\\[") {
        return Cow::Borrowed(text);
    }
    let mut changed = text.to_owned();
    let (mut at, mut code) = (0, 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        let ticks = text.as_bytes()[at..].iter().take_while(|byte| **byte == b'`').count();
        if ticks > 0 {
            code = if code == ticks {
                0
            } else if code == 0 {
                ticks
            } else {
                code
            };
            at += ticks;
            continue;
        }
        // An address is none, whatever brackets it has.
        if code == 0
            && let Some(behind) = address_end(text, at)
        {
            at = behind;
            continue;
        }
        let opens = byte == b'\\' && matches!(text.as_bytes().get(at + 1), Some(b'(' | b'['));
        match closed_math(text, at).filter(|_| opens && code == 0) {
            Some(behind) => {
                changed.replace_range(at..at + 2, "$$");
                changed.replace_range(behind - 2..behind, "$$");
                at = behind;
            }
            // In code, a backslash is a backslash.
            None => at += if byte == b'\\' && code == 0 { 2 } else { 1 },
        }
    }
    Cow::Owned(changed)
}

/// The byte behind the address that begins at `at`: behind `](`, or between angle brackets.
fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(address) = rest.strip_prefix("](") {
        let mut escaped = false;
        let ends = |c: char| {
            let end = !escaped && matches!(c, ')' | '\n');
            escaped = c == '\\' && !escaped;
            end
        };
        return Some(at + 2 + address.find(ends).unwrap_or(address.len()));
    }
    let address = rest.strip_prefix('<').filter(|address| address.starts_with("http"))?;
    Some(at + 1 + address.find(['>', ' ', '\n']).unwrap_or(address.len()))
}
