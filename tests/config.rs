//! Settings: every mistake is answered with file, line, key, what is wrong and what to write.

use pointsman::config::{Bell, Config, DEFAULTS, Images, Overrides, Problems, Source, Timeouts};

fn load(text: &str) -> Result<Config, Problems> {
    let source = Source { path: "c.toml".into(), text: text.to_owned() };
    Config::load(Some(&source), &Overrides::default())
}

fn problem(text: &str) -> String {
    load(text).expect_err(text).to_string()
}

#[test]
fn the_defaults_are_the_registry_of_the_contract() {
    let config = Config::load(None, &Overrides::default()).expect("the defaults are valid");
    let registry: Vec<(String, String, Vec<String>)> = config
        .registry
        .categories()
        .iter()
        .map(|c| (c.id.to_string(), c.model.to_string(), c.fallbacks.iter().map(ToString::to_string).collect()))
        .collect();
    let row = |id: &str, model: &str, fallbacks: &[&str]| {
        (id.to_owned(), model.to_owned(), fallbacks.iter().map(|&f| f.to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(
        registry,
        [
            row("coding", "qwen-3-32b", &["llama-3.3-70b"]),
            row("reasoning", "llama-3.3-70b", &["deepseek-v3.2"]),
            row("general", "deepseek-v3.2", &["llama-3.3-70b"]),
            row("vision", "kimi-k2.6", &["gemma-3-4b"]),
        ]
    );
    assert_eq!(config.active_provider().base_url, "https://api.oxlo.ai/v1");
    assert_eq!(config.active_provider().key.env.as_deref(), Some("OXLO_API_KEY"));
    assert_eq!(config.judge.model.as_str(), "deepseek-v3.2");
}

#[test]
fn what_is_shown_can_be_read_again_and_means_the_same() {
    let config = Config::load(None, &Overrides::default()).expect("the defaults are valid");
    assert_eq!(load(&config.to_toml()).expect("what is shown is valid"), config);
    assert_eq!(load(DEFAULTS).expect("the defaults are valid over themselves"), config);
}

#[test]
fn a_partial_file_changes_what_it_names_and_nothing_else() {
    let config = load("[judge]\nmodel = \"tiny\"\n[categories.coding]\nmodel = \"coder\"").expect("valid");
    assert_eq!(config.judge.model.as_str(), "tiny");
    assert_eq!(config.judge.max_tokens, 10);
    let coding = &config.registry.categories()[0];
    assert_eq!((coding.model.as_str(), coding.fallbacks.len()), ("coder", 0), "foreign fallbacks are forgotten");
    assert!(!coding.description.is_empty());
    let kept = load("[categories.coding]\nfallbacks = [\"a\", \"b\"]").expect("valid");
    assert_eq!(kept.registry.categories()[0].fallbacks.len(), 2);
}

#[test]
fn pictures_are_drawn_as_the_setting_names_or_at_all_or_not() {
    for (value, images) in [
        ("true", Images::Auto),
        ("false", Images::Off),
        ("\"auto\"", Images::Auto),
        ("\"kitty\"", Images::Kitty),
        ("\"iterm2\"", Images::Iterm2),
        ("\"sixel\"", Images::Sixel),
        ("\"blocks\"", Images::Blocks),
        ("\"off\"", Images::Off),
    ] {
        assert_eq!(load(&format!("ui.images = {value}")).expect(value).ui.images, images, "{value}");
    }
}

#[test]
fn a_long_answer_rings_as_the_setting_says() {
    for (value, bell) in [("off", Bell::Off), ("bell", Bell::Bell), ("notify", Bell::Notify)] {
        assert_eq!(load(&format!("ui.bell = \"{value}\"")).expect(value).ui.bell, bell);
    }
    let ui = load("").expect("valid").ui;
    assert_eq!((ui.bell, ui.motion, ui.theme.as_str()), (Bell::Off, true, "auto"));
}

#[test]
fn categories_are_added_in_order_and_can_be_removed() {
    let config = load(
        "[categories.translation]\nmodel = \"m\"\n[categories.law]\nmodel = \"m\"\n\
         [categories.vision]\nenabled = false",
    )
    .expect("valid");
    let names: Vec<&str> = config.registry.categories().iter().map(|c| c.id.as_str()).collect();
    assert_eq!(names, ["coding", "reasoning", "general", "translation", "law"]);
}

#[test]
fn every_mistake_says_where_what_and_what_to_write() {
    for (text, said) in [
        ("x = ", "c.toml:1:5: this is not TOML"),
        (
            "\n[jugde]\nmodel = \"m\"",
            "c.toml:2:2: 'jugde': there is no key 'jugde'\n    write one of 'provider', 'providers'",
        ),
        (
            "[categories.coding]\nmodle = \"m\"",
            "c.toml:2:1: 'categories.coding.modle': there is no key 'modle'\n    write one of 'model', 'fallbacks'",
        ),
        (
            "[judge]\nmax_tokens = \"ten\"",
            "c.toml:2:14: 'judge.max_tokens': the value has the wrong type: it is the string \"ten\"\n    \
             write a whole number of 0 or more",
        ),
        (
            "[categories.coding]\nfallbacks = \"one\"",
            "'categories.coding.fallbacks': the value has the wrong type: it is the string \"one\"\n    write a list",
        ),
        (
            "ui.images = 1",
            "c.toml:1:13: 'ui.images': the value has the wrong type: it is the integer '1'\n    write \"auto\" or the name of a way, or true or false",
        ),
        (
            "ui.images = \"vga\"",
            "c.toml:1:13: 'ui.images': unknown variant 'vga'\n    write one of 'auto', 'kitty', 'iterm2', 'sixel', 'blocks', 'off'",
        ),
        (
            "ui.mouse = 1",
            "c.toml:1:12: 'ui.mouse': the value has the wrong type: it is the integer '1'\n    write true or false",
        ),
        (
            "[categories.translation]\ndescription = \"d\"",
            "c.toml:1:13: 'categories.translation.model': the category 'translation' has no model\n    write model = ",
        ),
        (
            "[categories]\ncoding = \"m\"",
            "'categories.coding': the value has the wrong type: it is the string \"m\"\n    write a table",
        ),
        ("[models.llama3.1]\nvision = true", "a name with a dot stands in quotes"),
        ("[judge]\nmodel = \"\"", "c.toml:2:1: 'judge.model': there is no judge\n    write the name of a fast model"),
        (
            "[judge]\nmax_tokens_structured = 0",
            "c.toml:2:1: 'judge.max_tokens_structured': a judge that may not answer cannot judge\n    write 200 or so",
        ),
        ("[judge]\nbreaker_seconds = 0", "c.toml:2:1: 'judge.breaker_seconds': 0 is no time to wait"),
        (
            "[categories.coding]\nexamples = \"one\"",
            "c.toml:2:12: 'categories.coding.examples': the value has the wrong type: it is the string \"one\"\n    write a list",
        ),
        (
            "[categories.coding]\nexamples = [\"one\", 2]",
            "'categories.coding.examples': the value has the wrong type: it is the integer '2'\n    write a text in quotes",
        ),
        (
            "[categories.coding]\nexamples = [\"one\", \" \"]",
            "c.toml:2:1: 'categories.coding.examples': example 2 is empty\n    write a prompt that belongs here",
        ),
        ("[judge]\ntimeout_seconds = -1", "c.toml:2:1: 'judge.timeout_seconds': -1 is no time to wait"),
        ("[judge]\ntimeout_seconds = nan", "NaN is no time to wait"),
        ("[judge]\ntimeout_seconds = 1e300", "is no time to wait"),
        (
            "[routing]\ndefault = \"chat\"",
            "c.toml:2:1: 'routing.default': there is no category 'chat'\n    write one of 'coding'",
        ),
        ("[categories.general]\nenabled = false", "c.toml: 'routing.default': there is no category 'general'"),
        ("[categories.\"big data\"]\nmodel = \"m\"", "'big data' cannot be a category's name"),
        ("[categories.Coding]\nmodel = \"m\"", "'Coding' and 'coding' are the same word to the judge"),
        ("provider = \"nobody\"", "c.toml:1:1: 'provider': there is no provider 'nobody'"),
        ("[providers.mine]\napi_key_env = \"K\"", "c.toml:1:12: 'providers.mine': the provider 'mine' has no address"),
        ("[providers.mine]\nbase_url = \"host/v1\"", "'providers.mine.base_url': this is no address of the web"),
        ("[judge]\nmodel = \"a\\u001b[2J\"", "'judge.model': 'a\\u{1b}[2J' holds control or invisible characters"),
        ("[judge]\nmodel = \"a\u{202e}b\"", "'judge.model': 'a\\u{202e}b' holds control or invisible characters"),
        ("[ui]\nbell = \"of\\f\"", "'of\\u{c}'"),
        ("[ui]\n\"be\\u001bll\" = 1", "'be\\u{1b}ll'"),
        ("[network]\nidle_timeout_seconds = 0", "c.toml:2:1: 'network.idle_timeout_seconds': 0 is no time to wait"),
        (
            "[network.local]\nturn_timeout_seconds = -1",
            "c.toml:2:1: 'network.local.turn_timeout_seconds': -1 is no time to wait\n    write seconds above 0",
        ),
        (
            "[network.local]\nidle_timeout = 1",
            "c.toml:2:1: 'network.local.idle_timeout': there is no key 'idle_timeout'\n    write one of 'connect_timeout_s",
        ),
        (
            "[providers.oxlo.network]\nfirst_byte_timeout_seconds = 0",
            "c.toml:2:1: 'providers.oxlo.network.first_byte_timeout_seconds': 0 is no time to wait",
        ),
        (
            "[providers.oxlo.network]\nidle = 1",
            "c.toml:2:1: 'providers.oxlo.network.idle': there is no key 'idle'\n    write one of 'connect_timeout_seconds'",
        ),
        ("[models.m]\ncontext_window = 0", "'models.m.context_window': a window of 0 tokens holds nothing"),
        ("[models.m]\nmax_tokens = 0", "'models.m.max_tokens': an answer of 0 tokens says nothing"),
        ("[providers.groq]\nmax_tokens = 0", "'providers.groq.max_tokens': an answer of 0 tokens says nothing"),
        ("[categories.coding]\nmax_tokens = 0", "'categories.coding.max_tokens': an answer of 0 tokens says nothing"),
    ] {
        let problem = problem(text);
        assert!(problem.contains(said), "{text:?} gives\n{problem}\nnot\n{said}");
    }
}

#[test]
fn timeouts_come_from_the_provider_then_localhost_then_the_network() {
    let config = load(
        "[network]\nidle_timeout_seconds = 7\n[network.local]\nturn_timeout_seconds = 8.5\n\
         [providers.ollama.network]\nconnect_timeout_seconds = 9\n[providers.oxlo.network]\nidle_timeout_seconds = 10",
    )
    .expect("valid");
    let waits = |provider| {
        let Timeouts { connect, first_byte, first_token, idle, turn } = config.timeouts(provider);
        [connect, first_byte, first_token, idle, turn].map(|wait| wait.as_millis())
    };
    assert_eq!(waits("openai"), [10_000, 60_000, 180_000, 7_000, 1_800_000]);
    assert_eq!(waits("oxlo"), [10_000, 60_000, 180_000, 10_000, 1_800_000]);
    assert_eq!(waits("llamacpp"), [5_000, 300_000, 900_000, 300_000, 8_500]);
    assert_eq!(waits("ollama"), [9_000, 300_000, 900_000, 300_000, 8_500]);
    assert_eq!(load(&config.to_toml()).expect("what is shown is valid"), config);
}

#[test]
fn an_answer_may_be_as_long_as_category_and_model_say_and_else_as_the_provider_does() {
    let config = load(
        "[categories.coding]\nmax_tokens = 500\n[models.short]\nmax_tokens = 400\n[models.long]\nmax_tokens = 600\n\
         [models.\"groq/long\"]\nmax_tokens = 700",
    )
    .expect("valid");
    for (category, model, limit) in [
        ("coding", "m", Some(500)),
        ("coding", "short", Some(400)),
        ("coding", "long", Some(500)),
        ("general", "long", Some(600)),
        ("general", "groq/long", Some(700)),
        ("general", "m", Some(8_192)),
        ("general", "groq/m", None),
    ] {
        assert_eq!(config.answer_limit(&category.into(), &model.into()), limit, "{category} {model}");
    }
    assert_eq!(load(&config.to_toml()).expect("what is shown is valid"), config);
}

#[test]
fn a_disabled_category_stays_disabled_in_what_is_shown() {
    let config = load("[categories.vision]\nenabled = false").expect("valid");
    assert!(config.registry.category(&"vision".into()).is_none());
    assert_eq!(load(&config.to_toml()).expect("what is shown is valid"), config);
}

#[test]
fn examples_are_kept_in_order_and_bounded() {
    let config = load("[categories.coding]\nexamples = [\"Fix this loop\", \"Explain\\nthis regex\"]").expect("valid");
    assert_eq!(config.registry.categories()[0].examples, ["Fix this loop", "Explain\nthis regex"]);
    assert!(config.registry.categories()[1].examples.is_empty());
    assert_eq!(load(&config.to_toml()).expect("what is shown is valid"), config);
    let list = |count: usize, length: usize| {
        format!("[categories.coding]\nexamples = [{}]", format!("\"{}\", ", "é".repeat(length)).repeat(count))
    };
    assert!(load(&list(200, 2_000)).is_ok());
    assert!(problem(&list(201, 1)).contains("'categories.coding.examples': 201 examples are more than the 200"));
    assert!(problem(&list(1, 2_001)).contains("example 1 has 2001 characters, which is more than 2000"));
}

#[test]
fn a_key_pasted_where_a_variable_belongs_is_not_repeated() {
    for text in [
        "[providers.oxlo]\napi_key_env = \"sk-secret-1\"",
        "[providers.oxlo]\napi_key_env = \"gsk_secret_1\"",
        "[providers.oxlo]\napi_key = \"sk-secret-1\"",
        "[providers]\noxlo = \"sk-secret-1\"",
    ] {
        let problem = problem(text);
        assert!(!problem.contains("secret"), "{problem}");
    }
}

#[test]
fn all_mistakes_of_meaning_are_told_at_once() {
    let problems =
        load("[judge]\nmodel = \"\"\n[routing]\ndefault = \"x\"\n[categories.y]").expect_err("three mistakes");
    assert_eq!(problems.0.len(), 3, "{problems}");
}

#[test]
fn values_that_make_no_sense_are_told_in_the_order_of_the_file_with_names_that_lead_nowhere() {
    let text = "[retry]\nbackoff_seconds = 0\nbreaker_seconds = -1\n[models.\"a.b\"]\ncontext_window = 0\n\
                [routing]\ndefault = \"x\"\nthreshold = 2\n[network]\nproxy = \"here\"\nlocal.idle_timeout_seconds = 0\n";
    let keys: Vec<String> = load(text).expect_err(text).0.into_iter().map(|problem| problem.key).collect();
    assert_eq!(
        keys,
        [
            "retry.backoff_seconds",
            "retry.breaker_seconds",
            "models.a.b.context_window",
            "routing.default",
            "routing.threshold",
            "network.proxy",
            "network.local.idle_timeout_seconds",
        ]
    );
    let typed = format!("{text}turn_timeout_seconds = \"long\"");
    assert_eq!(load(&typed).expect_err(text).0.len(), 1, "what has the wrong type comes first, and alone");
}

/// The settings that a table may hold: what is told to write instead of one that it may not hold.
fn fields(table: &[&str]) -> Vec<String> {
    let key = [table, &["no-such-key"]].concat().join(".");
    let problems = load(&format!("{key} = 0")).expect_err(&key);
    let mut fields: Vec<String> = problems.0[0].fix.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
    fields.sort_unstable();
    fields
}

/// The defaults with the settings that have none: they stand in comments, as `# key = value`.
fn every_setting() -> String {
    let is_key = |key: &str| key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let setting = |line: &&str| line.split_once(" = ").is_some_and(|(key, _)| is_key(key));
    DEFAULTS.lines().map(|line| line.strip_prefix("# ").filter(setting).unwrap_or(line).to_owned() + "\n").collect()
}

#[test]
fn every_setting_stands_in_the_defaults_and_all_that_stands_there_is_a_setting() {
    fn hold(path: &[&str], table: &toml::Table) {
        let mut keys: Vec<&str> = table.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(fields(path), keys, "[{}]", path.join("."));
        for (key, value) in
            table.iter().filter(|(key, _)| !["providers", "categories", "models"].contains(&key.as_str()))
        {
            if let Some(inner) = value.as_table() {
                hold(&[path, &[key]].concat(), inner);
            }
        }
    }
    let text = every_setting();
    load(&text).expect("what stands in comments is valid");
    hold(&[], &text.parse().expect("TOML"));
}

#[test]
fn every_setting_of_a_provider_a_category_and_a_model_is_explained_in_the_defaults() {
    let comments: Vec<&str> = DEFAULTS.lines().filter(|line| line.starts_with('#')).collect();
    let comments = comments.join(" ");
    let words: Vec<&str> = comments.split(|c: char| !c.is_ascii_lowercase() && c != '_').collect();
    for table in ["providers", "categories", "models"] {
        for field in fields(&[table, "x"]) {
            assert!(words.contains(&field.as_str()), "{table}.x.{field}");
        }
    }
}
