//! The answer to `GET /models`, as every server writes it: whatever can be read of it counts, and the rest is read over.
//!
//! Owns where a model's facts stand. Must not know what they are used for.

use crate::config::{Listed, Price};
use crate::text::sanitize::one_line;
use indexmap::IndexMap;
use serde_json::Value;

/// The longest name, in characters.
const NAME: usize = 200;
/// The most models of one provider: the largest have some hundreds.
const MODELS: usize = 3000;
/// The windows that a model may have, in tokens. What is beyond is a mistake, or means something else.
const WINDOWS: std::ops::RangeInclusive<u64> = 256..=20_000_000;

/// Where the window stands: `OpenRouter` and Together, Groq, vLLM, Mistral and LM Studio. llama.cpp tells in `n_ctx` what
/// it serves and in `n_ctx_train` what the model could do elsewhere, which is no figure of its endpoint.
const WINDOW: [&str; 6] = [
    "/context_length",
    "/context_window",
    "/max_model_len",
    "/loaded_context_length",
    "/max_context_length",
    "/meta/n_ctx",
];

/// Lists of what a model takes in.
const TAKES: [&str; 3] = ["/architecture/input_modalities", "/input_modalities", "/modalities/input"];

/// Kinds of models that do not chat: they cannot answer a prompt.
const SILENT: [&str; 10] = [
    "embedding",
    "embeddings",
    "rerank",
    "moderation",
    "image",
    "audio",
    "video",
    "transcribe",
    "transcription",
    "speech",
];

/// The models in `body`, each once, in its order; `None` where it is no list at all.
pub(super) fn read(body: &Value) -> Option<Vec<Listed>> {
    // llama.cpp writes the same models twice, and each of the lists says something that the other does not.
    let lists = [Some(body), body.get("data"), body.get("models")];
    // Ollama without models writes null in the place of a list.
    let is_empty =
        body.get("object").is_some_and(|kind| kind == "list") && body.get("data").is_some_and(Value::is_null);
    if !is_empty && !lists.iter().flatten().any(|list| list.is_array()) {
        return None;
    }
    let entries = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    let mut models: IndexMap<String, Listed> = IndexMap::new();
    for entry in entries.filter(|entry| chats(entry)) {
        for id in names(entry) {
            if models.len() >= MODELS && !models.contains_key(&id) {
                continue;
            }
            let known = models.entry(id.clone()).or_insert_with(|| Listed::named(id));
            known.context_window = known.context_window.or_else(|| window(entry));
            known.vision = known.vision.or_else(|| vision(entry));
            known.price = known.price.or_else(|| price(entry));
        }
    }
    Some(models.into_values().collect())
}

/// The name of a model, then others that it answers to.
fn names(entry: &Value) -> impl Iterator<Item = String> {
    let name = ["id", "model", "name"].into_iter().find_map(|key| entry.get(key)?.as_str());
    let aliases = entry.get("aliases").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let names = name.into_iter().chain(aliases);
    names.map(|name| one_line(name, NAME)).filter(|name| !name.is_empty())
}

fn chats(entry: &Value) -> bool {
    let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
    let able = entry.pointer("/capabilities/completion_chat").and_then(Value::as_bool);
    !SILENT.contains(&kind) && able != Some(false)
}

fn window(entry: &Value) -> Option<usize> {
    let figure = |value: &Value| {
        let text = value.as_str().and_then(|text| text.trim().parse().ok());
        // Some write whole numbers with a point.
        let tokens = value.as_u64().or(text).or_else(|| value.as_f64().map(|figure| figure as u64))?;
        usize::try_from(tokens).ok().filter(|_| WINDOWS.contains(&tokens))
    };
    WINDOW.into_iter().find_map(|place| figure(entry.pointer(place)?))
}

fn vision(entry: &Value) -> Option<bool> {
    let images = |list: &Value| Some(list.as_array()?.iter().any(|kind| kind == "image"));
    let takes = TAKES.into_iter().find_map(|place| images(entry.pointer(place)?));
    // "text+image->text"
    let modality = || entry.pointer("/architecture/modality")?.as_str()?.split("->").next();
    let told = || entry.pointer("/capabilities/vision")?.as_bool();
    // Lists of what a model can do, and its kind: that sight is not among them says nothing.
    let able = || {
        let mut able = entry.get("capabilities")?.as_array()?.iter().filter_map(Value::as_str);
        able.any(|able| matches!(able, "vision" | "multimodal" | "image")).then_some(true)
    };
    let kind = || (entry.get("type")? == "vlm").then_some(true);
    takes.or_else(|| modality().map(|takes| takes.contains("image"))).or_else(told).or_else(able).or_else(kind)
}

