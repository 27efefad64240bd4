//! What is what in code: line by line, each from what is known behind the line before. Pure, but slow, about 0.2 ms a
//! line; and the first call loads the grammars. Nothing here is for the screen's own thread.
//!
//! The grammars name what they find by scopes (`string.quoted.double.rust`), and [`SCOPES`] says which tone that is.

use super::ink::Tone;
use super::languages::{self, Language};
use std::fmt;
use std::sync::LazyLock;
use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxReference, SyntaxSet};

/// Longer lines stay plain: they are data, and the grammars are slow on them.
pub(crate) const LONGEST: usize = 2048;

/// The grammar of what is typed at a prompt.
const SHELL: &str = "Bourne Again Shell (bash)";
/// What a shell shows before what is typed.
const PROMPTS: [&str; 4] = ["$ ", "% ", "> ", "❯ "];

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Which tone a scope has, the first that fits. What is not named here has the tone of what it stands in: a quotation
/// mark that of the string. [`Tone::Code`] says that something begins anew, as code within a string does.
const SCOPES: [(&str, Tone); 54] = [
    ("comment", Tone::Comment),
    ("source.regexp", Tone::Quoted),
    ("source", Tone::Code),
    ("text", Tone::Code),
    ("embedding", Tone::Code),
    ("meta.interpolation", Tone::Code),
    ("meta.embedded", Tone::Code),
    ("meta.template.expression", Tone::Code),
    ("meta.diff.header", Tone::Type),
    ("meta.diff.index", Tone::Type),
    ("meta.diff.range", Tone::Function),
    ("string", Tone::Quoted),
    ("constant", Tone::Number),
    ("support.constant", Tone::Number),
    ("entity.name.constant", Tone::Number),
    ("storage.type.numeric", Tone::Number),
    ("keyword.other.unit", Tone::Number),
    ("keyword.operator.word", Tone::Keyword),
    ("keyword.operator.logical.sql", Tone::Keyword),
    ("keyword.operator.logical.python", Tone::Keyword),
    ("keyword.operator", Tone::Code),
    ("keyword", Tone::Keyword),
    ("storage", Tone::Keyword),
    ("variable.language", Tone::Keyword),
    ("variable.function", Tone::Function),
    ("variable.annotation", Tone::Function),
    ("variable.type", Tone::Type),
    ("variable", Tone::Code),
    ("punctuation.definition.variable", Tone::Code),
    ("punctuation.section.interpolation", Tone::Code),
    ("entity.name.function", Tone::Function),
    ("entity.name.macro", Tone::Function),
    ("support.function", Tone::Function),
    ("support.macro", Tone::Function),
    ("entity.name.tag", Tone::Keyword),
    ("entity.name.type", Tone::Type),
    ("entity.name.class", Tone::Type),
    ("entity.name.struct", Tone::Type),
    ("entity.name.enum", Tone::Type),
    ("entity.name.union", Tone::Type),
    ("entity.name.trait", Tone::Type),
    ("entity.name.interface", Tone::Type),
    ("entity.name.impl", Tone::Type),
    ("entity.name.table", Tone::Type),
    ("entity.name.section", Tone::Type),
    ("entity.other.inherited-class", Tone::Type),
    ("entity.other.attribute-name", Tone::Type),
    ("support.type", Tone::Type),
    ("support.class", Tone::Type),
    ("markup.heading", Tone::Keyword),
    ("markup.inserted", Tone::Added),
    ("markup.deleted", Tone::Removed),
    ("markup.raw", Tone::Quoted),
    ("markup.underline.link", Tone::Function),
];

static TONES: LazyLock<Vec<(Scope, Tone)>> = LazyLock::new(|| {
    let known = SCOPES.iter().filter_map(|(name, tone)| Scope::new(name).ok().map(|scope| (scope, *tone)));
    known.collect()
});

/// So many bytes of one tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) bytes: u32,
    pub(crate) tone: Tone,
}

/// What is known behind some lines of code.
#[derive(Clone, PartialEq, Eq)]
pub struct Checkpoint {
    grammar: ParseState,
    scopes: ScopeStack,
    /// Where commands stand between what they printed: whether the next line goes on with a command.
    session: Option<bool>,
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The grammars' own state would be pages.
        f.debug_struct("Checkpoint").field("depth", &self.scopes.len()).finish_non_exhaustive()
    }
}

/// Lines, and what is known behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlighted {
    /// The tones of every line. They cover it, without its line end.
    pub(crate) lines: Vec<Vec<Run>>,
    /// Behind the last line with a line end: one without may still grow.
    pub next: Checkpoint,
}

