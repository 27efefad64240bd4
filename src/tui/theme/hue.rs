//! The hue of a category: the same wherever the category is shown, always with the word or its letter beside it.

use super::Role;
use crate::config::{Category, CategoryId};

/// The hues of the user's own categories, in their order; from the fifth on they begin again.
const OWN: [Role; 4] = [Role::Rose, Role::Orange, Role::Lime, Role::Blue];

/// The hue of category `id` among the configured ones. One that is not configured any more has none of its own.
pub(crate) fn hue(id: &CategoryId, categories: &[Category]) -> Role {
    if let Some(role) = built_in(id) {
        return role;
    }
    let mut own = categories.iter().filter(|category| built_in(&category.id).is_none());
    own.position(|category| category.id == *id).map_or(Role::Category, |at| OWN[at % OWN.len()])
}

fn built_in(id: &CategoryId) -> Option<Role> {
    match id.as_str() {
        "coding" => Some(Role::Coding),
        "reasoning" => Some(Role::Reasoning),
        "general" => Some(Role::General),
        "vision" => Some(Role::Vision),
        _ => None,
    }
}

/// The letter of a category, which stands for its hue where there is no colour.
pub(crate) fn letter(id: &CategoryId) -> char {
    id.as_str().chars().next().unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Overrides, Source};

    #[test]
    fn own_categories_take_the_hues_that_are_left_in_their_order() {
        let category = |name: &str| format!("[categories.{name}]\nmodel = \"a\"\ndescription = \"d\"\n");
        let text = ["law", "cooking"].map(category).concat();
        let source = Source { path: "config.toml".into(), text };
        let config = Config::load(Some(&source), &Overrides::default()).unwrap();
        let categories = config.registry.categories();
        let of = |id: &str| hue(&id.into(), categories);
        assert_eq!((of("coding"), of("vision")), (Role::Coding, Role::Vision));
        assert_eq!((of("law"), of("cooking"), of("gone")), (Role::Rose, Role::Orange, Role::Category));
        assert_eq!(letter(&"law".into()), 'l');
    }
}
