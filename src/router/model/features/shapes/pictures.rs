//! What speaks for a question about a picture.

use super::super::rules::Rule::{Opens, Row, Stems, Words};
use super::super::rules::{FEW_WORDS, LINE, NEXT, SOME_WORDS, Shape, within};

/// Whatever can be a picture, as people call it.
const ANY_PICTURE: &str = "image | img | picture | pic | photo | photograph | photos | pics | screenshot
    | screen[ ]shot | screen[ ]cap | screengrab | snapshot | scan | scanned | diagram | figure | chart | graph | plot
    | drawing | sketch | painting | portrait | map | poster | x[-]ray | meme | receipt | slide | whiteboard
    | handwriting";

pub(super) const POINTED_AT: Shape = Shape {
    name: "a given picture",
    rules: &[Row(
        "this | these | that | the | attached | following | above | below",
        &[(
            NEXT,
            "image | picture | photo | photograph | figure | diagram | chart | graph | screenshot | painting | scene
                | drawing | map | scan | plot | meme",
        )],
    )],
};

pub(super) const PICTURE: Shape = Shape {
    name: "the word picture",
    rules: &[Words("image[s] | picture[s] | photo[s] | figure[s] | diagram[s] | screenshot[s] | painting[s]")],
};

pub(super) const PICTURE_ELSEWHERE: Shape = Shape {
    name: "the word picture in another language",
    rules: &[
        Words("bild"),
        Stems(
            "图中 | 如图 | 图片 | 照片 | 截图 | 这张 | 这幅 | 画面 | 下图 | 上图 | 写真 | 画像 | この絵 | 사진 | 그림
                | изображ | фото | картин | на рисунке | imagen | foto | imagem | gambar",
        ),
    ],
};

pub(super) const SOMEONE_IN_VIEW: Shape = Shape {
    name: "a question about someone or something in view",
    rules: &[Row(
        "what | which | who | where | how many | is | are | does | do | did",
        &[
            (within(60), "the | this"),
            (
                NEXT,
                "man | woman | boy | girl | person | people | dog | cat | car | child | kid | lady | guy | animal
                    | sign | table | shirt",
            ),
        ],
    )],
};

pub(super) const IN_VIEW: Shape = Shape {
    name: "words for what is in view",
    rules: &[Words(
        "shown | depicted | visible | pictured | attached | uploaded | in the background | on the left | on the right
            | foreground",
    )],
};

pub(super) const PLACES: Shape = Shape {
    name: "words for places in view",
    rules: &[Words("left | right | top | bottom | behind | next to | in front of")],
};

pub(super) const LOOKS: Shape = Shape {
    name: "words for looks",
    rules: &[Words("wearing | holding | sitting | standing | colo[u]r | looking at")],
};

pub(super) const IN_A_PICTURE: Shape = Shape {
    name: "something in a given picture",
    rules: &[Row(
        "in | on | from | at | of | to | into | see | and | under | with",
        &[(NEXT, "the | this | that | my | these | those | her | his | our | your | both"), (FEW_WORDS, ANY_PICTURE)],
    )],
};

