//! What is written in signs more than in words: code, formulas, options, paths.

use super::super::looks;
use super::super::rules::Rule::{Looks, Row, Stems};
use super::super::rules::{NEXT, Shape};

pub(super) const CODE_BLOCK: Shape = Shape { name: "a code block", rules: &[Stems("```")] };

pub(super) const DIGIT: Shape = Shape { name: "a digit", rules: &[Looks(looks::digit)] };

pub(super) const ARITHMETIC: Shape = Shape { name: "arithmetic", rules: &[Looks(looks::arithmetic)] };

pub(super) const LATEX: Shape = Shape {
    name: "LaTeX",
    rules: &[Stems(r"\frac | \sqrt | \sum | \int | \begin | \left | \cdot | \times"), Looks(looks::between_dollars)],
};

pub(super) const QUESTION_MARK: Shape = Shape { name: "a question mark", rules: &[Stems("? | ？ | ؟")] };

pub(super) const LINE_OF_CODE: Shape =
    Shape { name: "a line that ends like code", rules: &[Looks(looks::line_ends_like_code)] };

pub(super) const CALL: Shape = Shape { name: "a call", rules: &[Looks(looks::call)] };

pub(super) const JOINED_NAME: Shape =
    Shape { name: "a name like_this or likeThis", rules: &[Looks(looks::joined_name)] };

pub(super) const ADDRESS: Shape = Shape { name: "an address", rules: &[Looks(looks::address)] };

pub(super) const OPTIONS_ON_LINES: Shape =
    Shape { name: "a list of options", rules: &[Looks(looks::options_on_lines)] };

pub(super) const OPTIONS_IN_LINE: Shape = Shape { name: "options in line", rules: &[Looks(looks::options_in_line)] };

pub(super) const NUMBER_WITH_UNIT: Shape =
    Shape { name: "a number with a unit", rules: &[Looks(looks::number_with_unit)] };

pub(super) const PATH_OR_OPERATOR: Shape = Shape {
    name: "a path, a file or an operator",
    rules: &[
        Looks(looks::option),
        Looks(looks::path),
        Looks(looks::file_name),
        Looks(looks::operator),
        Looks(looks::tag),
        Looks(looks::between_backticks),
        Looks(looks::identifier),
        Row("column", &[(NEXT, "b | c | d | e | f | g | h")]),
    ],
};
