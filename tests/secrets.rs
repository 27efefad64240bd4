//! Where a key must not be: everything the program shows, prints, logs or tells the system is searched for it.

use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use std::path::Path;

const KEY: &str = "sk-MARKED-5e11f00d";
const TOKEN: &str = "token+MARKED/0ddba11=";
/// It has characters that an address holds only encoded.
const PASSWORD: &str = "sesame/MARKED+caf~e";
/// As it stands in an address.
const WRITTEN: &str = "sesame%2FMARKED%2Bcaf%7Ee";
/// The value of a header that stands in the configuration, as some gateways want their keys.
const TEAM: &str = "team-MARKED-0123456789";

/// Every marked secret, and the forms in which passwords travel.
fn marks() -> [String; 8] {
    let basic_as_written = BASE64_STANDARD.encode(format!("me:{WRITTEN}"));
    let plain = [KEY, TOKEN, PASSWORD, WRITTEN, TEAM].map(str::to_owned);
    let [key, token, password, written, team] = plain;
    [key, token, password, written, team, basic(), basic_as_written, encoded_token()]
}

/// As it stands in an address.
fn encoded_token() -> String {
    TOKEN.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn basic() -> String {
    BASE64_STANDARD.encode(format!("me:{PASSWORD}"))
}

fn files_below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("it is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("it is readable")));
        }
    }
}

fn holds_secret(bytes: &[u8]) -> bool {
    marks().iter().any(|mark| bytes.windows(mark.len()).any(|window| window == mark.as_bytes()))
}

/// A server that repeats every secret where it can: in errors, in answers in pieces, in what the model thinks.
async fn repeating() -> Server {
    Server::start(|request| {
        let headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let as_written = BASE64_STANDARD.encode(format!("me:{WRITTEN}"));
        let said = format!("{}, {} {PASSWORD} {WRITTEN} {as_written}", headers.join(", "), request.path);
        match (request.is_judging(), request.prompt()) {
            (true, _) => Reply::json(401, &json!({"error": {"message": format!("no: {said}")}})),
            (false, "think") => Reply::events()
                .event(&json!({"choices": [{"delta": {"reasoning_content": said}}]}).to_string())
                .text("thought")
                .done(),
            (false, "talk") => {
                let pieces: Vec<String> = said.chars().collect::<Vec<_>>().chunks(7).map(String::from_iter).collect();
                Reply::stream(&pieces.iter().map(String::as_str).collect::<Vec<_>>())
            }
            (false, _) => Reply::whole(403, "text/plain", &said),
        }
    })
    .await
}

