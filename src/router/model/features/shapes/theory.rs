//! What speaks for proving, deriving and working out.

use super::super::looks::numbers;
use super::super::rules::Rule::{Looks, Row, Stems, Words};
use super::super::rules::{LINE, Shape};

pub(super) const THEORY: Shape = Shape {
    name: "theory of computation and of mathematics",
    rules: &[Words(
        "np[-]complete | np[-]hard | np[-]completeness | np-hardness | undecidable | decidable | undecidability
                | decidability | halting problem | turing machine[s] | finite automat* | nfa | dfa
                | regular language[s] | context[-]free | pumping lemma | complexity class[es] | time complexity
                | space complexity | big[-]o | recurrence | master theorem | amortised | amortized | worst case
                | asymptotic* | upper bound | lower bound | invariant | theorem | lemma | corollary | axiom[s]
                | hypothesis | bijection | injective | surjective | isomorph* | homomorph* | eigenvalue[s]
                | convergent | converges | continuous | differentiable | integral | derivative | matrix
                | vector space | prime[s] | divisible | modulo | integers | rational | irrational | polynomial
                | graph theory | bipartite | planar | spanning tree | pigeonhole | combinator* | binomial | variance
                | estimator | bayes* | entropy | markov | nash equilibrium | dominant strategy | condorcet
                | two's complement | huffman | hamming | subnet | byzantine | p vs np | tautology | satisfiable
                | quantifier[s] | modus ponens | syllogism",
    )],
};

pub(super) const PROOF: Shape = Shape {
    name: "a proof or a derivation",
    rules: &[Words(
        "prove | proves | proven | proof[s] | disprove | refute | derive | derivation | show that | show why
                | by induction | prove by | by contradiction | contradiction | contrapositive | counterexample
                | counter-example | qed | if and only if | iff | it follows | deduce | justify | demonstrate that
                | work out | step by step | from first principles | from the definition",
    )],
};

pub(super) const PROOF_ELSEWHERE: Shape = Shape {
    name: "a proof or a derivation, in another language",
    rules: &[
        Words("ispat*"),
        Stems(
            "证明 | 證明 | 推导 | 推導 | 反证 | 归纳法 | 求证 | 試證 | 導出 | 帰納法 | 背理法 | 示せ | 示しなさい
                | 증명 | 유도하 | 귀납 | 보이시오 | докаж | доказ | опроверг | вывед | вывест | выведи | індукц
                | доведи | виведи | индукц | от противного | beweis | zeige, dass | zeigen sie | leite her | herleit
                | widerleg | induktion | widerspruch | démontr | montre que | montrez que | preuve | prouv
                | récurrence | par l'absurde | déduis | demostr | demuestr | prueba que | inducción
                | por reducción al absurdo | contraejemplo | prove que | mostre que | mostra que | deduza | indução
                | dimostr | induzione | per assurdo | ricava | deriva la | controesempio | udowodnij | wykaż | dowód
                | dowiedź | indukcj | sprzeczno | wyprowad | bewijs | toon aan | leid af | afleiding | inductie
                | bevisa | härled | visa att | kanıtla | tümevarım | buktikan | turunkan | chứng minh | quy nạp
                | phản chứng | सिद्ध कर | प्रमाण | أثبت | برهن | برهان | הוכח | הוכיח | απόδειξ | αποδείξ | dokaž
                | odvoď | bizonyít | vezesd le | demonstrează | todista | johda",
        ),
    ],
};

pub(super) const SIGNS: Shape = Shape {
    name: "signs of mathematics",
    rules: &[Stems(
        "√ | ∑ | ∫ | ∀ | ∃ | ∈ | ⊂ | ⊆ | ≤ | ≥ | ≠ | ≈ | ∞ | ∧ | ∨ | ¬ | ⇒ | ⇔ | π | θ | λ | σ | µ | δ | ² | ³
                | − | · | ½ | ⁿ",
    )],
};

pub(super) const FORMULA: Shape = Shape { name: "a formula", rules: &[Looks(numbers::formula)] };

pub(super) const QUANTITIES: Shape = Shape {
    name: "quantities to work out",
    rules: &[Words(
        "how many | how much | how long | how far | how fast | how old | how often | what fraction
                | what percentage | what is the probability | what's the probability | probability that
                | expected value | on average | average speed | in total | altogether | per hour | per day
                | per week | per month | times as | as many as | twice as | more than | less than | remain[s]
                | left over | each | share equally | at the same time | interest rate | compound interest | discount
                | profit | loss | ratio | percent | speed | distance | area | volume | perimeter | radius | angle
                | density | force | voltage | resistance | mass | velocity | acceleration | cheaper | break even
                | enough",
    )],
};

