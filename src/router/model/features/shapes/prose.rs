//! What speaks for prose, knowledge and advice.

use super::super::looks::{layout, numbers};
use super::super::rules::Rule::{Looks, Row, Stems, Words};
use super::super::rules::{NEXT, Shape};

pub(super) const LENGTH: Shape = Shape {
    name: "a length in words",
    rules: &[
        Looks(numbers::length_of_text),
        Row(
            "one | two | three | four | five | six | few | short",
            &[(
                NEXT,
                "word[s] | sentence[s] | paragraph[s] | line[s] | verse[s] | stanza[s] | page[s] | bullet[s]
                        | bullet point[s]",
            )],
        ),
        Words("half a page | half-page | one page | a paragraph | a sentence | 50 words max | word limit"),
        Stems(
            "一句话 | 两句话 | 三句话 | 一段话 | 以内 | 字左右 | 一文で | 三文で | 以内で | 한 문장 | 두 문장
                | 세 문장 | одним предложением | двух предложениях | трёх предложениях | одним абзацем | zwei sätze
                | drei sätze | einem satz | zwei sätzen | drei sätzen | einem absatz | tres frases | dos frases
                | una frase | un párrafo | trois phrases | deux phrases | une phrase | un paragraphe | três frases
                | duas frases | uma frase | duas linhas | tre frasi | due frasi | trzech zdaniach | dwóch zdaniach
                | jednym zdaniem | twee zinnen | drie zinnen | iki cümle | üç cümle | tek cümle | satu kalimat
                | dua kalimat | một câu | hai câu | दो पंक्ति | एक वाक्य | दो वाक्य",
        ),
    ],
};

pub(super) const ROLE: Shape = Shape {
    name: "a role to play",
    rules: &[
        Words(
            "act as | pretend | role[-]play | you are a | you are an | you're a | you're an | you are now
                | from now on | play the | simulate | stay in character | game master | dungeon master
                | text adventure | imagine you | interview me | in the style of | in the voice of | as if you were",
        ),
        Words("spiel | spiele | haz de | finge | sei un | fai il | fai la | recita | speel"),
        Stems(
            "扮演 | 你是一个 | 你是一位 | 假装 | 从现在开始 | ロールプレイ | になりきって | あなたは | 역할 | 당신은
                | представь, что | ты — | притворись | сыграй | веди себя | отвечай как | du bist ein | tu so
                | stell dir vor | tu es un | joue le rôle | fais comme si | imagine que | actúa como | eres un
                | aja como | você é | finja | fai finta | udawaj | wciel się | jesteś | doe alsof | jij bent
                | låtsas | du är en | rol yap | sen bir | gibi davran | berperan | kamu adalah | bayangkan
                | đóng vai | hãy là | बनकर | अभिनय | تخيل | أنت",
        ),
    ],
};

pub(super) const IDEAS: Shape = Shape {
    name: "ideas, names and jokes",
    rules: &[
        Words(
            "idea[s] | name[s] for | title[s] for | joke[s] | pun[s] | punny | slogan[s] | motto | horoscope | quiz
                | trivia | metaphor[s] | simile[s] | small talk | compliment | excuse | pickup line | caption
                | greeting | card | what to say | say to | how do i tell | conversation starter[s] | gift[s]
                | present for | birthday | wedding | party | playlist | recommend* | tips | suggestions
                | bedtime story | poem | haiku | limerick | rhyme | lullaby | song | rap | lyrics",
        ),
        Words("mop | moppen | ide | dikt | witz | witze"),
        Stems(
            "点子 | 起名 | 取名 | 名字 | 笑话 | 标语 | 文案 | 祝福 | 礼物 | 小诗 | 段子 | アイデア | 名前を
                | キャッチコピー | ジョーク | お祝い | プレゼント | 俳句 | 아이디어 | 이름 | 농담 | 문구 | 선물
                | 축하 | идеи | идею | название | анекдот | шутк | слоган | подар | тост | стих | поздрав | ідеї
                | жарт | подарунок | вірш | ideen | vorschläge | gedicht | geschenk | glückwunsch | spruch
                | idées | blague | cadeau | poème | slogan | prénom | idea para | ideas para | chiste | regalo
                | poema | nombre para | ideias | piada | nome para | sugestões | versinho | idee per | barzelletta
                | poesia | titolo | nome per | pomysł | żart | prezent | wiersz | nazwa | życzenia | ideeën
                | naam voor | fikir | şaka | hediye | şiir | isim öner | lelucon | hadiah | puisi | pantun | ý tưởng
                | quà | thơ | đặt tên | सुझाव | चुटकुला | कविता | तोहफ | شعر | هدية | نكتة | רעיון | מתנה | שיר
                | skämt | verzin",
        ),
    ],
};

pub(super) const KNOWLEDGE: Shape = Shape {
    name: "a question of knowledge",
    rules: &[Words(
        "who wrote | who painted | who composed | who invented | who discovered | who founded | who directed
                | who was | who were | who is | who first | when did | when was | when were | where is | where was
                | where did | where does | what does the word | what does it mean | what do people mean | capital of
                | largest | oldest | tallest | in history | meaning of | origin of | etymology | called
                | named after | what causes | how do | how does | why do | why does | why is | why are | why did
                | difference between | how many people | population of | what year | which year | which country
                | what's the difference | is it true | is it normal | is it safe | is it rude | used for",
    )],
};

