//! What speaks for a fault of something, and for a review of it.

use super::super::rules::Rule::{Row, Stems, Words};
use super::super::rules::{Shape, within};

/// What people say of a thing that does not do what it should.
const FAILS: &str = "keep[s] crashing | keep[s] failing | keep[s] freezing | keep[s] restarting | keep[s] disconnecting
        | keep[s] timing out | keep[s] losing | crash[es] | won't start | won't load | won't open | won't boot
        | won't turn on | won't connect | won't charge | won't print | won't build | won't compile | wont start
        | wont work | does not start | doesn't start | doesn't work | doesn't respond | doesn't load | doesn't turn
        | doesn't connect | doesnt work | does not work | not working | isn't working | no longer | stopped working
        | stopped | stops | not responding | unresponsive | throw[s] an error | give[s] an error | gives me an error
        | getting an error | get an error | error message | error code | fails | failing | failed | after the update
        | after updating | since the update | after upgrading | since updating | freezes | freezing | frozen | hangs
        | hanging | stuck | stalls | leak[s] | leaking | rattle[s] | rattling | noise | beep[s] | beeping | blinking
        | blinks | flicker[s] | flickering | smells | drains | overheat[s] | overheating | slow | slows down
        | sluggish | broken | broke | times out | timing out | drops | randomly | wrong | out of sync
        | can't connect | cannot connect | can't find | lost | missing | disappear* | dies | died | empty | blank
        | refuse[s] | reset[s] | duplicate[s] | twice";

const DEVICE: &str =
    "printer | washing machine | dishwasher | fridge | freezer | oven | stove | boiler | heating | radiator | tap
        | toilet | sink | shower | kettle | toaster | microwave | dryer | tumble dryer | vacuum | hoover
        | coffee machine | espresso machine | thermostat | doorbell | smoke alarm | car | engine | brakes | battery
        | bike | e-bike | scooter | motorbike | lawnmower | phone | iphone | smartphone | tablet | ipad | laptop
        | macbook | tv | television | remote | headphones | earbuds | speaker | camera | watch | smartwatch
        | console | playstation | xbox | switch | controller | wifi | wi-fi | router | keyboard | mouse | monitor
        | charger | lamp | light[s] | bulb | fan | air conditioner | drill | sewing machine | piano | guitar | plant
        | dough | bread | cat | dog";

const SOFTWARE: &str =
    "app | application | script | build | service | server[s] | container[s] | pod[s] | query | queries | job[s]
        | cron | pipeline | test[s] | deploy | deployment | cluster | api | endpoint | page | site | website
        | plugin | module | package | import | compiler | ide | docker | node | webpack | function | code | library
        | database | db | migration | kernel | driver | process | thread[s] | worker[s] | queue | cache | request[s]
        | response | login | session | token[s] | cookie | webhook | log[s] | logger | parser | formula | macro
        | sheet | spreadsheet | pivot | notebook | model | training | loss | dataframe | csv | json | config | yaml
        | certificate | dns | proxy | nginx | postgres | mysql | redis | kafka | react | component | button | form
        | firmware | sensor | bot | backend | frontend | user[s] | customers | latex | bibliography | excel";

pub(super) const DEVICE_FAILS: Shape = Shape {
    name: "a fault of a device or in the house",
    rules: &[Row(FAILS, &[(within(60), DEVICE)]), Row(DEVICE, &[(within(60), FAILS)])],
};

pub(super) const SOFTWARE_FAILS: Shape = Shape {
    name: "a fault of software",
    rules: &[Row(FAILS, &[(within(60), SOFTWARE)]), Row(SOFTWARE, &[(within(60), FAILS)])],
};