pub(super) const QUANTITIES_ELSEWHERE: Shape = Shape {
    name: "quantities to work out, in another language",
    rules: &[
        Words("quanto | quanta | quanti | quante | quantos | quantas | media | ile | hız*"),
        Stems(
            "一共 | 总共 | 每天 | 每小时 | 平均 | 速度 | 面积 | 剩下 | 至少要 | 几天 | 多久 | 多远 | 便宜 | 划算
                | 比例 | 合計 | 何個 | 何円 | 何日 | 何通り | 速さ | 面積 | 割引 | 얼마 | 며칠 | 평균 | 속력 | 넓이
                | 합계 | сколько | скорост | процент | площад | во сколько | за сколько | wie viel | wie lange
                | wie schnell | durchschnitt | geschwindigkeit | prozent | fläche | cuánt | velocidad | porcentaje
                | promedio | combien | vitesse | pourcentage | moyenne | velocidade | porcentagem | média | velocità
                | percentuale | prędkość | procent | hoeveel | snelheid | hur mycket | hur lång | hastighet | kaç
                | ne kadar | yüzde | berapa | kecepatan | bao nhiêu | vận tốc | bao lâu | कितन | चाल | प्रतिशत | كم
                | سرعة | כמה | מהירות | πόσ | kolik | rychlost | hány | mennyi | câte | cât | kuinka",
        ),
    ],
};

pub(super) const ALL_AND_SOME: Shape = Shape {
    name: "all, some and none",
    rules: &[
        Row(
            "all | every | everyone | each | no | none | some | only | most",
            &[(LINE, "all | every | everyone | none | some | only | nobody | no one")],
        ),
        Row(
            "*所有* | *每个* | *凡* | *有的* | *有些* | *只有* | *没有* | *全員* | *すべて* | *全ての* | *ある*
                | *모든* | *어떤* | *सभी* | *कुछ* | *कोई* | كل | بعض | все | всякий | каждый | некоторые | ни один
                | усі | кожен | деякі | alle | jeder | einige | kein* | tous | toutes | aucun* | certains | todos
                | todas | ningún* | ninguna | algunos | algunas | nenhum* | alguns | tutti | nessun* | alcuni
                | każdy | wszyscy | żaden | niektór* | iedereen | geen | sommige | alla | inga | vissa | bütün | tüm
                | hiçbir | bazı | semua | tidak ada | beberapa | mọi | tất cả | không ai | toți | niciun | všichni
                | žádný | minden | egyik | όλοι | κάποιοι | כל | חלק",
            &[(
                LINE,
                "*所有* | *每个* | *凡* | *有的* | *有些* | *只有* | *没有* | *全員* | *すべて* | *全ての*
                        | *ある* | *모든* | *어떤* | *सभी* | *कुछ* | *कोई* | كل | بعض | все | всякий | каждый
                        | некоторые | ни один | усі | кожен | деякі | alle | jeder | einige | kein* | tous | toutes
                        | aucun* | certains | todos | todas | ningún* | ninguna | algunos | algunas | nenhum*
                        | alguns | tutti | nessun* | alcuni | każdy | wszyscy | żaden | niektór* | iedereen | geen
                        | sommige | alla | inga | vissa | bütün | tüm | hiçbir | bazı | semua | tidak ada | beberapa
                        | mọi | tất cả | không ai | toți | niciun | všichni | žádný | minden | egyik | όλοι
                        | κάποιοι | כל | חלק",
            )],
        ),
    ],
};

pub(super) const RIDDLE: Shape = Shape {
    name: "a riddle or a game to solve",
    rules: &[
        Words(
            "knight[s] | knave[s] | liar[s] | truth[-]teller[s] | riddle | puzzle | logic grid | sudoku
                | weighing[s] | coins | counterfeit | hats | prisoner[s] | boxes | in a row | in a line
                | next to each other | immediately before | immediately after | directly behind | seated | sits next
                | round table | clockwise | who is lying | who lies | who owns | whose | exactly one | exactly two
                | at most one | takes turns | take turns | last one wins | winning strategy | optimal strategy
                | cipher | encrypt* | decode | sequence | next number | what comes next | odd one out | what day
                | day of the week | older than | taller than | faster than | constraint[s] | conditions",
        ),
        Words("ritter"),
        Stems(
            "рыцар | лжец | лжет | лжёт | загадк | взвешиван | выигрышн | шифр | 说谎 | 说真话 | 谎话 | 称重 | 密码
                | 猜 | 数列 | 下一个数 | 必胜 | 嘘つき | 正直者 | 本当のこと | 暗号 | 거짓말 | 참말 | 수열 | lügner
                | lügt | wahrheit | rätsel | münze | mentiroso | caballero | acertijo | adivinanza | balanza
                | menteur | chevalier | énigme | pesée | cavaleiro | charada | bugiardo | cavalier | indovinello
                | kłam | rycerz | zagadk | leugenaar | raadsel | lögn | yalan | şövalye | pembohong | teka-teki
                | nói dối | झूठ | पहेली | كاذب | لغز | שקר | חידה",
        ),
    ],
};
