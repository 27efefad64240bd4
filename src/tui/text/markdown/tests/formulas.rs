//! Formulas: what is one, and how one stands in lists and quotes.

use super::*;

#[test]
fn formulas_stay_as_they_are_written() {
    assert_eq!(
        rows("Area \\(\\pi r_1^2\\) and $x_1$ cost $5 or $6.\n\n\\[\na_1 * b_1 * c\n\\]\n", 60, false),
        ["Area \\(\\pi r_1^2\\) and $x_1$ cost $5 or $6.", "", "\\[", "a_1 * b_1 * c", "\\]"]
    );
}

/// The pieces of a text that are drawn as formulas, in all rows.
fn formulas(source: &str) -> Vec<String> {
    let document = Document::new(source, 200, false);
    let rows = (0..document.len()).filter_map(|row| document.row(row, source));
    let pieces = rows.flat_map(|row| {
        row.pieces().filter(|(_, span, _)| span.style.role == Role::Math).map(|(.., text)| text.to_owned())
    });
    pieces.collect()
}

#[test]
fn prices_are_no_formulas_and_the_marks_around_them_are_markdown() {
    for (source, shown) in [
        ("**$5** or **$9**", "$5 or $9"),
        ("US$1 **now** US$2", "US$1 now US$2"),
        ("[$5](http://a.example) or [$9](http://b.example)", "$5 (http://a.example) or $9 (http://b.example)"),
        ("Pay $5 **a month** ($50 a year)", "Pay $5 a month ($50 a year)"),
        ("grep '^a$' **then** 'b$'", "grep '^a$' then 'b$'"),
        ("grep '^$' **then** '^b$'", "grep '^$' then '^b$'"),
        ("Basic ($5)\n**Pro** ($10)", "Basic ($5)\nPro ($10)"),
        ("~~$25~~ *$20* `$15` $10", "$25 $20 $15 $10"),
        ("# $5 **or** $9", "$5 or $9"),
        ("- $5 **or** $9", "• $5 or $9"),
        ("> $5 **or** $9", "▎ $5 or $9"),
        ("**5$** or **9$**", "5$ or 9$"),
        ("cost in $ **and** in $", "cost in $ and in $"),
        ("**$$** or **$$$**", "$$ or $$$"),
        ("$HOME *and* $PATH", "$HOME and $PATH"),
        ("\\$5 *or* \\$9", "$5 or $9"),
        ("价格$5**起**，$9", "价格$5起，$9"),
        ("$5 [a](b) $c", "$5 a (b) $c"),
    ] {
        assert_eq!(rows(source, 200, false).join("\n"), shown, "{source}");
        assert_eq!(formulas(source), [""; 0], "{source}");
    }
    let table = "| a | b |\n|---|---|\n| $5 **x** | **$6** |\n";
    assert_eq!(rows(table, 40, false)[2], "$5 x   $6");
}

#[test]
fn formulas_keep_their_marks() {
    for (source, found) in [
        ("$x$ and $a_1 + b^2$, *so* $5x$", &["$x$", "$a_1 + b^2$", "$5x$"][..]),
        ("costs $5 and $x$", &["$x$"]),
        ("**$a*b*c$** the $n$th", &["$a*b*c$", "$n$"]),
        ("$a<b$ and $c>d$", &["$a<b$", "$c>d$"]),
        ("令$x_1$为", &["$x_1$"]),
        ("$\\{a\\}_1 \\\\ \\& `$", &[]),
        ("$\\{a\\}_1 \\, b$", &["$\\{a\\}_1 \\, b$"]),
        ("a ` b and \\(x_1\\)", &["\\(x_1\\)"]),
        ("a `` b ` and \\[x_1\\]", &["\\[x_1\\]"]),
        ("`a\\(b\\)` and \\(c\\)", &["\\(c\\)"]),
        ("$$a_1*b$$", &["$$a_1*b$$"]),
        ("[a $x_1$](b)", &[]),
        ("\\( not closed and *so* on", &[]),
    ] {
        assert_eq!(formulas(source), found, "{source}");
    }
    assert_eq!(rows("[a $x_1*y*z$](b)", 80, false), ["a $x_1*y*z$ (b)"], "in a link, a formula looks like the link");
}