pub(super) const FAILS_ELSEWHERE: Shape = Shape {
    name: "a fault, in another language",
    rules: &[
        Words("se plante | falla | trava | cai"),
        Stems(
            "не работает | не запуск | не открыва | не включа | не груз | не видит | не подключ | падает | зависает
                | вылетает | выдаёт ошибк | выдает ошибк | глючит | сломал | после обновлен | не працю | не запуска
                | після оновлен | geht nicht | startet nicht | läuft nicht | funktioniert nicht | stürzt
                | hängt sich | seit dem update | nach dem update | kaputt | bricht ab | schlägt fehl | verliert
                | ne marche | ne démarre | ne fonctionne | ne répond | depuis la mise à jour | ne s'affiche | échoue
                | se bloque | en panne | no funciona | no arranca | se cuelga | se cae | no responde | no carga
                | deja de | desde la actualización | se queda | não funciona | não liga | não abre | travando
                | para de | parou de | desde a atualização | non funziona | non parte | si blocca | non va
                | si pianta | da quando | non risponde | smette | nie działa | nie uruchamia | zawiesza | wywala
                | po aktualizacji | nie odpowiada | werkt niet | doet het niet | start niet | loopt vast | crasht
                | sinds de update | fungerar inte | startar inte | kraschar | hänger sig | çalışmıyor | açılmıyor
                | çöküyor | donuyor | güncellemeden sonra | hata veriyor | kopuyor | tidak bisa | tidak jalan
                | macet | sejak update | error terus | không chạy | bị lỗi | bị treo | không mở | mất kết nối
                | काम नहीं | बंद हो | क्रैश | لا يعمل | لا تعمل | يتوقف | معطل | 打不开 | 无法启动 | 崩溃 | 报错
                | 卡住 | 死机 | 连不上 | 启动不了 | 没反应 | 失败 | 闪退 | 掉线 | 坏了 | 不动了 | 升级后 | 更新后
                | 更新之后 | 動かない | 動かなく | 起動しない | 落ちる | エラーが出 | エラーになる | 固まる
                | つながらない | 表示されない | 반응이 없 | 안 돼 | 안돼 | 안 켜 | 작동하지 | 멈춰 | 멈추 | 끊겨
                | 에러가 | 오류가 | 튕겨 | נתקע | לא עובד | קורס | δεν δουλεύει | κολλάει | nefunguje | padá
                | nem működik | lefagy | nu merge | nu funcționează | ei toimi | kaatuu",
        ),
    ],
};

/// What is asked of a reviewer.
const REVIEW: &str =
    "review | code review | feedback on | feedback | critique | look over | look at | check | audit | inspect
        | assess | evaluate | improve | opinion on | second pair of eyes | security review | take a look
        | have a look | go over | going over | anything wrong | what's wrong | find the bug | spot
        | would you change | point out";

pub(super) const CODE_REVIEW: Shape = Shape {
    name: "a review of code",
    rules: &[
        Words(
            "code review | review my code | pull request | merge request | review this code | my pr | this pr
                | the pr | race condition[s] | undefined behaviour | undefined behavior | edge cases | sql injection
                | code smell[s]",
        ),
        Row(
            REVIEW,
            &[(
                within(40),
                "code | pull request | pr | merge request | function | method | class | hook | module | script
                        | config | configuration | schema | migration | query | queries | endpoint | api
                        | implementation | architecture | dockerfile | docker | terraform | helm | yaml | sql
                        | regex | smart contract | library | parser | component | test[s] | unit tests | diff
                        | commit | branch | repo | repository | service | middleware | pipeline | workflow
                        | playbook | makefile | nginx | firmware | header[s] | data model | index[es] | threading
                        | locking | logic | error handling | program | algorithm | macro | formula | spreadsheet",
            )],
        ),
    ],
};

