//! Where a key must not be: everything the program shows, prints, logs or tells the system is searched for it.

use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};
use std::path::Path;

const KEY: &str = "sk-MARKED-5e11f00d";

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

fn holds_key(bytes: &[u8]) -> bool {
    bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_nowhere_but_in_the_request() {
    let server = Server::start(|request| {
        let said = request.header("authorization").unwrap_or_default().to_owned();
        match request.is_judging() {
            // A server that repeats the key where it can.
            true => Reply::json(401, &serde_json::json!({"error": {"message": format!("no: {said}")}})),
            false => Reply::whole(403, "text/plain", &said),
        }
    })
    .await;
    let home = Home::connected(&server.base_url).set("OXLO_API_KEY", KEY).set("POINTSMAN_LOG", "trace");
    let home = tokio::task::spawn_blocking(move || {
        for args in [
            &["ask", "x"][..],
            &["ask", "--json", "x"],
            &["route", "x"],
            &["models"],
            &["config", "show"],
            &["config", "check"],
        ] {
            let ran = home.run(args);
            assert!(!holds_key(ran.out.as_bytes()) && !holds_key(ran.err.as_bytes()), "{args:?}: {ran:?}");
        }
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("x\r");
        pty.until("oxlo answered 403");
        let proc = format!("/proc/{}", pty.process_id());
        for file in ["cmdline", "comm", "stat"] {
            let bytes = std::fs::read(format!("{proc}/{file}")).expect("it runs");
            assert!(!holds_key(&bytes), "{file}");
        }
        pty.send("\x03\x03");
        assert_eq!(pty.ended(), 0);
        assert!(!holds_key(&pty.written), "on the screen");
        home
    })
    .await
    .expect("the runs do not panic");
    let sent = server.requests();
    assert!(sent.iter().all(|request| request.header("authorization") == Some(&format!("Bearer {KEY}"))));
    let mut files = Vec::new();
    files_below(home.path(), &mut files);
    assert!(
        files.iter().any(|(name, bytes)| name.ends_with("pointsman.log") && !bytes.is_empty()),
        "a log was written"
    );
    for (name, bytes) in files {
        assert!(!holds_key(&bytes), "{name}");
    }
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
