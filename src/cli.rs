//! The command line: arguments, the headless commands (one file each), exit statuses.
//!
//! Exit status: 0 done; 1 the work failed; 2 wrong usage or configuration; 130 interrupted.

mod ask;
mod config;
mod doctor;
mod eval;
mod history;
mod lessons;
mod models;
mod output;
mod permissions;
mod prompt;
mod route;
mod rows;
mod setup;
mod train;

use crate::config::{CategoryId, ModelId};
use crate::router::RouteOverride;
use crate::store::StoreError;
use crate::text::sanitize::one_line;
use crate::tui::{self, Start};
use clap::{Args, Parser, Subcommand};
use history::HistoryCommand;
use lessons::LessonsCommand;
use prompt::PromptArgs;
use setup::{Face, Setup};
use std::hash::{BuildHasher, Hasher};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// A model's name is cut here.
const MODEL: usize = 200;

/// A terminal chat client that routes each prompt to the model that should answer it.
///
/// Without a command: the full-screen program. Without a key it answers questions about itself, from its manual.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command understands.
#[derive(Debug, Args)]
struct Common {
    /// Wins over `POINTSMAN_CONFIG` and the usual place.
    #[arg(long, value_name = "FILE", global = true, help = "The configuration file [env: POINTSMAN_CONFIG]")]
    config: Option<PathBuf>,
    /// Wins over `POINTSMAN_DATA_DIR` and the usual place.
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help = "Where the history and logs are kept [env: POINTSMAN_DATA_DIR]"
    )]
    data_dir: Option<PathBuf>,
    /// The provider that answers, as named in the configuration
    #[arg(long, value_name = "NAME", global = true)]
    provider: Option<String>,
    /// Keep nothing: no prompt, no answer, no decision. What you taught before still counts
    #[arg(long, global = true)]
    incognito: bool,
    /// Use no network: the offline guide answers questions about pointsman
    #[arg(long, global = true)]
    offline: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer one prompt: the answer on stdout, the decision on stderr
    Ask {
        #[command(flatten)]
        route: Wish,
        /// Print one JSON object a line: decision, delta, done or error
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        prompt: PromptArgs,
    },
    /// Say which model would answer a prompt, and why
    Route {
        #[command(flatten)]
        route: Wish,
        /// Print the decision as JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        prompt: PromptArgs,
    },
    /// List the models: who answers what, and what each provider offers
    Models {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Check everything: settings, folders, history, terminal and providers, and say what to do
    ///
    /// Each provider in use is asked for its models, for one tiny answer and for the judge's reply: 2 to 4 requests,
    /// which cost what any others do. Exit status: 0 when nothing failed, 1 when something did, 2 when the settings are
    /// wrong. What is only a warning does not count.
    Doctor(doctor::Options),
    /// Measure the routing on labelled prompts
    Eval {
        /// One JSON object a line: prompt, category, and for a row of a conversation previous
        file: PathBuf,
        /// Who is measured
        #[arg(long, value_enum, default_value = "auto")]
        decider: eval::Measure,
        /// Print the figures as JSON
        #[arg(long)]
        json: bool,
    },
    /// Fit the local classifier to labelled prompts; name the result in routing.head
    Train {
        /// One JSON object a line: prompt, category, and for a row of a conversation previous
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where the weights go
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Look into what was kept of earlier runs
    History {
        #[command(subcommand)]
        what: HistoryCommand,
    },
    /// List what you taught by correcting decisions and choosing models, or undo it
    Lessons {
        #[command(subcommand)]
        what: Option<LessonsCommand>,
        /// Print JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show, start or check the configuration
    Config {
        #[command(subcommand)]
        what: Option<ConfigCommand>,
    },
}

/// Who should answer, when the user says so.
#[derive(Debug, Args)]
struct Wish {
    /// Take the prompt for this category
    #[arg(short, long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Ask this model
    #[arg(short, long, value_name = "MODEL")]
    model: Option<String>,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum ConfigCommand {
    /// Print where the configuration file belongs
    Path,
    /// Print every setting with its value in effect (the default)
    Show,
    /// Start a configuration file
    Init,
    /// Check the configuration file
    Check,
}

/// Why a command did not do its work.
#[derive(Debug)]
enum Failure {
    /// Wrong arguments or configuration.
    Usage(String),
    /// The work itself failed.
    Work(String),
    /// The user interrupted it.
    Interrupted,
    /// The output says it all; this is the exit status.
    Told(u8),
    /// Nobody reads what is printed any more: the reader had enough, which is no failure.
    ReaderLeft,
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::ReaderLeft,
            _ => Self::Work(format!("the output could not be written: {error}")),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Work(error.to_string())
    }
}

/// The arguments of the program, or the exit status where they are wrong or ask for help, which is printed.
pub fn arguments() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| {
        if error.use_stderr() {
            // It quotes what may be the name of a file, or what another program put there.
            output::note(error.render().to_string().trim_end());
        } else {
            // Nobody reads the help any more: that is no failure.
            let _ = error.print();
        }
        ExitCode::from(error.exit_code() as u8)
    })
}

/// Does what `arguments` say and gives back the exit status.
pub fn run(arguments: Arguments) -> ExitCode {
    survive_size_limits();
    match dispatch(arguments) {
        Ok(()) | Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        Err(Failure::Work(what)) => complain(&what, 1),
        Err(Failure::Usage(what)) => complain(&what, 2),
        Err(Failure::Told(status)) => ExitCode::from(status),
        Err(Failure::Interrupted) => ExitCode::from(130),
    }
}