/// Does everything that prints or keeps something, in `home`.
fn everything(home: &Home) {
    for args in [
        &["ask", "x"][..],
        &["ask", "--json", "talk"],
        &["ask", "think"],
        &["route", "x"],
        &["models"],
        &["doctor", "-v"],
        &["doctor", "--json", "-v"],
        &["config", "show"],
        &["config", "check"],
        &["history", "export"],
        &["history", "export", "--reasoning", "--format", "markdown"],
        &["history", "routes"],
    ] {
        let ran = home.run(args);
        assert!(!holds_secret(ran.out.as_bytes()) && !holds_secret(ran.err.as_bytes()), "{args:?}: {ran:?}");
    }
    let mut pty = Pty::start(home, &[]);
    pty.until("Message");
    pty.send("x\r");
    pty.until("oxlo answered 403");
    pty.send("talk\r");
    // The refusal of the first prompt repeats it too, but not where a row begins.
    pty.until("▌ authorization Bearer …");
    let proc = format!("/proc/{}", pty.process_id());
    for file in ["cmdline", "comm", "stat"] {
        let bytes = std::fs::read(format!("{proc}/{file}")).expect("it runs");
        assert!(!holds_secret(&bytes), "{file}");
    }
    // What exactly was sent.
    pty.send("\x1b[19~");
    pty.until("Esc close");
    pty.send("\x1b");
    pty.until_like("the chat", |pty| !pty.shown().contains("Esc close"));
    pty.leave();
    assert_eq!(pty.ended(), 0);
    assert!(!holds_secret(&pty.written), "on the screen");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_but_in_the_request() {
    for place in ["api_key_env", "api_key_command", "api_key_file"] {
        let server = repeating().await;
        let home = Home::new()
            .set("POINTSMAN_BASE_URL", &server.base_url.replace("http://", &format!("http://me:{WRITTEN}@")))
            .set("HTTPS_PROXY", &format!("http://me:{WRITTEN}@127.0.0.1:9"))
            .set("MY_TOKEN", TOKEN)
            .set("POINTSMAN_LOG", "trace");
        // What the user wrote is the user's; nothing else may hold it.
        let kept = home.write("kept/key", &format!("{KEY}\n"));
        private(&kept);
        let (home, line) = match place {
            "api_key_env" => (home.set("MY_KEY", KEY), "api_key_env = \"MY_KEY\"".to_owned()),
            "api_key_command" => (home, format!("api_key_command = \"cat '{}'\"", kept.display())),
            _ => (home, format!("api_key_file = \"{}\"", kept.display())),
        };
        let settings = format!(
            "[providers.oxlo]\n{line}\nheaders.x-token = \"$MY_TOKEN\"\nheaders.x-team = \"{TEAM}\"\n\
             query.key = \"$MY_TOKEN\""
        );
        let settings = home.write("config/pointsman/config.toml", &settings).display().to_string();
        let home = tokio::task::spawn_blocking(move || {
            everything(&home);
            home
        })
        .await
        .expect("the runs do not panic");
        let sent = server.requests();
        assert!(sent.len() > 8, "{place}");
        for request in sent {
            assert_eq!(request.header("authorization"), Some(format!("Bearer {KEY}").as_str()), "{place}");
            assert_eq!(request.header("x-token"), Some(TOKEN), "{place}");
            assert_eq!(request.header("x-team"), Some(TEAM), "{place}");
            assert!(request.path.ends_with(&format!("?key={}", encoded_token())), "{}", request.path);
        }
        let mut files = Vec::new();
        files_below(home.path(), &mut files);
        let written = |name: &str, like: &str| name.ends_with(like);
        for (kind, like) in [("a log", "pointsman.log"), ("a history", "pointsman.db")] {
            assert!(files.iter().any(|(name, bytes)| written(name, like) && !bytes.is_empty()), "{kind} was written");
        }
        for (name, bytes) in files.iter().filter(|(name, _)| !written(name, "kept/key") && *name != settings) {
            assert!(!holds_secret(bytes), "{place}: {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_for_a_proxy_is_told_to_the_proxy_alone() {
    let proxy = Server::start(|request| {
        let said = request.header("proxy-authorization").unwrap_or_default();
        Reply::whole(407, "text/plain", &format!("not {said}, not {PASSWORD}, not {WRITTEN}"))
    })
    .await;
    let address = proxy.base_url.trim_end_matches("/v1").replace("http://", &format!("http://me:{WRITTEN}@"));
    for (base_url, settings) in [
        ("http://host.example/v1", ""),
        ("https://host.example/v1", ""),
        ("http://host.example/v1", "[network]\nproxy = \"$HTTPS_PROXY\""),
    ] {
        let home = Home::connected(base_url).set("HTTP_PROXY", &address).set("HTTPS_PROXY", &address);
        let home = home.set("POINTSMAN_LOG", "trace");
        home.write("config/pointsman/config.toml", settings);
        let before = proxy.requests().len();
        let home = tokio::task::spawn_blocking(move || {
            for args in [
                &["models"][..],
                &["doctor", "--json", "-v"],
                &["ask", "x"],
                &["config", "show"],
                &["history", "export"],
            ] {
                let ran = home.run(args);
                assert!(!holds_secret(ran.out.as_bytes()) && !holds_secret(ran.err.as_bytes()), "{args:?}: {ran:?}");
            }
            home
        })
        .await
        .expect("the runs do not panic");
        let sent = proxy.requests();
        assert!(sent.len() > before, "{base_url}");
        let expected = format!("Basic {}", basic());
        assert!(sent.iter().all(|request| request.header("proxy-authorization") == Some(expected.as_str())));
        let mut files = Vec::new();
        files_below(home.path(), &mut files);
        assert!(files.iter().all(|(_, bytes)| !holds_secret(bytes)), "{base_url}");
    }
}

/// Makes a file its owner's alone.
fn private(path: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("its mode");
    #[cfg(not(unix))]
    let _ = path;
}

/// Everything that is started writes what it finds in its environment into `$HOME/seen`, each into a file of its own.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn no_other_program_gets_a_key() {
    const SEE: &str = "mkdir -p \"$HOME/seen\"; env > \"$HOME/seen/$0\"";
    let server = Server::start(|_| Reply::stream(&["```sh\ntrue\n```\n"])).await;
    let home = Home::connected(&server.base_url).set("OXLO_API_KEY", KEY).set("GROQ_API_KEY", KEY);
    let home = home.set("MY_TOKEN", KEY).set("OWN_TOKEN", "visible-to-its-own-command");
    let tool = |name: &str| {
        let path =
            home.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{}\ncat > /dev/null\n", SEE.replace("$0", name)));
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("it can be run");
        path
    };
    tool("xclip");
    let editor = home.write("editor.sh", &SEE.replace("$0", "editor"));
    let command = SEE.replace("$0", "command").replace('"', "\\\"");
    let settings = format!(
        "[providers.oxlo]\nheaders.x-token = \"$MY_TOKEN\"\n[providers.other]\nbase_url = \"{}\"\n\
         headers.x-own = \"$OWN_TOKEN\"\napi_key_command = \"{command}; echo k\"",
        server.base_url
    );
    home.write("config/pointsman/config.toml", &settings);
    let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
    let home = home.set("PATH", &path).set("DISPLAY", ":77").set("EDITOR", &format!("/bin/sh {}", editor.display()));
    tokio::task::spawn_blocking(move || {
        let ran = home.run(&["ask", "-m", "other/m", "hi"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("Hello\r").until(" sh ");
        pty.send("\x1by").until("(xclip)");
        pty.send("\x1b[20~").until("sh · 1 line");
        pty.send("\x12").until("Run over this code");
        let over = SEE.replace("$0", "over");
        pty.send(&over).send("\r").until("Pipe this code");
        pty.send("\r").until("exit 0");
        pty.send("\x1b").until_like("the page is gone", |pty| !pty.shown().contains("exit 0"));
        pty.send("\x07");
        let edited = home.path().join("seen/editor");
        pty.until_like("the editor was there", |_| edited.exists());
        pty.leave();
        assert_eq!(pty.ended(), 0);
        for program in ["command", "xclip", "over", "editor"] {
            let seen = std::fs::read_to_string(home.path().join("seen").join(program)).expect(program);
            assert!(seen.contains("PATH=") && !seen.contains(KEY), "{program}: {seen}");
            assert_eq!(seen.contains("OWN_TOKEN"), program == "command", "{program}: {seen}");
        }
    })
    .await
    .expect("the session does not panic");
}

#[cfg(unix)]
#[test]
fn the_log_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new().set("POINTSMAN_LOG", "debug");
    home.run(&["ask", "What is pointsman?"]);
    let log = home.path().join("data/pointsman/pointsman.log");
    let mode = std::fs::metadata(log).expect("a log was written").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
