//! What speaks for technology: what a program is written in, and talk that is only about it.

use super::super::rules::Rule::{Row, Stems, Words};
use super::super::rules::{NEXT, Shape, within};

/// What programs are written in.
const LANGUAGES: &str =
    "python | javascript | js | typescript | java | c | c++ | cpp | c# | rust | go | golang | kotlin | swift | ruby
        | php | perl | scala | haskell | ocaml | r | matlab | octave | julia | sql | bash | shell | powershell | lua
        | dart | elixir | erlang | vba | excel | google sheets | sheets | assembly | fortran | cobol | pascal
        | delphi | lisp | scheme | racket | clojure | prolog | zig | nim | html | css | react | vue | svelte
        | angular | django | flask | rails | laravel | spring | pandas | polars | numpy | numba | pytorch
        | tensorflow | matplotlib | ggplot2 | latex | tikz | postgres[ql] | mysql | sqlite | mongodb | duckdb
        | node[.]js | next[.]js | .net | unity | godot | jq | awk | sed | regex | питон* | пайтон* | джав* | раст*
        | джаваскрипт* | пхп | 파이썬 | 자바";

const TECHNOLOGY: &str =
    "programming | programmer[s] | programming language[s] | coding | code | software | developer[s] | devops
        | computer science | computer[s] | internet | web | website | app[s] | api[s] | algorithm[s] | database[s]
        | server[s] | cloud | open source | open-source | linux | windows | unix | git | github | docker
        | kubernetes | blockchain | bitcoin | ai | machine learning | neural network[s] | llm[s] | chatgpt | python
        | java | javascript | typescript | rust | golang | c++ | php | ruby | cobol | sql | html | css | react
        | excel | regex | compiler | recursion | bug | bugs | hacker[s] | hacking | encryption | cookie[s] | browser
        | wifi | 5g | bootcamp | it department | sysadmin[s] | engineer[s] | vpn | firewall | router | usb | tech
        | robot[s]";

pub(super) const IN_A_LANGUAGE: Shape = Shape {
    name: "a programming language to write in",
    rules: &[
        Row(
            "in | using | use | with | en | mit | em | com | con | na | на | avec | på | med | w | dalam | bằng
                | pake | *用 | *使用 | *で | *를",
            &[(NEXT, LANGUAGES)],
        ),
        Row(
            LANGUAGES,
            &[(
                NEXT,
                "で | で書* | 로 | 으로 | 编写* | 实现* | 写* | 代码* | code | script | function | one[-]liner
                        | program | snippet | implementation | formula | query | code* | ile | kodu | में",
            )],
        ),
    ],
};

pub(super) const IN_FRENCH: Shape = Shape {
    name: "a human language to write in",
    rules: &[
        Row(
            "in | into | to | from | auf | ins | en | al | in het | em | para o | po | на | по | till | på | ke
                | sang",
            &[(
                NEXT,
                "english | french | german | spanish | italian | portuguese | russian | chinese | mandarin
                        | japanese | korean | arabic | hindi | dutch | polish | turkish | swedish | latin | greek
                        | hebrew | ukrainian | czech | vietnamese | indonesian | deutsch | deutsche | englisch*
                        | französisch* | spanisch* | anglais | français | allemand | espagnol | inglés | español
                        | francés | alemán | inglês | espanhol | francês | português | inglese | francese | tedesco
                        | spagnolo | italiano | engels | frans | duits | nederlands | angielsku | angielski
                        | niemieck* | polsk* | английск* | русск* | немецк* | французск* | англійськ* | украинск*
                        | engelska | svenska | tiếng anh | bahasa inggris",
            )],
        ),
        Words("translate | translation | translated"),
        Stems(
            "翻译 | 翻譯 | 译成 | 英文怎么 | 英语怎么 | 用英语 | 用英文 | 英語で | 英訳 | 和訳 | 訳して | 영어로
                | 번역 | по-английски | по-русски | по-немецки | переведи | перевод | переклад | übersetz | traduis
                | traduc | traduz | traduire | tradurre | traduci | traduze | vertaal | przetłumacz | översätt
                | çevir | ingilizce | terjemah | dịch | अनुवाद | अंग्रेज़ी में | ترجم | תרגם | באנגלית | μετάφρασ
                | μετέφρασ | přelož | fordítsd | tradu | cum se zice | cum zic",
        ),
    ],
};

