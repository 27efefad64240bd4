//! What is what in code: line by line, each from what is known behind the line before. Pure, but slow, about 0.2 ms a
//! line; and the first call loads the grammars. Nothing here is for the screen's own thread.
//!
//! The grammars name what they find by scopes (`string.quoted.double.rust`), and [`SCOPES`] says which role that is.

mod job;

pub(in crate::tui) use job::LineStart;
pub use job::{HighlightJob, HighlightResult};

use super::languages::{self, Language};
use crate::tui::theme::Role;
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

/// Which role a scope has, the first that fits. What is not named here has the role of what it stands in: a quotation
/// mark that of the string. [`Role::Code`] says that something begins anew, as code within a string does.
const SCOPES: [(&str, Role); 54] = [
    ("comment", Role::Comment),
    ("source.regexp", Role::Quoted),
    ("source", Role::Code),
    ("text", Role::Code),
    ("embedding", Role::Code),
    ("meta.interpolation", Role::Code),
    ("meta.embedded", Role::Code),
    ("meta.template.expression", Role::Code),
    ("meta.diff.header", Role::Type),
    ("meta.diff.index", Role::Type),
    ("meta.diff.range", Role::Function),
    ("string", Role::Quoted),
    ("constant", Role::Number),
    ("support.constant", Role::Number),
    ("entity.name.constant", Role::Number),
    ("storage.type.numeric", Role::Number),
    ("keyword.other.unit", Role::Number),
    ("keyword.operator.word", Role::Keyword),
    ("keyword.operator.logical.sql", Role::Keyword),
    ("keyword.operator.logical.python", Role::Keyword),
    ("keyword.operator", Role::Code),
    ("keyword", Role::Keyword),
    ("storage", Role::Keyword),
    ("variable.language", Role::Keyword),
    ("variable.function", Role::Function),
    ("variable.annotation", Role::Function),
    ("variable.type", Role::Type),
    ("variable", Role::Code),
    ("punctuation.definition.variable", Role::Code),
    ("punctuation.section.interpolation", Role::Code),
    ("entity.name.function", Role::Function),
    ("entity.name.macro", Role::Function),
    ("support.function", Role::Function),
    ("support.macro", Role::Function),
    ("entity.name.tag", Role::Keyword),
    ("entity.name.type", Role::Type),
    ("entity.name.class", Role::Type),
    ("entity.name.struct", Role::Type),
    ("entity.name.enum", Role::Type),
    ("entity.name.union", Role::Type),
    ("entity.name.trait", Role::Type),
    ("entity.name.interface", Role::Type),
    ("entity.name.impl", Role::Type),
    ("entity.name.table", Role::Type),
    ("entity.name.section", Role::Type),
    ("entity.other.inherited-class", Role::Type),
    ("entity.other.attribute-name", Role::Type),
    ("support.type", Role::Type),
    ("support.class", Role::Type),
    ("markup.heading", Role::Keyword),
    ("markup.inserted", Role::Added),
    ("markup.deleted", Role::Removed),
    ("markup.raw", Role::Quoted),
    ("markup.underline.link", Role::Function),
];

static ROLES: LazyLock<Vec<(Scope, Role)>> = LazyLock::new(|| {
    let known = SCOPES.iter().filter_map(|(name, role)| Scope::new(name).ok().map(|scope| (scope, *role)));
    known.collect()
});

/// So many bytes of one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) bytes: u32,
    pub(crate) role: Role,
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
    /// The roles of every line. They cover it, without its line end.
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
            let roles = match line.strip_suffix('\n') {
                Some(text) => next.line(text),
                None => next.clone().line(line),
            };
            lines.push(roles);
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
            append(&mut runs, run.bytes as usize, run.role);
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
        let mut roles = Roles::of(&self.scopes);
        let mut runs = Vec::new();
        let mut at = 0;
        for (end, op) in ops {
            let end = end.min(text.len());
            append(&mut runs, end.saturating_sub(at), roles.role());
            at = at.max(end);
            roles.follow(&mut self.scopes, &op)?;
        }
        append(&mut runs, text.len() - at, roles.role());
        Some(runs)
    }
}

/// The role at every depth of a stack of scopes.
struct Roles(Vec<Role>);

impl Roles {
    fn of(scopes: &ScopeStack) -> Self {
        let mut roles = Self(Vec::new());
        scopes.as_slice().iter().for_each(|scope| roles.push(*scope));
        roles
    }

    fn role(&self) -> Role {
        self.0.last().copied().unwrap_or(Role::Code)
    }

    fn push(&mut self, scope: Scope) {
        let named = ROLES.iter().find(|(known, _)| known.is_prefix_of(scope)).map(|(_, role)| *role);
        self.0.push(named.unwrap_or_else(|| self.role()));
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
    append(&mut runs, text.len(), Role::Code);
    runs
}

fn append(runs: &mut Vec<Run>, bytes: usize, role: Role) {
    let bytes = bytes as u32;
    match runs.last_mut() {
        _ if bytes == 0 => {}
        Some(last) if last.role == role => last.bytes += bytes,
        _ => runs.push(Run { bytes, role }),
    }
}

#[cfg(test)]
mod tests;