impl Checkpoint {
    /// Before the first line of code with this behind its fence; `None`: it is not coloured.
    pub fn begin(info: &str) -> Option<Self> {
        let label = languages::label(info);
        let (grammar, session) = match languages::known(&label) {
            Some(Language::Plain) => return None,
            Some(Language::Session) => (GRAMMARS.find_syntax_by_name(SHELL)?, Some(false)),
            Some(Language::Grammar(name)) => (GRAMMARS.find_syntax_by_name(name)?, None),
            None => (GRAMMARS.find_syntax_by_token(&label)?, None),
        };
        (!grammar.name.eq_ignore_ascii_case("plain text")).then(|| Self::of(grammar, session))
    }

    fn of(grammar: &SyntaxReference, session: Option<bool>) -> Self {
        Self { grammar: ParseState::new(grammar), scopes: ScopeStack::new(), session }
    }

    /// Goes on with these lines. The last may have no line end yet.
    pub fn advance(&self, code: &str) -> Highlighted {
        let mut next = self.clone();
        let mut lines = Vec::new();
        for line in code.split_inclusive('\n') {
            let tones = match line.strip_suffix('\n') {
                Some(text) => next.line(text),
                None => next.clone().line(line),
            };
            lines.push(tones);
        }
        Highlighted { lines, next }
    }

    fn line(&mut self, text: &str) -> Vec<Run> {
        if text.len() > LONGEST {
            return plain(text);
        }
        let Some(goes_on) = self.session else { return self.code(text) };
        let prompt = PROMPTS.iter().find_map(|prompt| text.strip_prefix(prompt).map(|command| (prompt, command)));
        let (mut runs, command) = match prompt {
            Some((prompt, command)) => {
                // An open quotation mark of an earlier command says nothing about this one.
                if let Some(fresh) = GRAMMARS.find_syntax_by_name(SHELL) {
                    *self = Self::of(fresh, None);
                }
                (plain(prompt), command)
            }
            None if goes_on => (Vec::new(), text),
            None => return plain(text),
        };
        self.session = Some(command.ends_with('\\'));
        for run in self.code(command) {
            append(&mut runs, run.bytes as usize, run.tone);
        }
        runs
    }

    fn code(&mut self, text: &str) -> Vec<Run> {
        // A grammar that fails leaves the line plain, and the next one begins where this one did.
        let mut tried = self.clone();
        let Some(runs) = tried.parse(text) else { return plain(text) };
        *self = tried;
        runs
    }

    fn parse(&mut self, text: &str) -> Option<Vec<Run>> {
        // The grammars want to see where a line ends, also where it does not yet.
        let ops = self.grammar.parse_line(&format!("{text}\n"), &GRAMMARS).ok()?;
        let mut tones = Tones::of(&self.scopes);
        let mut runs = Vec::new();
        let mut at = 0;
        for (end, op) in ops {
            let end = end.min(text.len());
            append(&mut runs, end.saturating_sub(at), tones.tone());
            at = at.max(end);
            tones.follow(&mut self.scopes, &op)?;
        }
        append(&mut runs, text.len() - at, tones.tone());
        Some(runs)
    }
}

/// The tone at every depth of a stack of scopes.
struct Tones(Vec<Tone>);

impl Tones {
    fn of(scopes: &ScopeStack) -> Self {
        let mut tones = Self(Vec::new());
        scopes.as_slice().iter().for_each(|scope| tones.push(*scope));
        tones
    }

    fn tone(&self) -> Tone {
        self.0.last().copied().unwrap_or(Tone::Code)
    }

    fn push(&mut self, scope: Scope) {
        let named = TONES.iter().find(|(known, _)| known.is_prefix_of(scope)).map(|(_, tone)| *tone);
        self.0.push(named.unwrap_or_else(|| self.tone()));
    }

    fn follow(&mut self, scopes: &mut ScopeStack, op: &ScopeStackOp) -> Option<()> {
        let followed = scopes.apply_with_hook(op, |step, _| match step {
            BasicScopeStackOp::Push(scope) => self.push(scope),
            BasicScopeStackOp::Pop => _ = self.0.pop(),
        });
        followed.ok()
    }
}

fn plain(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    append(&mut runs, text.len(), Tone::Code);
    runs
}

fn append(runs: &mut Vec<Run>, bytes: usize, tone: Tone) {
    let bytes = bytes as u32;
    match runs.last_mut() {
        _ if bytes == 0 => {}
        Some(last) if last.tone == tone => last.bytes += bytes,
        _ => runs.push(Run { bytes, tone }),
    }
}

#[cfg(test)]
mod tests;
