//! What speaks for programs: their words, what they are written with, what goes wrong with them.

use super::super::rules::Rule::{Row, Stems, Words};
use super::super::rules::{NEXT, Shape, within};

pub(super) const KEYWORD: Shape = Shape {
    name: "a keyword of a programming language",
    rules: &[Words(
        "def | class | return | import | function | const | var | let | void | public | static | int | select | from
            | where",
    )],
};

pub(super) const PROGRAMMING: Shape = Shape {
    name: "words of programming",
    rules: &[Words(
        "code | program | python | java | javascript | sql | html | css | c++ | c# | rust | linux | bash | shell
            | git | api | json | regex | script | compile | debug | docker | excel | latex | dataframe | database
            | query | server | react | array | string | list | dict | loop | class | file | command | terminal",
    )],
};

pub(super) const PROGRAMMING_ELSEWHERE: Shape = Shape {
    name: "words of programming in another language",
    rules: &[
        Words("script[s]"),
        Stems(
            "代码 | 编程 | 程序 | 函数 | 脚本 | 数据库 | 实现 | コード | 関数 | プログラム | код | функци | скрипт
                | código | función | 코드 | 함수",
        ),
    ],
};

pub(super) const NEGATION: Shape = Shape {
    name: "a negation",
    rules: &[
        Words("no | without | not | nothing | zero | skip the | plain english | layman | non[-]technical"),
        Stems(
            "sans code | ohne code | nada de código | sin código | senza codice | sem código | без кода | 别上代码
                | 不要代码 | 不用代码 | コードなし | 코드 없이 | zonder code | bez kodu",
        ),
        Row("for a | for an | for my", &[(NEXT, "manager | hr | kid | child | grandma | mum | mom | dad | boss")]),
    ],
};

pub(super) const LANGUAGE: Shape = Shape {
    name: "the name of a language or library",
    rules: &[Words(
        "css | html[5] | js | javascript | typescript | ts | jsx | tsx | node | npm | react | vue | angular | svelte
            | next[.]js | tailwind | bootstrap | php | laravel | wordpress | shopify | liquid | ruby | rails | django
            | flask | fastapi | pandas | numpy | matplotlib | polars | networkx | geopandas | sklearn | pytorch
            | tensorflow | jupyter | julia | matlab | mathematica | fortran | cobol | assembly | cuda | kotlin
            | swift | scala | golang | haskell | ocaml | elixir | erlang | lua | perl | zig | lean | prolog | vba
            | vlookup | xlookup | sumif[s] | latex | bibtex | tikz | mermaid | graphql | postgres[ql] | mysql
            | sqlite | mongo[db] | redis | kafka | elasticsearch | sql",
    )],
};

pub(super) const TOOL: Shape = Shape {
    name: "the name of a tool",
    rules: &[Words(
        "docker[file] | compose | kubernetes | k8s | kubectl | helm | terraform | ansible | nginx | apache | systemd
            | cron[tab] | ssh | scp | rsync | grep | awk | sed | curl | ffmpeg | imagemagick | powershell | bash
            | zsh | vim | git | github | gitlab | ci | cd pipeline | jenkins | makefile | cmake | cargo | gradle
            | maven | aws | s3 | lambda | azure | gcp | iam | dns | tls | cors | oauth | jwt | webhook | endpoint
            | rest api | websocket | selenium | playwright | arduino | esphome | esp32 | raspberry | home assistant
            | yaml | json | xml | csv | toml | regexp | regex | regex | shader | shadertoy | unity | godot | unreal
            | roblox | minecraft mod | minecraft plugin | minecraft command",
    )],
};

pub(super) const BUILD: Shape = Shape {
    name: "a request to build something",
    rules: &[Row(
        "write | need | make | build | create | give me | want | add | generate | implement | refactor | convert
            | port | fix | debug | review | optimise | optimize | unit test | unit-test | unittest",
        &[(
            within(50),
            "script | function | program | app | code | class | method | query | formula | regex | macro | bot
                | plugin | component | endpoint | page | website | api | snippet | one[-]liner | command | test[s]
                | migration | config | parser | cli | algorithm | spreadsheet | expression | userscript | extension",
        )],
    )],
};

pub(super) const FAULT: Shape = Shape {
    name: "words of faults and deployment",
    rules: &[Words(
        "error | exception | traceback | stack[ ]trace | segfault | undefined | null | nan | none | crash | crashes
            | crashed | bug | compile | compiler | compiles | throw[s] | return[s] | import | deprecat* | syntax
            | memory leak | timeout | deploy | staging | production | commit | merge | branch | pull request | repo
            | dependency | version | localhost | server | backend | frontend | log[s] | cache | queue | thread
            | async | race condition | feature flag | feature toggle",
    )],
};

pub(super) const FAULT_ELSEWHERE: Shape = Shape {
    name: "words of code and its faults, in another language",
    rules: &[
        Words("*код | *бот | *mã | *kod | script[s] | formula | consulta[s]"),
        Stems(
            "скрипт | питон | функци | запрос | ошибк | программ | формул | таблиц | 脚本 | 函数 | 代码 | 报错 | 公式
                | 写个 | 爬虫 | 接口 | 数据库 | 服务器 | 正则 | スクリプト | 関数 | コード | エラー | 数式
                | プログラム | 스크립트 | 함수 | 코드 | 오류 | 에러 | 파이썬 | 자바 | 쿼리 | 수식 | 엑셀 | función
                | fórmula | código | programa | base de datos | erreur | fonction | formule
                | requête | funzione | errore | funktion | formel | fehler | skript | skrypt | funkcj
                | zapytani | błąd | formuł | hàm | công thức | lỗi | fonksiyon | formül | hata | फंक्शन | कोड
                | स्क्रिप्ट | دالة | كود | سكربت | استعلام | معادلة | مصفوفة | functie | foutmelding | fungsi | kode
                | rumus | funktio | kaava | függvény | képlet | συνάρτηση | κώδικ",
        ),
    ],
};
