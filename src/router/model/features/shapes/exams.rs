//! What speaks for an exam: stems of questions, passages, options.

use super::super::looks::layout;
use super::super::rules::Rule::{Looks, Stems, Words};
use super::super::rules::Shape;

pub(super) const STEM: Shape = Shape {
    name: "the stem of an exam question",
    rules: &[Words(
        "which of the following | which one of the following | which of these | which choice | which option
                | which answer | which statement | which conclusion | most strongly support[s]
                | most strongly supported | most support[s] | most seriously weaken* | most weaken*
                | most strengthen* | best explain[s] | best describe[s] | best illustrate[s] | best complete[s]
                | best answer | most logically complete[s] | most accurately | most likely true
                | if the statements above | if the information above | the statements above | the statements below
                | the following statements | must also be true | must be false | cannot be true | could be false
                | true except | following except | each of the following | the argument | the reasoning | flaw in
                | flawed because | vulnerable to | assumption on which | assumption required
                | depends on the assumption | depends on which | relies on | follows logically if
                | properly inferred | properly drawn | can be inferred | can be concluded | role played
                | apparent paradox | apparent discrepancy | choose the best | choose the correct | choose one
                | pick the | correct answer | correct option | multiple choice | true or false | all of the above
                | none of the above | main point | point at issue | overlooks the possibility | set of conditions",
    )],
};

pub(super) const PASSAGE: Shape = Shape {
    name: "a passage and its author",
    rules: &[
        Words(
            "the author | the passage | in the passage | according to the passage | the text above
                | according to the text | read the passage | passage below | following passage | following text
                | following paragraph | following article | following excerpt | text below | paragraph below
                | excerpt | editorial | columnist | philosopher | essayist | reading comprehension",
        ),
        Stems(
            "短文 | 文中 | 作者 | 下面这段 | 以下文字 | 以下文章 | 阅读下 | 本文 | 筆者 | 次の文章 | 以下の文章
                | 글쓴이 | 다음 글 | 다음 문장 | автор текста | согласно тексту | следующий текст | folgenden text
                | laut text | der autor | folgende absatz | según el texto | el autor | siguiente texto
                | d'après le texte | selon le texte | l'auteur | texte suivant | segundo o texto | seguinte texto
                | secondo il testo | seguente testo | wynika z tekstu | następujący tekst | parçaya göre
                | aşağıdaki metn | teks berikut | đoạn văn | अनुच्छेद | النص التالي",
        ),
    ],
};

pub(super) const STEM_ELSEWHERE: Shape = Shape {
    name: "the stem of an exam question, in another language",
    rules: &[Stems(
        "下列 | 以下哪 | 以下各 | 哪一项 | 哪项 | 哪个选项 | 由此可 | 可以推出 | 能推出 | 推断出 | 正确的是
                | 不正确 | 错误的是 | 最能 | 上述 | 题干 | 如果为真 | 根据以上 | 根据下 | 何者 | 单选 | 多选 | 选项
                | 次のうち | のはどれ | 正しいもの | 適切なもの | 最も適切 | 選びなさい | 選べ | 以下のうち
                | 正しいのは | 다음 중 | 옳은 것 | 옳지 않은 | 알맞은 것 | 적절한 것 | 고르시오 | 고르세요
                | 보기에서 | какое из | какой из | какая из | какие из | верно ли | укажите | выберите | выбери
                | из утверждений | следует из | что из этого | що з цього | яке з | cuál de las siguientes
                | cuál de los siguientes | cuál de estas | laquelle des | lequel des | laquelle de ces
                | lequel de ces | welche der folgenden | welcher der folgenden | welches der folgenden
                | welche aussage | folgt zwingend | qual das seguintes | qual dos seguintes | qual das alternativas
                | assinale | quale delle seguenti | quale dei seguenti | quale tra | które z | która z | który z
                | aşağıdakilerden | hangisi doğru | manakah | berikut ini yang | sau đây | đáp án | phát biểu nào
                | निम्नलिखित | कौन सा कथन | أي مما يلي | أي من | welke van de | vilket av | ποιο από",
    )],
};

pub(super) const OPTIONS_IN_ORDER: Shape =
    Shape { name: "three options in their order", rules: &[Looks(layout::options_in_order)] };

pub(super) const WIDE_OPTIONS: Shape =
    Shape { name: "options in fullwidth marks", rules: &[Looks(layout::wide_options)] };
