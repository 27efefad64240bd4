//! Examples of what a shape must and must not see.

use super::super::phrases::{Index, List};
use super::super::text::Text;
use super::*;

fn sees(shape: &Shape, text: &str) -> bool {
    let text = Text::new(text);
    let found = Index::new(shape.lists()).find(&text);
    shape.is_in(&text, &mut found.iter())
}

fn check(table: &[(&Shape, &[&str], &[&str])]) {
    for (shape, there, elsewhere) in table {
        assert_eq!(there.iter().find(|text| !sees(shape, text)), None, "{} is not seen", shape.name);
        assert_eq!(elsewhere.iter().find(|text| sees(shape, text)), None, "{} is seen", shape.name);
    }
}

#[test]
fn exams_are_seen() {
    check(&[
        (
            &exams::STEM,
            &["Which of the following best explains it?", "If the statements above are true, what follows?"],
            &["Explain the best of it", "the following code fails"],
        ),
        (&exams::PASSAGE, &["According to the passage, why?", "根据短文,谁来了?"], &["a passage to India by boat"]),
        (
            &exams::STEM_ELSEWHERE,
            &["下列说法正确的是", "Какое из следующих утверждений верно?", "¿Cuál de las siguientes es correcta?"],
            &["写一首诗", "la siguiente calle"],
        ),
        (
            &exams::OPTIONS_IN_ORDER,
            &[
                "Which? A. one B. two C. three",
                "(a) x (b) y (c) z",
                "哪个?A、一 B、二 C、三",
                "①一 ②二 ③三",
                "А) да Б) нет В) ну",
            ],
            &["A. one B. two", "plan B: go, plan A: stay, plan C: eat", "a.b.c is a path"],
        ),
        (&exams::WIDE_OPTIONS, &["A．一 B．二", "（A）一 （B）二", "①一 ②二"], &["A. one B. two", "A、一"]),
    ]);
}

#[test]
fn questions_about_what_is_in_view_are_seen() {
    check(&[
        (
            &views::SEE_PICTURE,
            &["Transcribe the text in this scan", "count the people in the photo"],
            &["photo, then read a book", "my camera"],
        ),
        (
            &views::SEE_PICTURE_ELSEWHERE,
            &[
                "опиши, что на фото",
                "Was steht auf dem Bild?",
                "¿Qué dice la imagen?",
                "qu'est-ce qu'on voit sur la photo",
            ],
            &["опиши лето", "das Bild war teuer"],
        ),
        (
            &views::CHART,
            &["What does the y-axis show?", "when does the blue line peak"],
            &["a bar in Berlin", "the blue car"],
        ),
        (
            &views::CHART_ELSEWHERE,
            &["柱状图里哪个最高", "que montre la courbe", "что на графике"],
            &["curve your hand as if", "la rue"],
        ),
        (&views::IN_VIEW_ELSEWHERE, &["穿红衣服的人是谁", "кто стоит слева"], &["谁写了这本书", "кто это написал"]),
        (
            &views::ONE_OF_SEVERAL,
            &["which one is in the middle", "What breed is it?"],
            &["which language is better", "in the middle of May"],
        ),
    ]);
}

#[test]
fn theory_and_proofs_are_seen() {
    check(&[
        (
            &theory::THEORY,
            &["Is this problem NP-complete?", "time complexity of heapsort", "an NFA with 3 states"],
            &["a complex recipe"],
        ),
        (&theory::PROOF, &["Derive the lens formula", "prove by induction"], &["improve my text", "waterproof"]),
        (
            &theory::PROOF_ELSEWHERE,
            &[
                "用反证法证明",
                "Beweise, dass",
                "démontrer que",
                "demostrar que",
                "докажи, что",
                "証明せよ, 導出",
                "증명하라",
                "udowodnij",
            ],
            &["dispatch the demo", "写一首诗"],
        ),
        (&theory::SIGNS, &["x ≤ √2"], &["x <= 2"]),
        (
            &theory::FORMULA,
            &["2x + 3 = 7", "x^2", "n² is odd", "solve x + y = 3", "a < b"],
            &["a cat", "vitamin c", "I = me", "see section 2"],
        ),
        (&theory::QUANTITIES, &["How many apples are left over?", "average speed"], &["an apple on a table"]),
        (
            &theory::QUANTITIES_ELSEWHERE,
            &["一共多少钱,每天呢", "сколько стоит", "combien coûte"],
            &["while the mediator", "写一首诗"],
        ),
        (
            &theory::ALL_AND_SOME,
            &["All cats are grey. Some dogs are not.. all", "Все кошки серы, некоторые нет", "所有人都来了,有些人走了"],
            &["all day long", "все хорошо"],
        ),
        (&theory::RIDDLE, &["knights and knaves", "кто лжёт?", "谁在说谎"], &["a night out"]),
    ]);
}