/// `OpenRouter` and Vercel write dollars a token, as text; Together dollars a million tokens, as numbers, and 0 where the
/// price is another one. A price below 0 means that it depends.
fn price(entry: &Value) -> Option<Price> {
    let pricing = entry.get("pricing")?;
    let dollars = |[key, other]: [&str; 2]| {
        let figure = pricing.get(key).or_else(|| pricing.get(other))?;
        let token = figure.as_str().and_then(|text| text.trim().parse::<f64>().ok());
        Some((token.map(|token| token * 1e6).or_else(|| figure.as_f64())?, token.is_some()))
    };
    let ((input, by_token), (output, _)) = (dollars(["prompt", "input"])?, dollars(["completion", "output"])?);
    if !by_token && input + output == 0.0 {
        return None;
    }
    Price::of_a_million(input, output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Each model as `name window sight`, with `?` for what is not told.
    fn told(body: &Value) -> Vec<String> {
        let told = |model: Listed| {
            let window = model.context_window.map_or("?".to_owned(), |window| window.to_string());
            let sight = model.vision.map_or("?".to_owned(), |sees| sees.to_string());
            format!("{} {window} {sight}", model.id)
        };
        read(body).unwrap_or_default().into_iter().map(told).collect()
    }

    #[test]
    fn the_list_of_every_known_server_is_read() {
        for (server, body, models) in [
            (
                "OpenAI",
                json!({"object": "list", "data": [{"id": "gpt-4o", "object": "model", "created": 1, "owned_by": "system"}]}),
                &["gpt-4o ? ?"][..],
            ),
            (
                "OpenRouter",
                json!({"data": [
                    {"id": "openai/gpt-4o", "context_length": 128_000, "architecture":
                        {"modality": "text+image->text", "input_modalities": ["text", "image", "file"]}},
                    {"id": "a/b", "context_length": 32_768.0, "architecture": {"modality": "text->text+image"}},
                    {"id": "c/d", "context_length": null, "architecture": {"input_modalities": ["text"]}},
                ]}),
                &["openai/gpt-4o 128000 true", "a/b 32768 false", "c/d ? false"],
            ),
            (
                "Groq",
                json!({"data": [{"id": "llama-3.3-70b-versatile", "active": true, "context_window": 131_072}]}),
                &["llama-3.3-70b-versatile 131072 ?"],
            ),
            ("vLLM", json!({"data": [{"id": "Qwen/Qwen3-8B", "max_model_len": 40_960}]}), &["Qwen/Qwen3-8B 40960 ?"]),
            (
                "Mistral",
                json!({"data": [
                    {"id": "pixtral", "max_context_length": 131_072, "type": "base",
                        "capabilities": {"completion_chat": true, "vision": true}},
                    {"id": "mistral-large", "capabilities": {"completion_chat": true, "vision": false}},
                    {"id": "mistral-embed", "capabilities": {"completion_chat": false, "vision": false}},
                ]}),
                &["pixtral 131072 true", "mistral-large ? false"],
            ),
            (
                "Together",
                json!([
                    {"id": "meta/Llama", "type": "chat", "context_length": 131_072},
                    {"id": "bge", "type": "embedding", "context_length": 512},
                    {"id": "flux", "type": "image"},
                ]),
                &["meta/Llama 131072 ?"],
            ),
            (
                "llama.cpp with one model",
                json!({
                    "models": [{"name": "a", "model": "a", "type": "model", "capabilities": ["completion", "multimodal"],
                        "size": ""}],
                    "data": [{"id": "a", "aliases": ["a", "b"], "meta": {"n_ctx": 4096, "n_ctx_train": 8192}}],
                }),
                &["a 4096 true", "b 4096 ?"],
            ),
            (
                "llama.cpp with several",
                json!({"data": [{"id": "a", "aliases": [], "status": {"value": "unloaded"},
                    "architecture": {"input_modalities": ["text"]}, "meta": {"n_ctx_train": 8192}}]}),
                &["a ? false"],
            ),
            (
                "Ollama",
                json!({"object": "list", "data": [{"id": "llama3.2:latest", "object": "model", "owned_by": "library"}]}),
                &["llama3.2:latest ? ?"],
            ),
            (
                "Ollama, of its own",
                json!({"models": [{"name": "llava:7b", "model": "llava:7b", "size": 5, "details": {"format": "gguf"}}]}),
                &["llava:7b ? ?"],
            ),
            (
                "LM Studio, of its own",
                json!({"data": [
                    {"id": "qwen2-vl", "type": "vlm", "max_context_length": 32_768, "loaded_context_length": 4096},
                    {"id": "phi", "type": "llm", "capabilities": ["tool_use"], "max_context_length": 32_768},
                    {"id": "nomic", "type": "embeddings"},
                ]}),
                &["qwen2-vl 4096 true", "phi 32768 ?"],
            ),
        ] {
            assert_eq!(told(&body), models, "{server}");
        }
    }

    #[test]
    fn prices_are_read_as_dollars_a_million_tokens_and_unknown_ones_stay_unknown() {
        let price = |pricing: Value| {
            let listed = read(&json!([{"id": "a", "pricing": pricing}])).unwrap_or_default();
            listed[0].price.map(|price| (price.input(), price.output()))
        };
        assert_eq!(price(json!({"prompt": "0.0000005", "completion": "0.0000015", "image": "0"})), Some((0.5, 1.5)));
        assert_eq!(price(json!({"input": "0.00000005", "output": "0.0000002"})), Some((0.05, 0.2)));
        assert_eq!(price(json!({"input": 0.88, "output": 0.9, "hourly": 0})), Some((0.88, 0.9)));
        assert_eq!(price(json!({"prompt": "0", "completion": "0"})), Some((0.0, 0.0)), "a free model");
        for unknown in [
            json!({"prompt": "-1", "completion": "-1"}),
            json!({"input": 0, "output": 0}),
            json!({"prompt": "free", "completion": "free"}),
            json!({"prompt": "NaN", "completion": "1e300"}),
            json!({"prompt": "0.1"}),
            json!(7),
        ] {
            assert_eq!(price(unknown.clone()), None, "{unknown}");
        }
    }

    #[test]
    fn what_no_server_should_write_is_read_over() {
        for (body, models) in [
            (json!(null), &[][..]),
            (json!("models"), &[]),
            (json!({"data": {"id": "a"}, "models": 7}), &[]),
            (json!({"data": [null, 7, "a", [], {}, {"id": null}, {"id": 5}, {"id": " \n"}, {"id": "a"}]}), &["a ? ?"]),
            (
                json!([{"id": "a\u{1b}[31m\nb"}, {"id": "a"}, {"id": "a", "context_length": 1000}]),
                &["a b ? ?", "a 1000 ?"],
            ),
            (
                json!([{"id": "a", "context_length": 0}, {"id": "b", "context_length": -5}, {"id": "c", "context_length": 1e18},
                    {"id": "d", "context_length": u64::MAX}, {"id": "e", "context_length": " 8192 "},
                    {"id": "f", "context_length": [1], "context_window": 8192}, {"id": "g", "meta": 8192}]),
                &["a ? ?", "b ? ?", "c ? ?", "d ? ?", "e 8192 ?", "f 8192 ?", "g ? ?"],
            ),
            (
                json!([{"id": "a", "capabilities": {"vision": "yes"}}, {"id": "b", "architecture": {"modality": 3}},
                    {"id": "c", "input_modalities": "image", "capabilities": ["vision", 3]}, {"id": "d", "aliases": "e"}]),
                &["a ? ?", "b ? ?", "c ? true", "d ? ?"],
            ),
        ] {
            assert_eq!(told(&body), models, "{body}");
        }
    }

    #[test]
    fn what_is_no_list_is_not_an_empty_one() {
        for body in [
            json!(null),
            json!("models"),
            json!({"error": "Unexpected endpoint"}),
            json!({"models": 7}),
            json!({"data": null}),
            json!({"object": "error", "data": null}),
        ] {
            assert_eq!(read(&body), None, "{body}");
        }
        for body in [json!({"data": []}), json!({"object": "list", "data": null}), json!({"models": []})] {
            assert_eq!(read(&body), Some(Vec::new()), "{body}");
        }
    }

    #[test]
    fn a_list_without_end_is_cut_and_so_is_a_name() {
        let many: Vec<Value> = (0..MODELS + 9).map(|n| json!({"id": format!("{n}")})).collect();
        assert_eq!(read(&Value::Array(many)).unwrap().len(), MODELS);
        let long = read(&json!([{"id": "x".repeat(5000)}])).unwrap();
        assert!(long[0].id.chars().count() <= NAME);
    }
}