/// What people say who talk about a thing instead of making it.
const ABOUT: &str =
    "worth learning | worth it | should i learn | should my | should kids | should children | history of | invented
        | invent | created | founded | named after | named | where does | come[s] from | career[s] | salary
        | salaries | earn | job[s] | job market | job interview | interview | news | popular | popularity | hype
        | future of | opinion | opinions | vs | versus | compared with | for kids | for children | for a child
        | for beginners | for my | to my | like i'm | like i am | eli5 | simple words | plain english | in plain
        | analogy | metaphor | metaphors | meaning of | mean by | mean | stand for | stands for | what is a
        | what is an | what's a | what's an | what is | what's | explain | concept | conceptually | essay | poem
        | haiku | song | joke | jokes | story | slogan | speech | tweet | linkedin | article | blog post
        | newsletter | press release | talk | presentation | slides | cover letter | résumé | resume | cv | course
        | courses | books | book | movie | movies | podcast | learn | learning | teach | hire | recruiter | team
        | colleagues | manager | boss | burnout | motivat* | name for | names for | who | when was | when did
        | why do | why are | famous | pros and cons | overview";

pub(super) const ABOUT_TECHNOLOGY: Shape = Shape {
    name: "talk about technology",
    rules: &[
        Row(ABOUT, &[(within(60), TECHNOLOGY)]),
        Row(
            TECHNOLOGY,
            &[(
                within(60),
                "worth learning | worth it | history | invented | career[s] | salary | salaries | job[s]
                        | interview | news | popular | hype | future | opinion[s] | vs | versus | for kids
                        | for children | for beginners | for my | mean | stand for | like i'm | in simple | in plain
                        | essay | poem | haiku | song | joke[s] | story | speech | course[s] | book[s] | movie[s]
                        | books | named | conceptually",
            )],
        ),
    ],
};

pub(super) const ABOUT_TECHNOLOGY_ELSEWHERE: Shape = Shape {
    name: "talk about technology, in another language",
    rules: &[
        Row(
            "что такое | кто придумал | кто создал | кто изобр* | стоит ли | зачем | почему | истори* | зарплат*
                | карьер* | объясни* | расскажи* | was ist | was sind | wer hat | warum | wozu | lohnt | geschichte
                | erklär* | c'est quoi | qu'est-ce | pourquoi | qui a | histoire | vaut* | explique* | qué es
                | qué son | quién | por qué | para qué | historia | vale la pena | explica* | explícame | sueldo
                | o que é | quem | por que | história | cos'è | che cos'è | chi ha | perché | storia | spiega*
                | co to | kto | dlaczego | po co | czy warto | wat is | waarom | wie heeft | nedir | neden | kim
                | apa itu | kenapa | mengapa | siapa | là gì | tại sao | vì sao | vad är | varför | vem | mikä on
                | co je | kdo | proč | mi az | ki | miért | ce este | de ce | τι είναι | γιατί | ποιος",
            &[(
                within(60),
                "программ* | код* | python | питон* | java | javascript | sql | алгоритм* | интернет* | linux
                        | линукс* | база данных | базы данных | рекурси* | docker | api | git | devops | айти* | ии
                        | нейросет* | programm* | datenbank* | computer* | internet* | informatik* | rekursion*
                        | program* | informatique | base de données | récursivité | boucle | ordinateur*
                        | bases de datos | recursividad | ordenador* | informática | banco de dados | recursão
                        | computador* | informatica | ricorsione | bazy danych | informaty* | rekurencj* | recursie
                        | veritaban* | yazılım* | bilgisayar* | basis data | lập trình | đệ quy | rekurs* | databas*
                        | open[ ]source | bug | bugs | rust | excel | html | blockchain",
            )],
        ),
        Stems(
            "什么是编程 | 程序员 | 码农 | 值得学 | 谁发明 | 谁创造 | 的历史 | 前景 | 薪资 | 工资 | 转行 | 入门书
                | とは何 | って何 | プログラマー | 歴史 | 年収 | 転職 | 프로그래머 | 개발자 | 연봉 | 이 뭐야
                | 가 뭐야 | 란 무엇 | айтишник | программист | किसने बनाया | क्या होता | क्या है | ما هو | ما هي
                | מה זה | מי המציא",
        ),
    ],
};

