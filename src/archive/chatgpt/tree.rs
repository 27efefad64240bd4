//! The messages of one conversation of `ChatGPT` as a tree, whatever the file says: parents that are missing are none,
//! and a circle is cut. Pure structure; what a message says is not looked at.

use super::time;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;

/// A place in the tree, mostly with a message.
pub(super) struct Node<'a> {
    pub(super) id: &'a str,
    pub(super) message: &'a Value,
    pub(super) time: Option<Timestamp>,
    /// The earliest first.
    pub(super) children: Vec<usize>,
}

pub(super) struct Tree<'a> {
    /// In the order of their ids.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) roots: Vec<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn of(mapping: &'a Value) -> Self {
        let mut entries: Vec<(&str, &Value)> =
            mapping.as_object().into_iter().flatten().map(|(id, node)| (id.as_str(), node)).collect();
        entries.sort_unstable_by_key(|(id, _)| *id);
        let index: HashMap<&str, usize> = entries.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        let mut parents: Vec<Option<usize>> =
            entries.iter().map(|(_, node)| node["parent"].as_str().and_then(|id| index.get(id).copied())).collect();
        // Where a node does not name its parent, the parent may name it.
        for (at, (_, node)) in entries.iter().enumerate() {
            let children = node["children"].as_array().into_iter().flatten().filter_map(Value::as_str);
            for child in children.filter_map(|id| index.get(id)).filter(|child| **child != at) {
                parents[*child].get_or_insert(at);
            }
        }
        cut_circles(&mut parents);
        let node = |(id, node): &(&'a str, &'a Value)| {
            let message = &node["message"];
            Node { id, message, time: time(&message["create_time"]), children: Vec::new() }
        };
        let mut nodes: Vec<Node<'a>> = entries.iter().map(node).collect();
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&at| nodes[at].time);
        let mut roots = Vec::new();
        for at in order {
            match parents[at] {
                Some(parent) => nodes[parent].children.push(at),
                None => roots.push(at),
            }
        }
        Self { nodes, roots }
    }

    /// The node of that name.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.nodes.binary_search_by_key(&id, |node| node.id).ok()
    }

    /// When the first message was said.
    pub(super) fn first_time(&self) -> Option<Timestamp> {
        self.nodes.iter().filter_map(|node| node.time).min()
    }
}

/// Makes a root of one node of each circle.
fn cut_circles(parents: &mut [Option<usize>]) {
    // The walk on which a node was first met.
    let mut met: Vec<Option<usize>> = vec![None; parents.len()];
    for start in 0..parents.len() {
        let mut at = start;
        while met[at].is_none() {
            met[at] = Some(start);
            match parents[at] {
                Some(parent) if met[parent] == Some(start) => parents[at] = None,
                Some(parent) => at = parent,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shape(mapping: &Value) -> Vec<(String, Vec<String>)> {
        let tree = Tree::of(mapping);
        let name = |at: &usize| tree.nodes[*at].id.to_owned();
        let children = |node: &Node<'_>| (node.id.to_owned(), node.children.iter().map(name).collect());
        let roots = (String::new(), tree.roots.iter().map(name).collect());
        std::iter::once(roots).chain(tree.nodes.iter().map(children)).collect()
    }

    #[test]
    fn circles_are_cut_and_every_node_is_reached_once() {
        let mapping = json!({
            "a": {"parent": "c"}, "b": {"parent": "a"}, "c": {"parent": "b"}, "d": {"parent": "d"},
            "e": {"parent": "gone"}, "f": {"parent": null}, "g": {"children": ["f", "g", "gone", 7]}, "h": 5,
        });
        let shape = shape(&mapping);
        let reached: Vec<&String> = shape.iter().flat_map(|(_, children)| children).collect();
        assert_eq!(reached.len(), 8, "{shape:?}");
        assert_eq!(shape[0].1, ["b", "d", "e", "g", "h"]);
        assert_eq!(shape[7].1, ["f"], "a child that does not name its parent");
    }

    #[test]
    fn children_are_in_the_order_of_their_times() {
        let said = |time: f64| json!({"parent": "r", "message": {"create_time": time}});
        let shape = shape(&json!({"r": {}, "a": said(3.0), "b": said(1.5), "c": said(2.0)}));
        assert_eq!(shape[4], ("r".to_owned(), vec!["b".to_owned(), "c".to_owned(), "a".to_owned()]));
    }
}
