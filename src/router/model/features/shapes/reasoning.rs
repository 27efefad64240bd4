//! What speaks for calculating, proving and drawing conclusions.

use super::super::rules::Rule::{Row, Stems, Words};
use super::super::rules::{LINE, Shape, within};

pub(super) const MATHEMATICS: Shape = Shape {
    name: "words of mathematics",
    rules: &[Words(
        "how many | how much | find | calculate | compute | solve | prove | evaluate | simplify | determine
            | probability | if and only if | suppose | let",
    )],
};

pub(super) const MATHEMATICS_ELSEWHERE: Shape = Shape {
    name: "words of mathematics in another language",
    rules: &[
        Words("calcula | calcular | calcule"),
        Stems(
            "求 | 计算 | 证明 | 多少 | 已知 | 方程 | 概率 | 推断 | 推出 | 前提 | 结论 | 削弱 | 以下哪 | 計算 | 証明
                | 确定 | найд | докаж | вычисл | сколько | resuelve | cuánt | berechne | wie viele",
        ),
    ],
};

pub(super) const LOGIC: Shape = Shape {
    name: "words of logic",
    rules: &[Words(
        "must be true | could be true | weaken[s] | strengthen[s] | assumption | conclusion | argument | statement
            | premise | therefore | infer[red] | valid",
    )],
};

pub(super) const WORKING_OUT: Shape = Shape {
    name: "words of logic and of working out",
    rules: &[Words(
        "does it follow | follow[s] that | logically | logic | valid | fallac* | equivocat* | contradict* | premise[s]
            | deduce | conclude | conclusion | infer | necessarily | must be | must have | at least | at most
            | exactly one | exactly two | exactly three | only one | knight[s] | knave[s] | liar | lying | lies
            | tell[s] the truth | truth[-]teller | who is | who was | who did | who stole | who ate | who owns
            | who sits | in what order | what order | riddle | puzzle | proof | prove | derive | show that | by hand
            | work out | how long does | how long will | how long till | how long until | how far | how likely
            | expected | odds | chance | fermi | estimate | optimal | minimise | minimize | maximise | maximize
            | break[-]even | break even | what fraction | what number | what percentage",
    )],
};

pub(super) const WORKING_OUT_ELSEWHERE: Shape = Shape {
    name: "words of logic and of working out, in another language",
    rules: &[
        Words(
            "*quanti | *quanto | *quante | *quanta | *quantos | *quantas | calcula | calcular | ile | *tính | *kaç | *كم",
        ),
        Stems(
            "следует ли | докажи | доказать | вывод | логич | вероятност | сколько | найди | посчитай | во сколько
                | 推理 | 推导 | 推論 | 逻辑 | 邏輯 | 能否推 | 谁在说 | 排出 | 至少 | 最多 | 证明 | 證明 | 几点 | 几个
                | 多少 | 何時 | 何分 | 何人 | いくつ | 求め | 証明 | 前提 | 論理 | 誤り | 몇 | 확률 | 증명 | 논리
                | 구하 | 참말 | 거짓말 | démontre | prouve | combien | calcule | probabilité | logique | demuestra
                | cuánt | probabilidad | se deduce | si todos | dimostra | calcola | se tutti | conclui
                | concluí | prova que | se todos | se nenhum | beweise | wie viel | wie lang | wie weit | wie hoch
                | wie groß | berechne | wenn alle | folgt daraus | wahrscheinlich | udowodnij | oblicz | jeśli
                | hoeveel | bereken | bewijs | bao nhiêu | chứng minh | xác suất | hesapla | kanıtla | olasılık
                | कितन | सिद्ध | احسب | أثبت | احتمال | berapa | hitung | hur många | πόσ | скільки",
        ),
        Row("*если", &[(LINE, "то*")]),
        Row("*si", &[(LINE, "alors")]),
    ],
};

pub(super) const CONDITION: Shape = Shape {
    name: "a condition",
    rules: &[Row(
        "if | when | whenever | unless | either | neither | all | every | no | some | none of",
        &[(within(80), "then | or | are | is | so | also | not | isn[']t | never | must | but")],
    )],
};

pub(super) const NUMBERS_IN_WORDS: Shape = Shape {
    name: "numbers in words",
    rules: &[Row(
        "two | three | four | five | six | seven | eight | nine | ten | twelve | half | twice | double | triple
            | third",
        &[(
            LINE,
            "two | three | four | five | six | seven | eight | nine | ten | twelve | half | twice | double | triple
                | third | each | first | last",
        )],
    )],
};

pub(super) const WHO_SAID_WHAT: Shape =
    Shape { name: "who said what", rules: &[Row("says | said | claims", &[(LINE, "says | said | claims")])] };
