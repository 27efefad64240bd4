//! The files and variables that settings come from, as the program meets them: what is no file, what is too large, what others
//! can write, and what a copied key brings along.

use crate::support::program::{CONFIG, Home, Ran};
use std::path::Path;
use std::process::Command;

/// Runs to its end, or fails where that does not come.
fn run(home: &Home, args: &[&str]) -> Ran {
    let mut timed = Command::new("timeout");
    timed.arg("20").arg(crate::support::program::PROGRAM).args(args).env_clear().envs(home.env());
    timed.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let ran = Ran::from(timed.output().expect("the program starts"));
    assert_ne!(ran.status, 124, "it hangs: {args:?}");
    ran
}

#[cfg(unix)]
fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("its mode");
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&path.metadata().expect("it is there").permissions()) & 0o777
}

#[cfg(unix)]
#[test]
fn what_is_no_file_or_too_large_is_told_in_a_line_and_waited_for_by_no_command() {
    for name in [CONFIG, "config/pointsman/keymap.toml"] {
        let make = |what: &str| {
            let home = Home::new();
            let path = home.path().join(name);
            let _ = std::fs::remove_file(&path);
            match what {
                "fifo" => assert!(Command::new("mkfifo").arg(&path).status().expect("it is there").success()),
                "device" => std::os::unix::fs::symlink("/dev/zero", &path).expect("a link"),
                "folder" => std::fs::create_dir(&path).expect("a folder"),
                _ => _ = home.write(name, &"# long\n".repeat(200_000)),
            }
            home
        };
        for (what, told) in [
            ("fifo", "it is no regular file"),
            ("device", "it is no regular file"),
            ("folder", "it is a folder"),
            ("large", "it has more than 1 MB"),
        ] {
            let home = make(what);
            let ran = run(&home, &["config", "check"]);
            assert_eq!((ran.status, ran.err.lines().count()), (2, 1), "{what}: {ran:?}");
            assert!(ran.err.ends_with(&format!("{name} cannot be read: {told}\n")), "{what}: {ran:?}");
            let doctor = run(&home, &["doctor", "--no-requests", "--offline"]);
            assert!(doctor.out.contains(told), "{what}: {doctor:?}");
        }
    }
    let home = Home::new();
    let fifo = home.path().join("ca.pem");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("it is there").success());
    home.write(CONFIG, "[network]\nca_file = \"../../ca.pem\"\n[providers.oxlo]\nbase_url = \"http://127.0.0.1:9/v1\"");
    let home = home.set("OXLO_API_KEY", "k");
    let ran = run(&home, &["ask", "-c", "coding", "hi"]);
    assert!(ran.err.contains("ca.pem cannot be read (it is no regular file)"), "{ran:?}");
    let doctor = run(&home, &["doctor", "--no-requests", "--offline"]);
    assert!(doctor.out.contains("it is no regular file"), "{doctor:?}");
}

#[cfg(unix)]
#[test]
fn settings_and_data_that_others_can_write_are_told_at_the_start_with_what_to_run() {
    let home = Home::new();
    let (config, folder, data) =
        (home.path().join(CONFIG), home.path().join("config/pointsman"), home.path().join("data/pointsman"));
    std::fs::create_dir_all(&data).expect("a folder");
    for (path, mode) in [(&data, 0o700), (&folder, 0o700), (&config, 0o600)] {
        chmod(path, mode);
    }
    let quiet = run(&home, &["ask", "What is pointsman?"]);
    assert!(!quiet.err.contains("others can write"), "{quiet:?}");
    for (path, open, closed) in [(&config, 0o666, 0o600), (&folder, 0o777, 0o700), (&data, 0o777, 0o700)] {
        chmod(path, open);
        let told =
            format!("pointsman: others can write {path} ({open:03o}); run: chmod go-w {path}\n", path = path.display());
        for args in [&["ask", "What is pointsman?"][..], &["history", "list"], &["config", "check"], &["lessons"]] {
            let ran = run(&home, args);
            assert_eq!(ran.err.matches(&told).count(), 1, "{args:?}: {ran:?}");
        }
        let mut pty = crate::support::pty::Pty::start(&home, &[]);
        pty.until("others can write");
        pty.leave();
        assert_eq!(pty.ended(), 0);
        // What is told helps.
        let mended = Command::new("chmod").arg("go-w").arg(path).status().expect("it is there");
        assert!(mended.success() && !run(&home, &["config", "check"]).err.contains("others can write"));
        chmod(path, closed);
    }
}

