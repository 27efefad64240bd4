//! Strong and struck text beside Chinese, Japanese and Korean.

use super::*;

/// The pieces of the first row that are strong, stressed or struck.
fn stressed(source: &str) -> Vec<String> {
    let document = Document::new(source, 200, false);
    let row = document.row(0, source).unwrap();
    let is_stressed = |span: &Span| span.style.strong || span.style.emphasis || span.style.struck;
    row.pieces().filter(|(_, span, _)| is_stressed(span)).map(|(.., text)| text.to_owned()).collect()
}

#[test]
fn marks_beside_punctuation_of_scripts_without_spaces_open_and_close() {
    for (source, shown, marked) in [
        ("**重要：**请注意", "重要：请注意", &["重要："][..]),
        ("含**「重点」**内容", "含「重点」内容", &["「重点」"]),
        ("~~删除（x）。~~这", "删除（x）。这", &["删除（x）。"]),
        ("**（x）**の", "（x）の", &["（x）"]),
        ("**(x)**の", "(x)の", &["(x)"]),
        ("**「x」**", "「x」", &["「x」"]),
        ("代码**x，**和", "代码x，和", &["x，"]),
        ("代码**x，**and", "代码x，and", &["x，"]),
        ("*注意！*请", "注意！请", &["注意！"]),
        ("***重要：***请", "重要：请", &["重要："]),
        ("これは**「強調」**です。**次**も", "これは「強調」です。次も", &["「強調」", "次"]),
        ("文は**“引用”**です", "文は“引用”です", &["“引用”"]),
        ("**문자(text)**는", "문자(text)는", &["문자(text)"]),
        ("**“한국어”**를 **x.**는", "“한국어”를 x.는", &["“한국어”", "x."]),
        ("使用**`code`**来", "使用code来", &["code"]),
        ("见**[文](b)**的", "见文 (b)的", &["文"]),
        ("- **名：**值", "• 名：值", &["名："]),
        // Symbols are punctuation to the parser.
        (
            "**25℃**です **5€**的 **→**の **⭐**好 **👍**好 **✅**完了 **™**的 **°**的",
            "25℃です 5€的 →の ⭐好 👍好 ✅完了 ™的 °的",
            &["25℃", "5€", "→", "⭐", "👍", "✅", "™", "°"],
        ),
        (
            "从**→**到 气温**±5**度 约**×**的 約**50㎏**の ~~①~~の *€5*は",
            "从→到 气温±5度 约×的 約50㎏の ①の €5は",
            &["→", "±5", "×", "50㎏", "①", "€5"],
        ),
        ("# *名：*值", "名：值", &["名：", "值"]),
    ] {
        let (text, _) = first_row(source);
        assert_eq!(text, shown, "{source}");
        let found = stressed(source);
        assert_eq!(found, marked, "{source}");
    }
    let table = "| 名 |\n|---|\n| **重：**请 |\n";
    assert_eq!(rows(table, 40, false)[2], "重：请");
}

#[test]
fn what_stands_beside_none_of_them_is_as_it_was() {
    for source in ["a**(b)**c", "a**\"b\"**c", "2 ** 3 ** 4", "**a **b", "~~a.~~b", "é**(b)**c", "**重要： **请"] {
        assert_eq!(first_row(source).0, source);
    }
    assert_eq!(first_row("`**重要：**请`").0, "**重要：**请");
    assert_eq!(first_row("[a](b/**：**c)").0, "a (b/**：**c)");
}