#[test]
fn a_formula_over_several_lines_is_drawn_without_the_marks_of_its_lines() {
    for (source, drawn) in [
        ("> $$\n> a\n> $$", "▎ $$\n▎ a\n▎ $$"),
        ("> > $$\n> > a_1\n> > $$", "▎ ▎ $$\n▎ ▎ a_1\n▎ ▎ $$"),
        ("1. x\n   \\[\n   a\n   \\]", "1. x\n   \\[\n   a\n   \\]"),
        ("- v \\(a +\n  b\\) end", "• v \\(a +\n  b\\) end"),
        ("- v $a +\n  b$ end", "• v $a +\n  b$ end"),
        ("- > \\[\n  > a \\\\\n  > b\n  > \\]", "• ▎ \\[\n  ▎ a \\\\\n  ▎ b\n  ▎ \\]"),
        ("[^1]: v \\(a\n    = b\\)", "[^1]: v \\(a\n      = b\\)"),
        (
            "\\[\n\\begin{aligned}\na &= b \\\\\n*c* &= _d_\n\\end{aligned}\n\\]",
            "\\[\n\\begin{aligned}\na &= b \\\\\n*c* &= _d_\n\\end{aligned}\n\\]",
        ),
    ] {
        assert_eq!(rows(source, 80, false).join("\n"), drawn, "{source}");
    }
}

#[test]
fn the_lines_of_a_formula_keep_their_indent() {
    let cases = "\\[\n\\begin{cases}\n  a & b \\\\\n    c & d\n\\end{cases}\n\\]";
    let aligned = "$$\n\\begin{aligned}\n  a &= b \\\\\n    &= c\n\\end{aligned}\n$$";
    for formula in [cases, aligned] {
        assert_eq!(rows(formula, 60, false).join("\n"), formula);
        for (first, rest, drawn_first, drawn_rest) in [
            ("- ", "  ", "• ", "  "),
            ("1. ", "   ", "1. ", "   "),
            ("> ", "> ", "▎ ", "▎ "),
            ("> - ", ">   ", "▎ • ", "▎   "),
        ] {
            let behind = |first: &str, rest: &str| format!("{first}{}", formula.replace('\n', &format!("\n{rest}")));
            let source = behind(first, rest);
            assert_eq!(rows(&source, 60, false).join("\n"), behind(drawn_first, drawn_rest), "{source}");
            // In a quote, half a formula is none yet on its further lines.
            let mut drawn: Vec<String> = Vec::new();
            for end in (1..=source.len()).filter(|_| !first.contains('>')) {
                let now = rows(source.get(..end).unwrap(), 60, true);
                let settled = drawn.len().saturating_sub(1);
                assert_eq!(drawn.get(..settled), now.get(..settled), "after {:?}", source.get(..end));
                drawn = now;
            }
        }
    }
}

#[test]
fn a_formula_that_was_cut_off_stays_as_it_is_written() {
    for source in ["\\[ a_1", "x \\( c_1 *d*", "so\n\n\\[\na_1 = *b*", "\\(x^{2", "\\[ f(x) + \\frac{a_b_"] {
        assert_eq!(rows(source, 60, false).join("\n"), source);
    }
    for (source, drawn) in [
        ("\\[ ] task_1 *b*", "[ ] task_1 b"),
        ("\\(a_1) *b*", "(a_1) b"),
        ("\\( opens a *group*", "( opens a group"),
        ("\\( `a_1`", "( a_1"),
    ] {
        assert_eq!(rows(source, 60, false), [drawn]);
    }
}