pub(super) const FOR_LAYPEOPLE: Shape = Shape {
    name: "an explanation for laypeople",
    rules: &[
        Words(
            "plain english | plain language | layman | laymen | laypeople | layperson | eli5 | like i'm five
                | like i'm 5 | like i'm | as if i were | simple words | simple terms | in simple | everyday
                | analogy | metaphor[s] | jargon | no jargon | non[-]technical | for kids | for children
                | for a child | to a child | to a five | year[-]old | to my grandma | to my mother | to my boss
                | to my wife | to my husband | for my | for management | no code | without code | conceptually
                | in one sentence | in a sentence | in a nutshell | for beginners | leaflet | newsletter | handbook",
        ),
        Stems(
            "простыми словами | простым языком | на пальцах | без кода | объясни жене | объясни маме | для чайник
                | 通俗 | 大白话 | 用简单的话 | 小学生 | 给孩子 | 外行 | 比喻 | わかりやすく | 簡単に説明 | 子ども
                | 素人 | 쉽게 설명 | 초등학생 | 아이에게 | 비유 | einfach erklär | laien | ohne fachbegriffe
                | für kinder | einfachen worten | mots simples | simplement | pour un enfant | vulgaris
                | palabras sencillas | palabras simples | para niños | para un niño | como si tuviera | para leigos
                | como se eu | palavras simples | parole semplici | per bambini | prostymi słowami | dla dzieci
                | dla laika | jip-en-jannek | basit | çocuğa | çocuklar için | bahasa sederhana | dễ hiểu | cho trẻ
                | सरल | बच्चों | ببساطة | للأطفال | med enkla ord",
        ),
    ],
};

pub(super) const MORE_TOOLS: Shape = Shape {
    name: "the name of another tool or library",
    rules: &[Words(
        "eslint | prettier | webpack | vite | vitest | babel | jest | pytest | celery | spark | airflow | dbt
                | duckdb | jq | ggplot[2] | tidyverse | dplyr | scipy | sympy | seaborn | plotly | openssl
                | wireguard | vpn | vlan[s] | dhcp | haproxy | traefik | prometheus | grafana | sentry | kibana
                | stm32 | i2c | uart | spi | mqtt | modbus | firmware | gpio | rtos | opencv | yolo | onnx
                | hugging[ ]face | langchain | redux | rxjs | hook[s] | usestate | useeffect | jetpack | xcode
                | android | ios | swiftui | flutter | electron | tauri | wasm | protobuf | grpc | rabbitmq | nats
                | etcd | vault | podman | lxc | proxmox | zfs | btrfs | lvm | iptables | nftables | selinux
                | fail2ban | tcpdump | wireshark | vscode | vs code | intellij | eclipse | emacs | neovim | tmux
                | chmod | sudo | apt | pip | conda | venv | poetry | pnpm | yarn | deno | spring boot | spring
                | hibernate | jpa | maven | entity framework | asp.net | .net | wpf | blazor | jvm | gc | mutex
                | goroutine[s] | tokio | serde | cmake | gcc | clang | llvm | valgrind | gdb | linker | stdin
                | stdout | stderr | utf-8 | ascii | base64 | sha256 | hash[ ]map | linked list | binary tree
                | segment tree | heap | stack | trie | dijkstra | bfs | dfs | dynamic programming | leetcode
                | codeforces | pivot table | power query | power bi | google sheets | apps script
                | conditional formatting | overleaf | biblatex | pandoc | markdown | notebook | ipynb | plugin[s]
                | woocommerce | elementor | drupal | wsl | homebrew | k3s | ingress | pod[s] | cluster[s]
                | load balancer | ec2 | rds | cloudfront | firebase | supabase | stripe | twilio | solidity
                | smart contract | shapefile | qgis | arcgis | postgis | ros | ros2 | verilog | vhdl | fpga",
    )],
};

pub(super) const EXERCISE: Shape = Shape {
    name: "an exercise in programming",
    rules: &[
        Words(
            "given an array | given a string | given a list | given an integer | given integers | given n
                | given two | given a matrix | given a graph | given a tree | given a binary | given the root
                | given a sequence | array of integers | list of integers | list of strings | string s | integer n
                | read n | print the | prints | output the | return true | return the | return a list | return[s] -1
                | input format | output format | sample input | sample output | test case[s] | time limit
                | memory limit | constraints | in-place | in place | at most n | first line | next n lines | 10^5
                | 10^6 | 10^9 | o(n) | o(1) | o(n log n) | o(log n) | subarray | substring | subsequence
                | palindrome[s] | linked list | binary search | leetcode | implement a function | write a function
                | write a program | a function that | a method that | a script that | a program that | a class that
                | iterator | docstring",
        ),
        Words("implementa | dizi | dizisi | metni"),
        Stems(
            "给定一个 | 给你一个 | 输入一个 | 输出一 | 返回一个 | 时间复杂度 | 实现一个 | 写一个函数 | 写一个程序
                | 数组 | 字符串 | 链表 | 二叉树 | 配列 | 文字列 | 関数を書 | プログラムを書 | 実装し | 배열 | 문자열
                | 함수를 작성 | 구현해 | массив | строк | реализуй | реализовать | напиши функци | напиши программ
                | на вход | вывести | implementier | eingabe | ausgabe | implémente | cadena de | arreglo de
                | leia n | imprima | vetor de | tablic | zaimplement | cài đặt | mảng | chuỗi",
        ),
    ],
};