pub(super) const ATTACHED: Shape = Shape {
    name: "something attached",
    rules: &[Words(
        "attached | attaching | attachment | i attach | enclosed | uploaded | uploading | pasted | pic below
            | see pic | pictured | photographed | here['s] a | here['s] an | here['s] the | here['s] my | heres a
            | heres an | heres the | heres my | sent you | i[']m sending | as image",
    )],
};

pub(super) const PICTURE_FIRST: Shape = Shape { name: "a picture to begin with", rules: &[Opens(ANY_PICTURE)] };

pub(super) const PICTURE_THEN_REQUEST: Shape = Shape {
    name: "a picture, then what to do with it",
    rules: &[
        Row(
            "image[s] | img[s] | picture[s] | pic[s] | photo[s] | photograph[s] | screenshot[s] | screen[ ]shot[s]
                | screen[ ]cap[s] | screengrab[s] | snapshot[s] | scan[s] | scanned | diagram[s] | figure[s]
                | chart[s] | graph[s] | plot[s] | drawing[s] | sketch[s] | painting[s] | portrait[s] | map[s]
                | poster[s] | x[-]ray[s] | meme[s] | receipt[s] | slide[s] | whiteboard[s] | handwriting[s]",
            &[(within(30), "*: * | *, * | *- * | *– *")],
        ),
        Words("pic)* | photo)* | image)* | scan)*"),
        Stems("📷 | 📸 | 🖼 | (see"),
    ],
};

pub(super) const WHAT_STANDS_THERE: Shape = Shape {
    name: "a question about what stands there",
    rules: &[Row(
        "what[s] | what's | what does | what do | what is | what are | whats is | read | read is | what is is",
        &[(
            NEXT,
            "it | this | that | these | those | he | she | they | the sign | the label | the note | the text
                | the writing | the caption | the arrow | the legend | the screen | the page | the error
                | the comment",
        )],
    )],
};

pub(super) const HARD_TO_READ: Shape = Shape {
    name: "words for what is hard to read",
    rules: &[
        Words(
            "handwritten | handwriting | scribble[d] | blurry | blurred | smudged | legible | illegible | decipher
                | transcribe | legend | caption | crossed out | circled | top left | top right | top row
                | bottom left | bottom right | bottom row | upper | lower left | lower right",
        ),
        Row(
            "left | right | leftmost | rightmost",
            &[(LINE, "red | blue | green | yellow | grey | gray | purple | orange")],
        ),
    ],
};

pub(super) const THIS_ONE_THING: Shape = Shape {
    name: "a question about this one thing",
    rules: &[
        Row(
            "is | are | does | do | was",
            &[(NEXT, "this | that | these | those | it | he | she"), (SOME_WORDS, "*\n* | *?\n* | *??\n* | *???\n*")],
        ),
        Opens("ripe | safe | normal | legit | real | fake | infected | healthy | edible | poisonous"),
    ],
};

pub(super) const COUNT_IN_VIEW: Shape = Shape {
    name: "a count of what is in view",
    rules: &[Row(
        "how many | count",
        &[(
            within(50),
            "are there | can you see | do you see | in the | in this | in my | on the | on this | on my | visible
                | here",
        )],
    )],
};

pub(super) const GIVEN_ELSEWHERE: Shape = Shape {
    name: "a picture, in another language",
    rules: &[
        Words("*скан[е] | *скана | *joint[e]"),
        Stems(
            "скрин | прикреп | 添付 | 画像 | 写真の | この写真 | 图里 | 图上 | 这张 | 照片里 | 截图 | 附图 | 附件
                | 圖中 | 這張 | 照片裡 | 캡처 | 캡쳐 | 첨부 | 이 사진 | 사진에 | 사진속 | 사진을 | 사진의 | 그림에
                | 그림속 | 화면 | allegat | caricato | ci-joint | cette photo | cette image | capture d'écran
                | en la foto | en la imagen | en la figura | en la captura | en esta foto | en esta imagen
                | en esta figura | en esta captura | esta foto | esta imagen | adjunt | em anexo | im bild
                | im anhang | im foto | angehängt | beigefügt | hình | ảnh | görsel | resimde | fotoğraf
                | ekran görüntüsü | skan | zdjęci | obrazk | zrzut | तस्वीर | फोटो | चित्र | الصورة | صورة | مرفق
                | in de foto | op de foto | in de afbeelding | op de afbeelding | gambar | foto ini | på bilden
                | bijlage",
        ),
        Row(
            "*на | *на этом | *на этой | *на данном",
            &[(
                NEXT,
                "фото* | фотке* | скан* | скрин* | картин* | рисунк* | снимк* | изображен* | график* | схем*
                    | диаграмм*",
            )],
        ),
        Row("*sur la | *sur cette | *sur l'", &[(NEXT, "photo* | image* | capture* | figure*")]),
        Row(
            "*nella | *questa | *in | *la | *na | *nesta | *dessa | *essa | *esta",
            &[(NEXT, "foto* | immagine* | imagem* | figura* | folha*")],
        ),
        Row(
            "*auf dem | *auf diesem | *auf der",
            &[(NEXT, "bild* | foto* | screenshot* | scan* | plakat* | grafik* | abbildung*")],
        ),
    ],
};

pub(super) const READ_OUT: Shape = Shape {
    name: "a request to read something out",
    rules: &[
        Words("lis | lies bitte | lies das | lies den | lies die | lies mal | lies mir | lies vor"),
        Stems(
            "расшифру | прочита | прочти | разбери почерк | odczytaj | przepisz | déchiffre | lis- | décris
                | describe la | describe esta | describe lo | describe this | describe the | describe what | descrivi
                | descreve | beschreib | leggi | 読んで | 読み取 | 書いてある | 读一下 | 写的是什么 | 什么字 | 쓰여
                | 적힌 | 읽어 | रीड | पढ़ | اقرأ | مكتوب | transcri",
        ),
    ],
};

pub(super) const MAKING: Shape = Shape {
    name: "making pictures",
    rules: &[Words(
        "take | taking | make | making | post | upload | resize | crop | compress | edit | print | caption for
            | prompt for | generate | lazy[ ]load | lazy-load | gallery | thumbnail | camera | photographer
            | photography | figure of | figure out | figure caption | image of | image generator | image size
            | profile picture | big picture | screenshot on | screenshot in | screenshot using",
    )],
};
