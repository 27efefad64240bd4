//! What a piece of text is. How that looks is `theme`'s to say.

/// What a piece of text is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum TextRole {
    /// To be read.
    #[default]
    Text,
    /// What helps reading and is no text of the source: bullets, bars, addresses of links.
    Dim,
    /// A heading of the first level.
    Title,
    /// A heading of the second or third level.
    Heading,
    /// A heading below them.
    Subheading,
    /// The name of a column.
    TableHead,
    /// The name of the language above a block of code.
    CodeHead,
    /// A thin line, and the mark of a folded line: ornaments that no reader needs.
    Rule,
    /// A block of code, before or without highlighting.
    Code,
    /// Code within a sentence.
    Snippet,
    /// What leads somewhere.
    Link,
    /// A formula, in its own notation.
    Math,
    /// In code: a word of the language.
    Keyword,
    /// In code: text in quotes.
    Quoted,
    /// In code: a number, or a constant.
    Number,
    /// In code: what no machine reads.
    Comment,
    /// In code: the name of a type.
    Type,
    /// In code: the name of a function.
    Function,
    /// In a diff: what came.
    Added,
    /// In a diff: what went.
    Removed,
}

/// A role, and how it is stressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct TextStyle {
    /// What it is for.
    pub(crate) role: TextRole,
    /// Important.
    pub(crate) strong: bool,
    /// Stressed.
    pub(crate) emphasis: bool,
    /// Taken back.
    pub(crate) struck: bool,
}

impl From<TextRole> for TextStyle {
    fn from(role: TextRole) -> Self {
        Self { role, ..Self::default() }
    }
}