pub(super) const KNOWLEDGE_ELSEWHERE: Shape = Shape {
    name: "a question of knowledge, in another language",
    rules: &[
        Words(
            "что такое | кто такой | кто написал | кто | когда | где | почему | откуда | чем | зачем | що таке | хто
                | коли | чому | де | was ist | was sind | was bedeutet | wer war | wer ist | wer hat | wann
                | wo liegt | woher | warum | wieso | wozu | c'est quoi | qu'est-ce | qui a | qui était | quand | où
                | pourquoi | d'où | qué es | qué significa | quién | cuándo | dónde | por qué | de dónde | o que é
                | o que significa | quem | quando | onde | por que | cos'è | che cos'è | cosa significa | perché
                | co to | co znaczy | kto | kiedy | gdzie | dlaczego | skąd | wat is | wat betekent | wie was
                | wanneer | waar | waarom | nedir | ne demek | kimdir | ne zaman | nerede | neden | niye | apa itu
                | apa arti | siapa | kapan | di mana | mengapa | kenapa | là gì | là ai | ai là | khi nào | ở đâu
                | tại sao | vì sao | vad är | vad betyder | vem | när | var ligger | varför | mikä on | kuka
                | milloin | missä | miksi | co je | kdo | kdy | kde | proč | mi az | mikor | miért | ce este | cine
                | când | unde | de ce | τι είναι | τι σημαίνει | ποιος | πότε | πού | γιατί",
        ),
        Words("מי"),
        Stems(
            "什么是 | 是什么意思 | 谁写 | 谁画 | 谁发明 | 是谁 | 哪一年 | 什么时候 | 首都 | 在哪 | 为什么 | 为啥
                | 怎么来的 | 有什么区别 | とは | 誰が | いつ | どこ | なぜ | どうして | 何ですか | の意味 | 違いは
                | 누구 | 언제 | 어디 | 왜 | 뜻이 | 무엇 | 차이 | 뭐야 | क्या है | कौन | कब | कहाँ | क्यों | किसने
                | मतलब | ما هو | ما هي | من هو | متى | أين | لماذا | ما معنى | מה זה | מתי | איפה | למה | تعریف
                | چیست | چرا",
        ),
    ],
};

pub(super) const EVERYDAY: Shape = Shape {
    name: "advice for everyday life",
    rules: &[
        Words(
            "my partner | my girlfriend | my boyfriend | my husband | my wife | my mother | my father | my sister
                | my brother | my boss | my colleague | my friend | my neighbo[u]r | my landlord | my kid | my son
                | my daughter | my toddler | my teen* | my cat | my dog | my roommate | my flatmate | my students
                | my class | my team | my doctor | my flight | my garden | my plant | my hair | my skin | my sleep
                | my back | headache | doctor | medicine | dose | allergy | diet | recipe | cook | cooking | dinner
                | breakfast | lunch | sourdough | dough | oven temperature | coffee | wine | beer | travel | trip
                | holiday | vacation | weekend | hotel | flight | garden | tomato* | plant[s] | watering | cleaning
                | stain | laundry | rent | landlord | tax | taxes | insurance | job interview | burnout | sleep
                | stress | anxious | lonely | sad | angry | marriage | divorce | dating | kids | toddler | baby
                | school | teacher | homework | exam nerves",
        ),
        Words("vicino | vicina | vicini | ricetta | istri"),
        Stems(
            "мой муж | моя жена | мой сын | моя дочь | подруг | начальни | коллег | сосед | рецепт | приготов
                | болит | ребён | ребен | mein mann | meine frau | mein chef | mein kind | meine tochter | mein sohn
                | nachbar | rezept | kopfschmerz | urlaub | mon mari | ma femme | mon fils | ma fille | mon chef
                | voisin | recette | vacances | mi marido | mi mujer | mi hijo | mi hija | mi jefe | vecino | receta
                | vacaciones | dolor de | meu marido | minha esposa | meu filho | minha filha | vizinh | receita
                | férias | mio marito | mia moglie | mio figlio | mia figlia | vacanz | mąż | żona | mój syn | córk
                | sąsiad | przepis na | wakacj | dziecko | mijn man | mijn vrouw | mijn zoon | mijn dochter
                | buurman | vakantie | kocam | karım | oğlum | kızım | komşu | suami | anak saya | tetangga | resep
                | chồng tôi | vợ tôi | con tôi | hàng xóm | món | पति | पत्नी | बेटा | बेटी | पड़ोसी | زوجي | ابني
                | وصفة | 老公 | 老婆 | 男朋友 | 女朋友 | 同事 | 邻居 | 孩子 | 妈妈 | 菜谱 | 怎么做好吃 | 旅游 | 失眠
                | 夫が | 妻が | 彼氏 | 彼女 | 上司 | 子供 | レシピ | 旅行 | 남편 | 아내 | 아이가 | 남자친구
                | 여자친구 | 상사 | 레시피 | 여행",
        ),
    ],
};

pub(super) const LONG_QUOTATION: Shape = Shape { name: "a long quotation", rules: &[Looks(layout::long_quotation)] };
