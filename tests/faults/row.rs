//! A row of the table: what an endpoint does, and what has to come of it. Owns no expectation itself.

use crate::support::server::{Reply, Request};
use std::sync::Arc;

/// What everyone says who is well.
pub(crate) const ANSWER: &str = "Here you are.";

type Script = dyn Fn(&Request, usize) -> Reply + Send + Sync;

/// Where the default provider is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the scripted server.
    Server,
    /// On a port that nobody listens on.
    Nobody,
    /// At a host that does not exist.
    NoHost,
    /// Where TLS is expected, at a server that does not speak it.
    NoTls,
    /// At a server that lets nobody in.
    #[cfg(target_os = "linux")]
    Full,
}

/// What is in the history afterwards, besides the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// A whole answer, of this model.
    Answer(&'static str, &'static str),
    /// What came of an answer that is not whole.
    Part(&'static str),
    /// Nothing.
    Nothing,
}

/// What belongs together.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) rows: Vec<Row>,
}

/// A fault, and what has to come of it.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) does: &'static str,
    pub(crate) place: Place,
    /// Where `{server}` stands, the address of the scripted server is put.
    pub(crate) settings: String,
    pub(crate) fallbacks: &'static [&'static str],
    pub(crate) script: Arc<Script>,
    /// Whether the judge decides; else the category is named with the prompt.
    pub(crate) judged: bool,
    /// A provider that has no key.
    pub(crate) keyless: Option<&'static str>,
    /// How many prompts go before.
    pub(crate) before: usize,
    /// The notes, and the last line.
    pub(crate) reads: Vec<&'static str>,
    /// Who was asked, in order.
    pub(crate) asks: &'static str,
    /// Whose requests arrived, where those are not all.
    pub(crate) arrives: Option<&'static str>,
    pub(crate) kept: Kept,
}

impl Row {
    /// The judge replies that, and the model answers.
    pub(crate) fn judging(does: &'static str, judge: Reply) -> Self {
        let script = move |request: &Request, _| if request.is_judging() { judge.clone() } else { well() };
        Self::scripted(does, script).judged()
    }

    /// Answers come by `script`: from the request, and from how many requests for an answer were before.
    pub(crate) fn scripted(
        does: &'static str,
        script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self {
            does,
            place: Place::Server,
            settings: String::new(),
            fallbacks: &["second"],
            script: Arc::new(script),
            judged: false,
            keyless: None,
            before: 0,
            reads: Vec::new(),
            asks: "first second",
            arrives: None,
            kept: Kept::Answer("second", ANSWER),
        }
    }

    /// `first` gets this reply; whoever else is asked answers.
    pub(crate) fn first(does: &'static str, reply: Reply) -> Self {
        Self::scripted(does, move |request, _| if request.model() == "first" { reply.clone() } else { well() })
    }

    /// There is no fallback. The first request gets this reply, the next ones an answer.
    pub(crate) fn alone(does: &'static str, reply: Reply) -> Self {
        let row = Self::scripted(does, move |_, before| if before == 0 { reply.clone() } else { well() });
        Self { fallbacks: &[], asks: "first first", kept: Kept::Answer("first", ANSWER), ..row }
    }

    /// Nobody can be reached at `place`.
    pub(crate) fn nowhere(does: &'static str, place: Place) -> Self {
        Self { place, arrives: Some(""), ..Self::scripted(does, |_, _| well()) }
    }

    pub(crate) fn with_script(self, script: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self { script: Arc::new(script), ..self }
    }

    pub(crate) fn set(mut self, setting: &str) -> Self {
        self.settings.push_str(setting);
        self.settings.push('\n');
        self
    }

    pub(crate) fn fallbacks(self, fallbacks: &'static [&'static str]) -> Self {
        Self { fallbacks, ..self }
    }

    pub(crate) fn judged(self) -> Self {
        let row = Self { judged: true, fallbacks: &[], ..self };
        row.set("judge.model = \"arbiter\"\nrouting.threshold = 1.0\nrouting.escalate = \"wait\"").asks("arbiter first")
    }

    pub(crate) fn keyless(self, keyless: &'static str) -> Self {
        Self { keyless: Some(keyless), ..self }
    }

    pub(crate) fn before(self, before: usize) -> Self {
        Self { before, ..self }
    }

    pub(crate) fn reads<const N: usize>(self, reads: [&'static str; N]) -> Self {
        Self { reads: reads.to_vec(), ..self }
    }

    pub(crate) fn asks(self, asks: &'static str) -> Self {
        let by = asks.rsplit(' ').next().unwrap_or_default();
        let kept = if let Kept::Answer(_, text) = self.kept { Kept::Answer(by, text) } else { self.kept };
        Self { asks, kept, ..self }
    }

    pub(crate) fn arrives(self, arrives: &'static str) -> Self {
        Self { arrives: Some(arrives), ..self }
    }

    pub(crate) fn keeps(self, kept: Kept) -> Self {
        Self { kept, ..self }
    }

    /// `first` is the only one asked, and this is the last word.
    pub(crate) fn ends(self, remark: &'static str) -> Self {
        self.asks("first").reads([remark]).keeps(Kept::Nothing)
    }

    /// `first` answers as if nothing were wrong.
    pub(crate) fn works(self) -> Self {
        self.asks("first")
    }
}

/// A whole answer.
pub(crate) fn well() -> Reply {
    Reply::stream(&["Here ", "you ", "are."])
}
