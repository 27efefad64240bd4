//! What can have a look of its own: one enum with dotted names. A role that a theme leaves out looks like its parent, which
//! is the role with the longest shorter name (`text.faint` → `text`). Must not know any colour.

/// Defines the roles with their names.
macro_rules! roles {
    ($($(#[$meta:meta])* $role:ident => $name:literal,)*) => {
        /// What a piece of the screen is for.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub(crate) enum Role {
            $($(#[$meta])* $role,)*
        }

        impl Role {
            /// All of them, each behind its parent.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$role,)*];

            /// The name in a theme's file.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$role => $name,)* }
            }
        }
    };
}

roles! {
    /// The terminal's own background, or that of the theme.
    Background => "background",
    /// The first surface above it: the sidebar, code, prompts.
    Panel => "background.panel",
    /// The second: the composer, what lies in front.
    Raised => "background.raised",
    /// The selected row of a list.
    Selected => "background.selected",
    /// Text to be read.
    #[default]
    Text => "text",
    /// What matters more: names, titles.
    Strong => "text.strong",
    /// What matters less: times, hints.
    Secondary => "text.secondary",
    /// Ornaments, and text that may be missed.
    Faint => "text.faint",
    /// Lines, and the empty part of a bar.
    Rule => "rule",
    /// What is chosen or has the focus, and keys.
    Accent => "accent",
    /// A key that can be pressed.
    Key => "accent.key",
    /// The hue of a category that has none of its own.
    Category => "category",
    /// The hues of categories: the signal lamps.
    Coding => "category.coding",
    Reasoning => "category.reasoning",
    General => "category.general",
    Vision => "category.vision",
    /// The hues of the user's own categories, in their order.
    Rose => "category.rose",
    Orange => "category.orange",
    Lime => "category.lime",
    Blue => "category.blue",
    /// Something went well.
    Ok => "ok",
    /// Something to notice.
    Warning => "warning",
    /// A failure.
    Error => "error",
    /// Text that is searched for.
    Found => "found",
    /// The place with it where the reader is.
    FoundHere => "found.here",
    /// The surface behind selected text, in the input and in the conversation.
    Selection => "selection",
    /// A heading in an answer.
    Heading => "heading",
    /// The heading of the whole.
    Title => "heading.title",
    /// A heading of the third level and below.
    Subheading => "heading.minor",
    /// The head of a table.
    TableHead => "table.head",
    /// Text that leads somewhere.
    Link => "link",
    /// A formula in its own notation.
    Math => "math",
    /// A block of code, before or without highlighting.
    Code => "code",
    /// The row that names the language of a block.
    CodeHead => "code.head",
    /// Code within a sentence.
    Snippet => "code.inline",
    Keyword => "code.keyword",
    Quoted => "code.string",
    Number => "code.number",
    Comment => "code.comment",
    Type => "code.type",
    Function => "code.function",
    /// A line that came, in a diff.
    Added => "code.added",
    /// A line that went, in a diff.
    Removed => "code.removed",
}

impl Role {
    /// How many there are.
    pub(crate) const COUNT: usize = Self::ALL.len();

    /// The role of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }

    /// The role whose look this one has where a theme says nothing; `None`: the outermost ones.
    pub(super) fn parent(self) -> Option<Self> {
        let mut name = self.name();
        while let Some((shorter, _)) = name.rsplit_once('.') {
            if let Some(parent) = Self::named(shorter) {
                return Some(parent);
            }
            name = shorter;
        }
        // What a theme does not speak of is text, unless it is a surface.
        (!matches!(self, Self::Text | Self::Background)).then_some(Self::Text)
    }

    /// Whether it is painted behind text.
    pub(crate) fn is_surface(self) -> bool {
        matches!(self, Self::Background | Self::Panel | Self::Raised | Self::Selected | Self::Selection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name_and_stands_behind_its_parent() {
        for (index, role) in Role::ALL.iter().enumerate() {
            assert_eq!(Role::named(role.name()), Some(*role));
            assert_eq!(*role as usize, index);
        }
        for (role, parent) in [
            (Role::Faint, Some(Role::Text)),
            (Role::FoundHere, Some(Role::Found)),
            (Role::Rose, Some(Role::Category)),
            (Role::Heading, Some(Role::Text)),
            (Role::Text, None),
        ] {
            assert_eq!(role.parent(), parent, "{}", role.name());
        }
    }
}
