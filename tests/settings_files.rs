//! The files and variables that settings come from, as the program meets them: what is no file, what is too large, and what
//! others can write.

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
