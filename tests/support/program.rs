//! The built program as a process, in a home of its own and with nothing of the tester's environment.

use pointsman::config::{Config, Overrides};
use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// The program's path.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_pointsman");

/// A home folder and an environment. The folder is removed with its last clone.
#[derive(Clone)]
pub(crate) struct Home {
    dir: Arc<TempDir>,
    env: Vec<(String, String)>,
}

/// Where the configuration is in a home.
pub(crate) const CONFIG: &str = "config/pointsman/config.toml";

/// Settings under which no server of the tester's own machine can be found, but those of a test: their names, where
/// they are known by the defaults, and their addresses.
pub(crate) fn only_here(servers: &[(&str, &str)]) -> String {
    let config = Config::load(None, &Overrides::default()).expect("the defaults are valid");
    let here = config.providers.iter().filter(|(_, provider)| provider.is_local());
    let at = |name: &str| servers.iter().find(|(server, _)| *server == name).map(|(_, url)| *url);
    here.fold(String::new(), |settings, (name, _)| {
        let url = at(name).unwrap_or("http://127.0.0.1:9/v1");
        settings + &format!("[providers.{name}]\nbase_url = \"{url}\"\n")
    })
}

impl Home {
    /// A home without any server on its machine. Whoever writes another configuration and has no key has to see to that.
    pub(crate) fn new() -> Self {
        let home = Self::bare();
        home.write(CONFIG, &only_here(&[]));
        home
    }

    /// A home with nothing in it.
    pub(crate) fn bare() -> Self {
        Self { dir: Arc::new(TempDir::new().expect("a folder for the test")), env: Vec::new() }
    }

    /// A home whose default provider is at `base_url`, with a key.
    pub(crate) fn connected(base_url: &str) -> Self {
        Self::new().set("POINTSMAN_BASE_URL", base_url).set("OXLO_API_KEY", "test-key")
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file into the home.
    pub(crate) fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(&path, text).expect("it can be written");
        path
    }

    /// The variables the program sees.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let home = self.path().display().to_string();
        let mut env = vec![
            ("HOME".to_owned(), home.clone()),
            ("XDG_CONFIG_HOME".to_owned(), format!("{home}/config")),
            ("XDG_DATA_HOME".to_owned(), format!("{home}/data")),
            ("TERM".to_owned(), "xterm-256color".to_owned()),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            // A proxy that does not exist: whoever asked it for this machine would fail.
            ("HTTP_PROXY".to_owned(), "http://127.0.0.1:9".to_owned()),
        ];
        env.extend(self.env.iter().cloned());
        env
    }

    /// A command that is not started yet.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).env_clear().envs(self.env());
        command
    }

    /// Runs it to its end, with nothing on stdin.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).stdin(Stdio::null()).output().expect("the program starts");
        Ran::from(output)
    }

    /// Runs it with `input` on stdin.
    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child.stdin.take().expect("it is piped").write_all(input).expect("the program reads");
        Ran::from(child.wait_with_output().expect("the program ends"))
    }
}

/// What a run printed, and its exit status.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: i32,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).expect("stdout is text"),
            err: String::from_utf8(output.stderr).expect("stderr is text"),
            status: output.status.code().expect("it ended by itself"),
        }
    }
}
