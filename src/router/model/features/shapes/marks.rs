//! What is written in signs more than in words: code, formulas, options, paths.

use super::super::looks::{code, layout, numbers};
use super::super::rules::Rule::{Looks, Row, Stems};
use super::super::rules::{NEXT, Shape};

pub(super) const CODE_BLOCK: Shape = Shape { name: "a code block", rules: &[Stems("```")] };

pub(super) const DIGIT: Shape = Shape { name: "a digit", rules: &[Looks(numbers::digit)] };

pub(super) const ARITHMETIC: Shape = Shape { name: "arithmetic", rules: &[Looks(numbers::arithmetic)] };

pub(super) const LATEX: Shape = Shape {
    name: "LaTeX",
    rules: &[Stems(r"\frac | \sqrt | \sum | \int | \begin | \left | \cdot | \times"), Looks(numbers::between_dollars)],
};

pub(super) const QUESTION_MARK: Shape = Shape { name: "a question mark", rules: &[Stems("? | ？ | ؟")] };

pub(super) const LINE_OF_CODE: Shape =
    Shape { name: "a line that ends like code", rules: &[Looks(code::line_ends_like_code)] };

pub(super) const CALL: Shape = Shape { name: "a call", rules: &[Looks(code::call)] };

pub(super) const JOINED_NAME: Shape =
    Shape { name: "a name like_this or likeThis", rules: &[Looks(code::joined_name)] };

pub(super) const ADDRESS: Shape = Shape { name: "an address", rules: &[Looks(code::address)] };

pub(super) const OPTIONS_ON_LINES: Shape =
    Shape { name: "a list of options", rules: &[Looks(layout::options_on_lines)] };

pub(super) const OPTIONS_IN_LINE: Shape = Shape { name: "options in line", rules: &[Looks(layout::options_in_line)] };

pub(super) const NUMBER_WITH_UNIT: Shape =
    Shape { name: "a number with a unit", rules: &[Looks(numbers::number_with_unit)] };

pub(super) const PATH_OR_OPERATOR: Shape = Shape {
    name: "a path, a file or an operator",
    rules: &[
        Looks(code::option),
        Looks(code::path),
        Looks(code::file_name),
        Looks(code::operator),
        Looks(code::tag),
        Looks(code::between_backticks),
        Looks(code::identifier),
        Row("column", &[(NEXT, "b | c | d | e | f | g | h")]),
    ],
};

pub(super) const INDENTED: Shape = Shape { name: "lines that are set in", rules: &[Looks(layout::indented_lines)] };

pub(super) const CAPITALS: Shape =
    Shape { name: "a name LIKE_THIS, or SQL in capitals", rules: &[Looks(code::capitals)] };
