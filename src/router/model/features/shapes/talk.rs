//! What speaks for writing, explaining and advising, and for daily life.

use super::super::rules::Rule::{Opens, Row, Stems, Words};
use super::super::rules::{NEXT, Shape};

pub(super) const WRITING: Shape = Shape {
    name: "words of writing and talk",
    rules: &[Words(
        "write | essay | story | poem | email | letter | summar* | translate | explain | describe | suggest
            | recommend | tell me | what is | who is | history | advice | act as | you are",
    )],
};

pub(super) const WRITING_ELSEWHERE: Shape = Shape {
    name: "words of writing in another language",
    rules: &[
        Words("escrib*"),
        Stems(
            "写一 | 介绍 | 推荐 | 请问 | 怎么办 | 为什么 | 解释 | 翻译 | 文章 | 故事 | 扮演 | 教えて | 書いて | расскажи
                | напиши | explica | schreib | erklär",
        ),
    ],
};

pub(super) const TALK: Shape = Shape {
    name: "words of writing and advice",
    rules: &[Words(
        "essay | poem | haiku | limerick | story | song | lyrics | speech | toast | e[-]mail | letter | cover letter
            | message | text | tweet | post | blog | headline | slogan | name for | names for | bio | caption
            | summary | summarise | summarize | tl[;]dr | paraphrase | rephrase | reword | rewrite | proofread
            | translate | shorten | friendlier | polite[ly] | tone | opinion | argue | debate | pros and cons
            | checklist | template | agenda | recipe | gift | present | plan | itinerary | tips | ideas | recommend
            | advice | should i | what do you think | eli5 | explain | difference between | meaning of | history of
            | why do | why did | why does | why is | why are | why was | why were | who was | who wrote
            | who invented | when did | when was | what is | what are | what was | what were | what does",
    )],
};

pub(super) const REQUEST_FIRST: Shape = Shape {
    name: "a request to begin with",
    rules: &[Opens(
        "write | draft | compose | translate | explain | summarise | summarize | proofread | rewrite | rephrase
            | suggest | recommend | give me | tell me | describe | list | help | plan | make this | make it
            | turn this | turn these | roleplay | act | pretend | be | you are | imagine",
    )],
};

pub(super) const DAILY_LIFE: Shape = Shape {
    name: "words of daily life",
    rules: &[
        Words(
            "i feel | i[']m so | i[']m tired | i[']m sad | i[']m scared | i[']m worried | i[']m stressed | feeling
                | lonely | anxious | hate | love | birthday | wedding | funeral",
        ),
        Row(
            "my",
            &[(
                NEXT,
                "boyfriend | girlfriend | husband | wife | mum | mom | dad | mother | father | sister | brother | boss | friend
                    | neighbo[u]r | colleague | ex | kid | son | daughter | cat | dog",
            )],
        ),
    ],
};

pub(super) const TALK_ELSEWHERE: Shape = Shape {
    name: "words of writing and advice, in another language",
    rules: &[
        Words("*yaz"),
        Stems(
            "переведи | перескажи | объясни | сочини | письмо | стих | поздравлен | придумай | посоветуй | почему
                | 翻译 | 翻譯 | 讲讲 | 介绍 | 推荐 | 写一首 | 写一封 | 写一篇 | 写一段 | 改得 | 润色 | 为什么
                | 怎么样 | 選哪个 | 要不要 | 訳し | 翻訳 | 教えて | 説明 | 書いて | おすすめ | 理由 | 번역 | 설명
                | 알려 | 추천 | 써[ ]줘 | 이유 | 편지 | traduis | traduire | explique | rédige | lettre | corrige
                | conseil | pourquoi | poème | traduce | tradúce | explíca | redacta | carta | consejo | por qué
                | poema | traduci | spiega | scrivi | lettera | perché | consigl | traduz | explica | escreve
                | redija | por que | übersetze | erklär | formulier | schreib | brief | warum | gedicht | tipps
                | przetłumacz | wyjaśnij | napisz | dlaczego | wiersz | vertaal | leg uit | schrijf | waarom | dịch
                | giải thích | viết | tại sao | gợi ý | çevir | açıkla | neden | öner | अनुवाद | समझाओ | लिख | क्यों
                | ترجم | اشرح | اكتب | لماذا | terjemah | jelaskan | tulis | mengapa",
        ),
    ],
};