/// Where the system limits the size of files (`ulimit -f`), a write beyond that fails as on a full disk, instead of ending
/// the program in the middle of its screen. Caught, not ignored: what is ignored stays so in programs that are started.
fn survive_size_limits() {
    #[cfg(unix)]
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default()) {
        output::warn(&format!("a limit of the size of files would end the program: {error}"));
    }
}

fn complain(what: &str, status: u8) -> ExitCode {
    output::warn(what);
    ExitCode::from(status)
}

fn dispatch(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { common, command } = arguments;
    // The screen says it itself, and it is one of doctor's checks.
    if !matches!(command, None | Some(Command::Doctor(_)))
        && let Some(notice) = permissions::notice(&common)
    {
        output::warn(&notice);
    }
    // What only looks at files needs no provider.
    let command = match command {
        Some(Command::Config { what }) => return config::run(&common, what.unwrap_or(ConfigCommand::Show)),
        Some(Command::Train { files, out }) => {
            let (config, _) = setup::read_config(&common)?;
            return train::run(&config, &files, &out);
        }
        Some(Command::History { what }) => return runtime()?.block_on(history::run(&common, what)),
        Some(Command::Lessons { what, json }) => {
            return runtime()?.block_on(lessons::run(&common, what.unwrap_or(LessonsCommand::List), json));
        }
        // What is wrong with the settings is a part of what it tells.
        Some(Command::Doctor(options)) => {
            let runtime = runtime()?;
            let result = runtime.block_on(doctor::run(&common, options));
            runtime.shutdown_background();
            return result;
        }
        other => other,
    };
    let face = if command.is_some() { Face::Command } else { Face::Screen };
    if command.is_none() && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        let what = "the screen needs a terminal; for scripts and pipes there is 'pointsman ask'";
        return Err(Failure::Usage(what.to_owned()));
    }
    if command.is_none() && std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        let what = "TERM=dumb: this terminal cannot show the screen; 'pointsman ask' works on any";
        return Err(Failure::Usage(what.to_owned()));
    }
    let only = common.provider.clone();
    let setup = Setup::load(&common, face)?;
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        match command {
            None => screen(setup).await,
            Some(Command::Ask { route, json, prompt }) => ask::run(&setup.or_found().await, &route, json, prompt).await,
            Some(Command::Route { route, json, prompt }) => {
                route::run(&setup.or_found().await, &route, json, prompt).await
            }
            Some(Command::Models { json }) => models::run(&setup.or_found().await, only.as_deref(), json).await,
            Some(Command::Eval { file, decider, json }) => eval::run(&setup, &file, decider, json).await,
            Some(
                Command::Train { .. }
                | Command::History { .. }
                | Command::Lessons { .. }
                | Command::Config { .. }
                | Command::Doctor(_),
            ) => Ok(()),
        }
    });
    // A task that hangs in a blocking call (a name lookup, say) must not keep the program from ending.
    runtime.shutdown_background();
    result
}

fn runtime() -> Result<Runtime, Failure> {
    // One worker beside the screen's own thread: every token passes through several tasks, and waking another thread for
    // each of them costs more than the tasks do.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::Work(format!("the runtime could not be started: {error}")))
}

/// The full-screen program.
async fn screen(setup: Setup) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::Work(format!("the terminal cannot be used: {error}"));
    let keymap = setup::read_keymap(&setup.config_dir)?;
    let start = Start {
        config: setup.services.config.clone(),
        connection: setup.connection,
        provider: setup.services.answering().to_owned(),
        can_judge: setup.services.providers.can_judge(),
        stand_in: setup.services.providers.stand_in().map(|stand_in| stand_in.model),
        appearance: setup::appearance(&setup.config_dir, &setup.services.config),
        keymap: Arc::new(keymap),
        timezone: jiff::tz::TimeZone::system(),
        size: crossterm::terminal::size().map_err(cannot)?,
        begun_at: crate::clock::now(),
        salt: salt(),
    };
    tui::run(start, setup.services).await.map_err(cannot)
}

impl Wish {
    /// The route as the router understands it.
    fn resolve(&self, setup: &Setup) -> Result<RouteOverride, Failure> {
        let registry = &setup.services.config.registry;
        let category = self.category.as_deref().map(CategoryId::from);
        if let Some(id) = category.as_ref().filter(|id| registry.category(id).is_none()) {
            let known: Vec<&str> = registry.categories().iter().map(|category| category.id.as_str()).collect();
            return Err(Failure::Usage(format!("there is no category '{id}'; there are {}", known.join(", "))));
        }
        let model = self.model.as_deref().map(|model| one_line(model, MODEL));
        if model.as_deref().is_some_and(str::is_empty) {
            return Err(Failure::Usage("the model's name is empty; 'pointsman models' lists them".to_owned()));
        }
        Ok(RouteOverride { category, model: model.map(ModelId::from) })
    }
}

/// A number that no other run has. The standard library's maps are seeded by the system: that is random enough to tell
/// two programs apart that were started in the same millisecond.
fn salt() -> u64 {
    std::hash::RandomState::new().build_hasher().finish()
}