#[test]
fn technology_and_talk_about_it_are_told_apart() {
    check(&[
        (
            &technology::IN_A_LANGUAGE,
            &["sort a list in Rust?", "用Python写个爬虫", "напиши на питоне", "en javascript", "Pythonで書いて"],
            &["a rusty gate", "Python's history", "in the rain"],
        ),
        (
            &technology::IN_FRENCH,
            &["say it in French", "auf Deutsch bitte", "from English to Spanish", "翻译成英文", "по-английски"],
            &["the French cook well", "in Rust"],
        ),
        (
            &technology::ABOUT_TECHNOLOGY,
            &[
                "Is Rust worth learning?",
                "history of the internet",
                "should my kid learn coding",
                "salary of a developer",
            ],
            &["fix this bug", "history of bread"],
        ),
        (
            &technology::ABOUT_TECHNOLOGY_ELSEWHERE,
            &["кто придумал python", "warum heißt es Programm", "什么是编程"],
            &["кто придумал хлеб"],
        ),
        (
            &technology::FOR_LAYPEOPLE,
            &["explain DNS like I'm five", "простыми словами"],
            &["explain DNS to the resolver"],
        ),
        (&technology::MORE_TOOLS, &["eslint vs prettier", "set up wireguard"], &["a pretty lint roller"]),
        (
            &technology::EXERCISE,
            &["Given an array of integers, return the sum", "给定一个字符串"],
            &["given the weather"],
        ),
    ]);
}

#[test]
fn faults_and_reviews_are_told_apart() {
    check(&[
        (
            &faults::DEVICE_FAILS,
            &["my washing machine won't start", "the printer stopped working after the update"],
            &["the build fails", "my washing machine is red"],
        ),
        (
            &faults::SOFTWARE_FAILS,
            &["the app keeps crashing", "our pipeline fails since Tuesday"],
            &["the printer stopped working", "the app is nice"],
        ),
        (
            &faults::FAILS_ELSEWHERE,
            &["принтер не работает", "Das Gerät startet nicht", "打不开网页", "no arranca"],
            &["une belle plante verte", "он работает"],
        ),
        (&faults::CODE_REVIEW, &["review my pull request", "feedback on this function"], &["review this restaurant"]),
        (
            &faults::CODE_REVIEW_ELSEWHERE,
            &["проверь мою функцию", "Schau dir bitte meinen Code an", "コードレビューして"],
            &["проверь письмо", "schau mal"],
        ),
        (&faults::FEEDBACK, &["feedback on my cover letter", "帮我润色一下"], &["feedback in an amplifier"]),
        (&faults::CHECK_REASONING, &["check my proof", "is my reasoning right", "mein Beweis"], &["check the oven"]),
    ]);
}

#[test]
fn prose_and_advice_are_seen() {
    check(&[
        (
            &prose::LENGTH,
            &[
                "a 500-word story",
                "in 100 words",
                "写一篇300字的作文",
                "etwa 200 Wörter",
                "150 palabras",
                "100 слов",
                "three sentences",
            ],
            &["5 apples", "a word", "300字节"],
        ),
        (
            &prose::ROLE,
            &["Act as a grumpy waiter", "你是一位老师", "du bist ein Pirat"],
            &["an act of love", "a fingerprint"],
        ),
        (&prose::IDEAS, &["name for my cat", "подарок маме", "一个笑话"], &["provide the list"]),
        (&prose::KNOWLEDGE, &["who painted this ceiling", "Where does the word come from?"], &["paint it"]),
        (
            &prose::KNOWLEDGE_ELSEWHERE,
            &["кто написал роман", "wann fiel die Mauer", "什么是光", "kdo je to"],
            &["write a novel", "la maison de paul"],
        ),
        (&prose::EVERYDAY, &["my landlord is angry", "моя жена", "老婆生气了"], &["distribution of primes"]),
        (
            &prose::LONG_QUOTATION,
            &["Shorten: \"It was a long and winding road, and we had been walking on it for most of the day, tired.\""],
            &["\"short\" and then a very long sentence without any marks that goes on and on and on, \"x\""],
        ),
        (&marks::INDENTED, &["if x:\n    a()\n    b()"], &["one\n  two"]),
        (&marks::CAPITALS, &["raise MAX_SIZE", "SELECT a FROM b"], &["HELLO THERE", "select a from b"]),
    ]);
}

#[test]
fn every_word_can_be_found_by_the_search_which_knows_small_letters_and_straight_apostrophes_only() {
    for shape in SHAPES {
        for List::Words(words) | List::Stems(words) in shape.lists() {
            let wrong = |c: char| c == '’' || !c.to_lowercase().eq([c]);
            assert_eq!(words.split('|').find(|word| word.contains(wrong)), None, "in {}", shape.name);
            assert_eq!(words.matches('[').count(), words.matches(']').count(), "in {}", shape.name);
            assert!(words.split('|').all(|word| !word.trim().is_empty()), "in {}", shape.name);
        }
    }
}

#[test]
fn a_name_stands_for_one_shape() {
    let names: std::collections::HashSet<&str> = SHAPES.iter().map(|shape| shape.name).collect();
    assert_eq!(names.len(), SHAPES.len());
}
