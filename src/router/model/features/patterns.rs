//! The patterns that are looked for in a prompt, in some twenty languages. Data; what they weigh is learned.

/// A pattern, and how a person would call what it finds. All ignore case; `^` and `$` stand at every line.
pub(super) const PATTERNS: &[(&str, &str)] = &[
    ("a code block", r"```"),
    ("a digit", r"\d"),
    ("arithmetic", r"\d[\d,.]*\s*[-+*/=×÷^<>]\s*\d"),
    ("LaTeX", r"\\(?:frac|sqrt|sum|int|begin|left|cdot|times)|\$[^$\n]+\$"),
    ("a question mark", r"\?|？|؟"),
    ("a line that ends like code", r"[{};]\s*$"),
    (
        "a keyword of a programming language",
        r"\b(?:def|class|return|import|function|const|var|let|void|public|static|int|SELECT|FROM|WHERE)\b",
    ),
    ("a call", r"\w+\([^)\n]*\)"),
    ("a name like_this or likeThis", r"(?-i:[_a-z]+_[a-z_]+|[a-z]+[A-Z][a-z]+)"),
    ("an address", r"https?://|\.\w{2,4}\b/"),
    ("a list of options", r"^(?:\(?[A-E][.):)]\s)"),
    ("options in line", r"\b[A-D]\)\s|\([A-D]\)\s"),
    (
        "a given picture",
        r"\b(?:this|these|that|the|attached|following|above|below)\s+(?:image|picture|photo|photograph|figure|diagram|chart|graph|screenshot|painting|scene|drawing|map|scan|plot|meme)\b",
    ),
    ("the word picture", r"\b(?:image|picture|photo|figure|diagram|screenshot|painting)s?\b"),
    (
        "the word picture in another language",
        r"图中|如图|图片|照片|截图|这张|这幅|画面|下图|上图|写真|画像|この絵|사진|그림|изображ|фото|картин|на рисунке|imagen|foto|\bbild\b|imagem|gambar",
    ),
    (
        "a question about someone or something in view",
        r"\b(?:what|which|who|where|how many|is|are|does|do)\b[^.\n]{0,60}\b(?:the|this)\s+(?:man|woman|boy|girl|person|people|dog|cat|car|child|kid|lady|guy|animal|sign|table|shirt)\b",
    ),
    (
        "words for what is in view",
        r"\b(?:shown|depicted|visible|pictured|attached|uploaded|in the background|on the (?:left|right)|foreground)\b",
    ),
    ("words for places in view", r"\b(?:left|right|top|bottom|behind|next to|in front of)\b"),
    ("words for looks", r"\b(?:wearing|holding|sitting|standing|colou?r|looking at)\b"),
    (
        "words of mathematics",
        r"\b(?:how many|how much|find|calculate|compute|solve|prove|evaluate|simplify|determine|probability|if and only if|suppose|let)\b",
    ),
    (
        "words of logic",
        r"\b(?:must be true|could be true|weakens?|strengthens?|assumption|conclusion|argument|statement|premise|therefore|infer(?:red)?|valid)\b",
    ),
    (
        "words of programming",
        r"\b(?:code|program|python|java|javascript|sql|html|css|c\+\+|c#|rust|linux|bash|shell|git|api|json|regex|script|compile|debug|docker|excel|latex|dataframe|database|query|server|react|array|string|list|dict|loop|class|file|command|terminal)\b",
    ),
    (
        "words of writing and talk",
        r"\b(?:write|essay|story|poem|email|letter|summar|translate|explain|describe|suggest|recommend|tell me|what is|who is|history|advice|act as|you are)\b",
    ),
    (
        "words of programming in another language",
        r"代码|编程|程序|函数|脚本|数据库|实现|コード|関数|プログラム|код|функци|скрипт|código|función|script|코드|함수",
    ),
    (
        "words of mathematics in another language",
        r"求|计算|证明|多少|已知|方程|概率|推断|推出|前提|结论|削弱|以下哪|計算|求め|証明|确定|найд|докаж|вычисл|сколько|resuelve|calcula|cuánt|berechne|wie viele",
    ),
    (
        "words of writing in another language",
        r"写一|介绍|推荐|请问|怎么办|为什么|解释|翻译|文章|故事|扮演|教えて|書いて|расскажи|напиши|escribe|explica|schreib|erklär",
    ),
    (
        "a given picture",
        r"\b(?:in|on|from|at|of|to|into|see|and|under|with) (?:the|this|that|my|these|those|her|his|our|your|both) (?:\w+ ){0,2}(?:image|img|picture|pic|photo|photograph|photos|pics|screenshot|screen ?shot|screen ?cap|screengrab|snapshot|scan|scanned|diagram|figure|chart|graph|plot|drawing|sketch|painting|portrait|map|poster|x-?ray|meme|receipt|slide|whiteboard|handwriting)\b",
    ),
    (
        "something attached",
        r"\b(?:attached|attaching|attachment|i attach|enclosed|uploaded|uploading|pasted|pic below|see pic|pictured|photographed|here.?s (?:a|an|the|my)|sent you|i.?m sending|as image)\b",
    ),
    (
        "a picture to begin with",
        r"^\W*(?:image|img|picture|pic|photo|photograph|photos|pics|screenshot|screen ?shot|screen ?cap|screengrab|snapshot|scan|scanned|diagram|figure|chart|graph|plot|drawing|sketch|painting|portrait|map|poster|x-?ray|meme|receipt|slide|whiteboard|handwriting)\b\W",
    ),
    (
        "a picture, then what to do with it",
        r"\b(?:image|img|picture|pic|photo|photograph|photos|pics|screenshot|screen ?shot|screen ?cap|screengrab|snapshot|scan|scanned|diagram|figure|chart|graph|plot|drawing|sketch|painting|portrait|map|poster|x-?ray|meme|receipt|slide|whiteboard|handwriting)s?\b[^.\n]{0,30}[:,–-]\s|📷|📸|🖼|\(see|\b(?:pic|photo|image|scan)\)",
    ),
    (
        "a question about what stands there",
        r"\b(?:what|whats|what.s|what is|read|tell me what) (?:does |do |is |are )?(?:it|this|that|these|those|he|she|they|the (?:sign|label|note|text|writing|caption|arrow|legend|screen|page|error|comment))\b",
    ),
    (
        "words for what is in view",
        r"\b(?:handwritten|handwriting|scribbled?|blurry|blurred|smudged|legible|illegible|decipher|transcribe|legend|caption|crossed out|circled|top (?:left|right|row)|bottom (?:left|right|row)|upper|lower (?:left|right)|(?:left|right)(?:most| one| side|-hand)?\b.*\b(?:red|blue|green|yellow|grey|gray|purple|orange))\b",
    ),
    (
        "a question about this one thing",
        r"\b(?:is|are|does|do|was) (?:this|that|these|those|it|he|she)(?: \w+){1,6}\?*$|^(?:ripe|safe|normal|legit|real|fake|infected|healthy|edible|poisonous)\b",
    ),
    (
        "a count of what is in view",
        r"\b(?:how many|count)\b[^.?\n]{0,50}\b(?:are there|can you see|do you see|in (?:the|this|my)|on (?:the|this|my)|visible|here)\b",
    ),
    (
        "a picture, in another language",
        r"на (?:этом |этой |данном )?(?:фото|фотке|скан|скрин|картин|рисунк|снимк|изображен|график|схем|диаграмм)|скан[еа]?\b|скрин|прикреп|添付|画像|写真の|この写真|图里|图上|这张|照片里|截图|附图|附件|圖中|這張|照片裡|캡처|캡쳐|첨부|이 사진|사진(?:에|속|을|의)|그림(?:에|속)|화면|(?:nella|questa|in|la) (?:foto|immagine|figura)|allegat|caricato|ci-joint|jointe?\b|sur (?:la|cette|l.)\s?(?:photo|image|capture|figure)|cette (?:photo|image)|capture d.écran|en (?:la|esta) (?:foto|imagen|figura|captura)|esta (?:foto|imagen)|adjunt|(?:na|nesta|dessa|essa|esta) (?:foto|imagem|figura|folha)|em anexo|auf (?:dem|diesem|der) (?:bild|foto|screenshot|scan|plakat|grafik|abbildung)|im (?:bild|anhang|foto)|angehängt|beigefügt|hình|ảnh|trong (?:hình|ảnh)|görsel|resimde|fotoğraf|ekran görüntüsü|skan|zdjęci|obrazk|zrzut|तस्वीर|फोटो|चित्र|الصورة|صورة|مرفق|(?:op|in) de (?:foto|afbeelding)|gambar|foto ini|på bilden|bijlage",
    ),
    (
        "a request to read something out",
        r"расшифру|прочита|прочти|разбери почерк|odczytaj|przepisz|déchiffre|lis[- ]|décris|describe (?:la|esta|lo|this|the|what)|descrivi|descreve|beschreib|leggi|lies (?:mir )?|読んで|読み取|書いてある|读一下|写的是什么|什么字|쓰여|적힌|읽어|रीड|पढ़|اقرأ|مكتوب|transcri",
    ),
    (
        "making pictures",
        r"\b(?:take|taking|make|making|post|upload|resize|crop|compress|edit|print|caption for|prompt for|generate|lazy.?load|gallery|thumbnail|camera|photographer|photography|figure of|figure (?:out|caption)|image (?:of|generator|size)|profile picture|big picture|screenshot on|screenshot (?:on|in|using))\b[^.\n]{0,20}",
    ),
    (
        "a negation",
        r"\b(?:no|without|not|nothing|zero|skip the|plain english|layman|non-?technical|for (?:a|an|my) (?:manager|hr|kid|child|grandma|mum|mom|dad|boss))\b(?: any| writing)? ?(?:code|coding|programming|query|syntax|snippets?|jargon|tutorial)?|sans code|ohne code|nada de código|sin código|senza codice|sem código|без кода|别上代码|不要代码|不用代码|コードなし|코드 없이|zonder code|bez kodu",
    ),
    (
        "words of logic and of working out",
        r"\b(?:does it follow|follows? that|logically|logic|valid|fallac|equivocat|contradict|premises?|deduce|conclude|conclusion|infer|necessarily|must (?:be|have)|at (?:least|most)|exactly (?:one|two|three)|only one|knights?|knaves?|liar|l(?:ying|ies)\b|tells? the truth|truth-?teller|who (?:is|was|did|stole|ate|owns|sits)|in what order|what order|riddle|puzzle|proof|prove|derive|show that|by hand|work out|how long (?:does|will|till|until)|how far|how likely|expected|odds|chance|fermi|estimate|optimal|minimi[sz]e|maximi[sz]e|break.?even|what fraction|what (?:number|percentage))\b",
    ),
    (
        "a condition",
        r"\b(?:if|when|whenever|unless|either|neither|all|every|no|some|none of)\b[^.?!\n]{3,80}\b(?:then|or|are|is|so|also|not|isn.t|never|must|but)\b[^.?!\n]{0,80}(?:\.|,|;|\?|$)",
    ),
    (
        "mathematics or logic, in another language",
        r"следует ли|докажи|доказать|вывод|логич|если .* то|вероятност|сколько|найди|найдите|посчитай|во сколько|推理|推导|推論|逻辑|邏輯|能否推|谁在说|排出|至少|最多|证明|證明|几点|几个|多少|何時|何分|何人|いくつ|求め|証明|前提|論理|誤り|몇\s|확률|증명|논리|구하|참말|거짓말|démontre|prouve|combien|calcule|probabilité|si .*\balors\b|logique|demuestra|cuánt|calcula|probabilidad|se deduce|si todos|dimostra|quant[ioea]\b|calcola|se tutti|conclu[ií]|quant[oa]s|prova que|se (?:todos|nenhum)|beweise|wie (?:viele?|lange|weit|hoch|groß)|berechne|wenn alle|folgt daraus|wahrscheinlich|udowodnij|oblicz|ile\b|jeśli|hoeveel|bereken|bewijs|bao nhiêu|chứng minh|tính\b|xác suất|kaç\b|hesapla|kanıtla|olasılık|कितन|सिद्ध|كم\b|احسب|أثبت|احتمال|berapa|hitung|hur många|πόσ|скільки",
    ),
    (
        "a number with a unit",
        r"\d+(?:[.,]\d+)?\s?(?:%|°|€|\$|£|¥|cm|mm|km|m²|m2|m|kg|g|mg|ml|l|h|hrs?|hours?|mins?|minutes?|seconds?|s|days?|weeks?|months?|years?|metres?|meters?|miles?|euros?|dollars?|mph|km/h|volts?|watts?|kwh|см|мм|км|кг|час|минут|руб|лет|дн|元|米|分|时|小时|天|人|円|時間|個|원|시간|개|명|heures?|jours?|horas?|días|dias|stunden|tage|ore|giorni|godzin|dni)\b",
    ),
    (
        "numbers in words",
        r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half|twice|double|triple|third)\b.*\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half|twice|double|triple|third|each|first|last)\b",
    ),
    ("who said what", r"\b(?:says|said|claims)\b.*\b(?:says|said|claims)\b"),
    (
        "the name of a language or library",
        r"\b(?:css|html5?|js|javascript|typescript|ts|jsx|tsx|node|npm|react|vue|angular|svelte|next\.?js|tailwind|bootstrap|php|laravel|wordpress|shopify|liquid|ruby|rails|django|flask|fastapi|pandas|numpy|matplotlib|polars|networkx|geopandas|sklearn|pytorch|tensorflow|jupyter|julia|matlab|mathematica|fortran|cobol|assembly|cuda|kotlin|swift|scala|golang|haskell|ocaml|elixir|erlang|lua|perl|zig|lean|prolog|vba|vlookup|xlookup|sumifs?|latex|bibtex|tikz|mermaid|graphql|postgres(?:ql)?|mysql|sqlite|mongo(?:db)?|redis|kafka|elasticsearch|sql)\b",
    ),
    (
        "the name of a tool",
        r"\b(?:docker(?:file)?|compose|kubernetes|k8s|kubectl|helm|terraform|ansible|nginx|apache|systemd|cron(?:tab)?|ssh|scp|rsync|grep|awk|sed|curl|ffmpeg|imagemagick|powershell|bash|zsh|vim|git|github|gitlab|ci|cd pipeline|jenkins|makefile|cmake|cargo|gradle|maven|aws|s3|lambda|azure|gcp|iam|dns|tls|cors|oauth|jwt|webhook|endpoint|rest api|websocket|selenium|playwright|arduino|esphome|esp32|raspberry|home assistant|yaml|json|xml|csv|toml|regexp?|regex|shader|shadertoy|unity|godot|unreal|roblox|minecraft (?:mod|plugin|command))\b",
    ),
    (
        "a request to build something",
        r"\b(?:write|need|make|build|create|give me|want|add|generate|implement|refactor|convert|port|fix|debug|review|optimi[sz]e|unit.?test)\b[^.?!\n]{0,50}\b(?:script|function|program|app|code|class|method|query|formula|regex|macro|bot|plugin|component|endpoint|page|website|api|snippet|one-?liner|command|test|tests|migration|config|parser|cli|algorithm|spreadsheet|expression|userscript|extension)\b",
    ),
    (
        "words of faults and deployment",
        r"\b(?:error|exception|traceback|stack ?trace|segfault|undefined|null|nan|none|crash(?:es|ed)?|bug|compil(?:e|er|es)|throws?|returns?|import|deprecat|syntax|memory leak|timeout|deploy|staging|production|commit|merge|branch|pull request|repo|dependency|version|localhost|server|backend|frontend|log|logs|cache|queue|thread|async|race condition|feature (?:flag|toggle))\b",
    ),
    (
        "words of programming, in another language",
        r"скрипт|питон|функци|запрос|код\b|ошибк|программ|формул|таблиц|бот\b|脚本|函数|代码|报错|公式|写个|爬虫|接口|数据库|服务器|正则|スクリプト|関数|コード|エラー|数式|プログラム|스크립트|함수|코드|오류|에러|파이썬|자바|쿼리|수식|엑셀|función|fórmula|script|código|programa|consulta|base de datos|erreur|fonction|formule|requête|funzione|formula|errore|funktion|formel|fehler|skript|skrypt|funkcj|zapytani|błąd|formuł|hàm|công thức|mã\b|lỗi|fonksiyon|formül|hata|kod\b|फंक्शन|कोड|स्क्रिप्ट|دالة|كود|سكربت|استعلام|معادلة|مصفوفة|functie|foutmelding|fungsi|kode|rumus|funktio|kaava|függvény|képlet|συνάρτηση|κώδικ",
    ),
    (
        "a path, a file or an operator",
        r"(?:--?[a-z]{2,}\b|\./|/\w+/\w+|\w+\.(?:py|js|ts|rs|go|java|c|cpp|h|sh|sql|html|css|php|rb|json|ya?ml|csv|xlsx?|txt|log|conf)\b|\w::\w|=>|->|==|!=|&&|\|\||\$\w+|<\w+[^>]*>|`[^`]+`|(?-i:\b[A-Z][a-z]+[A-Z]\w+|\b[a-z]+_[a-z]+|\b[A-Z][A-Z0-9]:[A-Z][0-9]+|\bcolumn [A-Z]\b|\b[A-Z][0-9]{1,3}\b))",
    ),
    (
        "words of writing and talk",
        r"\b(?:essay|poem|haiku|limerick|story|song|lyrics|speech|toast|email|e-mail|letter|cover letter|message|text|tweet|post|blog|headline|slogan|name for|names for|bio|caption|summary|summari[sz]e|tl;?dr|paraphrase|rephrase|reword|rewrite|proofread|translate|shorten|friendlier|polite(?:ly)?|tone|opinion|argue|debate|pros and cons|checklist|template|agenda|recipe|gift|present|plan|itinerary|tips|ideas|recommend|advice|should i|what do you think|eli5|explain|difference between|meaning of|history of|why (?:do|did|does|is|are|was|were)|who (?:was|wrote|invented)|when (?:did|was)|what (?:is|are|was|were|does) )\b",
    ),
    (
        "a request to begin with",
        r"^(?:write|draft|compose|translate|explain|summari[sz]e|proofread|rewrite|rephrase|suggest|recommend|give me|tell me|describe|list|help|plan|make (?:this|it)|turn (?:this|these)|roleplay|act|pretend|be |you are|imagine)\b",
    ),
    (
        "words of daily life",
        r"\b(?:my (?:boyfriend|girlfriend|husband|wife|mum|mom|dad|mother|father|sister|brother|boss|friend|neighbou?r|colleague|ex|kid|son|daughter|cat|dog)|i feel|i.m (?:so|tired|sad|scared|worried|stressed)|feeling|lonely|anxious|hate|love|birthday|wedding|funeral)\b",
    ),
    (
        "words of writing and talk, in another language",
        r"переведи|перескажи|объясни|сочини|письмо|стих|поздравлен|придумай|посоветуй|почему|翻译|翻譯|讲讲|介绍|推荐|写一(?:首|封|篇|段)|改得|润色|为什么|怎么样|選哪个|要不要|訳し|翻訳|教えて|説明|書いて|おすすめ|理由|번역|설명|알려|추천|써\s?줘|이유|편지|traduis|traduire|explique|rédige|lettre|corrige|conseil|pourquoi|poème|traduce|tradúce|explíca|redacta|carta|corrige|consejo|por qué|poema|traduci|spiega|scrivi|lettera|perché|consigl|traduz|explica|escreve|redija|carta|por que|übersetze|erklär|formulier|schreib|brief|warum|gedicht|tipps|przetłumacz|wyjaśnij|napisz|dlaczego|wiersz|vertaal|leg uit|schrijf|waarom|dịch|giải thích|viết|tại sao|gợi ý|çevir|açıkla|yaz\b|neden|öner|अनुवाद|समझाओ|लिख|क्यों|ترجم|اشرح|اكتب|لماذا|terjemah|jelaskan|tulis|mengapa",
    ),
];