pub(super) const CODE_REVIEW_ELSEWHERE: Shape = Shape {
    name: "a review of code, in another language",
    rules: &[
        Row(
            "провер* | посмотр* | глян* | оцен* | зроби | перевір* | prüf* | schau* | überprüf* | bewert* | vérifi*
                | relis | relire | jette* | revis* | audita* | auditoría | echa* | necesito | mira | rivedi
                | controlla | guarda | dai | revisa* | verifica* | confere | sprawdź | przejrzyj | oceń | beoordeel
                | bekijk | check | granska | incele* | kontrol | gözden | periksa | tinjau | cek | tolong | đánh giá
                | xem | kiểm tra | kan du",
            &[(
                within(60),
                "код* | функци* | функці* | схем* | архитектур* | конфиг* | запрос* | логик* | логік* | миграци*
                        | модул* | скрипт* | terraform* | code* | funktion* | schema* | schéma | konfig* | skript*
                        | datenbank* | fonction* | config* | hook* | base de datos | base de données
                        | contrato inteligente | función | esquema | código | codice | funzione | endpoint*
                        | pull request* | função | skrypt* | funkcj* | funkcję | bazy | databaseschema* | sql*
                        | kodu* | kodumu | fonksiyon* | şema* | kode | skema | fungsi | mã | hàm | thiết kế bảng
                        | react* | docker* | api* | nginx* | module* | script* | implement*",
            )],
        ),
        Stems(
            "代码审查 | 评审 | 审查代码 | 看看代码 | 帮我看看这段 | 检查一下代码 | コードレビュー | レビューして
                | レビューお願い | 코드 리뷰 | 코드 검토 | 리뷰해 | 검토 부탁 | कोड रिव्यू | रिव्यू | مراجعة الكود
                | راجع | code review | ревью | рев'ю",
        ),
    ],
};

pub(super) const FEEDBACK: Shape = Shape {
    name: "feedback on a text or a plan",
    rules: &[
        Row(
            "review | code review | feedback on | feedback | critique | look over | look at | check | audit
                | inspect | assess | evaluate | improve | opinion on | second pair of eyes | security review
                | take a look | have a look | go over | going over | anything wrong | what's wrong | find the bug
                | spot | would you change | point out | rate | polish | proofread | tweak",
            &[(
                within(40),
                "email | e-mail | letter | cover letter | essay | poem | story | text | speech | cv | résumé
                        | resume | plan | menu | itinerary | translation | paragraph | title | slogan | bio
                        | profile | business plan | idea | ideas | presentation | slides | pitch | recipe | outfit
                        | thesis | draft | wording | tone | grammar | article | blog | post | chapter | message
                        | note | invitation | schedule | budget | training plan | restaurant | book | film | movie",
            )],
        ),
        Words("rätta"),
        Stems(
            "润色 | 修改一下 | 改一改 | 提意见 | 添削 | 校正 | 자연스럽게 고쳐 | 고쳐줘 | 다듬어 | корректур
                | исправь ошибки | проверь текст | проверь письмо | korrigier | gegenlesen | korrektur
                | relis mon texte | corrige | corrígeme | corrija | correggi | popraw | sprawdź tekst | corrigeer
                | düzelt | perbaiki kalimat | sửa câu | sửa lại | सुधार | صحح | תקן | διόρθωσ",
        ),
    ],
};

pub(super) const CHECK_REASONING: Shape = Shape {
    name: "a check of a proof or a calculation",
    rules: &[
        Row(
            "review | code review | feedback on | feedback | critique | look over | look at | check | audit
                | inspect | assess | evaluate | improve | opinion on | second pair of eyes | security review
                | take a look | have a look | go over | going over | anything wrong | what's wrong | find the bug
                | spot | would you change | point out | correct | valid | is my | find | where is the | gap in
                | flaw in | mistake in | error in | wrong with",
            &[(
                within(40),
                "proof | argument | reasoning | induction | derivation | solution | calculation | calculations
                        | estimate | logic | conclusion | inference | working | claim | deduction",
            )],
        ),
        Stems(
            "проверь мой вывод | рассуждени | доказательств | моё решение | мое решение | meinen beweis
                | mein beweis | meine rechnung | ma démonstration | mon raisonnement | ma preuve | mi demostración
                | mi razonamiento | mi prueba | minha prova | meu raciocínio | meu cálculo | mio calcolo
                | mia dimostrazione | mio ragionamento | mój dowód | moje rozumowanie | mijn bewijs
                | mijn berekening | kanıtım | ispatım | muhakeme | bukti saya | lập luận | chứng minh của | 我的证明
                | 论证 | 推理 | 漏洞 | 私の証明 | 論証 | 제 증명 | 내 증명 | 논증 | برهاني | ההוכחה שלי | तर्क",
        ),
    ],
};