#[cfg(unix)]
#[test]
fn a_begun_configuration_is_the_users_alone_whatever_the_umask_says() {
    let home = Home::bare();
    let begin = format!("umask 000; exec '{}' config init", crate::support::program::PROGRAM);
    let status = Command::new("/bin/sh").args(["-c", &begin]).env_clear().envs(home.env()).status();
    assert!(status.expect("it runs").success());
    let config = home.path().join(CONFIG);
    assert_eq!((mode(&config), mode(config.parent().expect("a folder"))), (0o600, 0o700));
    let again = run(&home, &["config", "init"]);
    assert!(again.status == 2 && again.err.contains("exists already"), "{again:?}");
}

#[test]
fn blanks_and_line_ends_around_a_variable_are_no_part_of_it() {
    let home = Home::new().set("POINTSMAN_BASE_URL", " http://127.0.0.1:9/v1 \r").set("OXLO_API_KEY", "\tsk-1\r\n");
    let config = home.write("mine.toml", "provider = \"oxlo\"").display().to_string();
    let home = home.set("POINTSMAN_CONFIG", &format!("{config}\r"));
    let ran = run(&home, &["config", "check"]);
    assert!(ran.status == 0 && ran.out.contains("mine.toml is in order\noxlo at http://127.0.0.1:9/v1;"), "{ran:?}");
}

#[test]
fn a_key_that_can_be_none_is_told_at_the_start_by_the_check_and_by_doctor() {
    for (key, told) in [
        ("\"sk-MARK\"", "stands in quotes; take the quotes out"),
        ("“sk-MARK”", "stands in quotes; take the quotes out"),
        ("\u{feff}sk-MARK", "holds an invisible character; copy it again"),
        ("sk-MA\u{200b}RK", "holds an invisible character; copy it again"),
        ("Bearer sk-MARK", "begins with 'Bearer'; leave that word out"),
        ("sk-MARK ä", "holds a blank or a line break; copy it again"),
        ("sk-MARK-ä", "holds a letter that no key has; copy it again"),
    ] {
        let home = Home::connected("http://127.0.0.1:9/v1").set("OXLO_API_KEY", key);
        for args in [&["ask", "hi"][..], &["config", "check"], &["models"], &["route", "hi"]] {
            let ran = run(&home, args);
            assert!(
                ran.err.starts_with("pointsman: the key in OXLO_API_KEY ") && ran.err.lines().count() == 1,
                "{ran:?}"
            );
            assert!(ran.status == 2 && ran.err.contains(told) && !ran.err.contains("MARK"), "{args:?}: {ran:?}");
        }
        let doctor = run(&home, &["doctor", "--no-requests"]);
        assert!(doctor.out.contains("fail key") && !doctor.out.contains("MARK"), "{doctor:?}");
    }
    // What nothing needs is told, and keeps nothing from working.
    let home = Home::new().set("GROQ_API_KEY", "'gsk-MARK'");
    let ran = run(&home, &["ask", "What is pointsman?"]);
    assert!(ran.status == 0 && ran.err.contains("the key in GROQ_API_KEY stands in quotes"), "{ran:?}");
    assert!(!ran.err.contains("MARK"), "{ran:?}");
}

#[test]
fn a_key_that_a_file_or_a_command_gives_is_told_when_it_is_read() {
    let home = Home::new();
    let line = "api_key_command = \"printf '“sk-MARK”'\"";
    home.write(CONFIG, &format!("[providers.oxlo]\nbase_url = \"http://127.0.0.1:9/v1\"\n{line}"));
    let ran = run(&home, &["ask", "-c", "coding", "hi"]);
    assert!(ran.err.contains("the key in what api_key_command prints stands in quotes; take"), "{ran:?}");
    assert!(!ran.err.contains("MARK"), "{ran:?}");
    let shown = run(&home, &["config", "show"]);
    assert!(shown.out.contains("api_key_command = \"printf '…'\"") && !shown.out.contains("MARK"), "{shown:?}");
}
