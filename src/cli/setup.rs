//! From arguments, environment and files to the services the engine works with. The one place where the outside is read
//! at start; nothing here touches the network.

use super::output::{note, warn};
use super::{Common, Failure, permissions};
use crate::clock;
use crate::config::keys::ROUTING_HEAD;
use crate::config::{BASE_URL_VARIABLE, Config, Escalate, Overrides, ProviderConfig, Source};
use crate::disk::{self, SETTINGS_BYTES_MAX};
use crate::engine::Services;
use crate::provider::offline::{self, Guide};
use crate::provider::openai::OpenAi;
use crate::provider::{Credentials, Known, Provider, Providers};
use crate::router::Head;
use crate::store::{self, Opened, Store, open_own};
use crate::text::sanitize::{one_line, sanitize};
use crate::tui::{Appearance, Depth, Keymap, Themes};
use directories::{BaseDirs, ProjectDirs};
use indexmap::IndexMap;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Where the program is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// On the full screen, prompt after prompt.
    Screen,
    /// On the command line, once.
    Command,
}

/// Everything a command needs.
pub(super) struct Setup {
    pub(super) services: Services,
    /// Where the user's `keymap.toml` and configuration are.
    pub(super) config_dir: PathBuf,
    /// Who answers and why, in one line for the first screen.
    pub(super) connection: String,
}

impl Setup {
    /// Reads the configuration and the key, opens the log, and makes the provider.
    pub(super) fn load(common: &Common, face: Face) -> Result<Self, Failure> {
        let (config, _) = read_config(common)?;
        start_log(common)?;
        let config_path = config_path(common)?;
        let config_dir = config_path.parent().map(Path::to_path_buf).unwrap_or_default();
        let config = Arc::new(config);
        let Connected { providers, connection, seeking } = connect(&config, common.offline, face)?;
        let connection = match permissions::notice(common).filter(|_| face == Face::Screen) {
            Some(notice) => format!("{connection} Beware: {notice}."),
            None => connection,
        };
        let store = database(common)?;
        let services = Services::new(config.clone(), providers).with_store(store);
        let services = match seeking {
            Some(known) => services.seeking(known),
            None => services,
        };
        let services = if common.incognito { services.incognito() } else { services };
        let services = match &config.routing.head {
            Some(path) => services.with_head(read_head(&config_dir.join(path))?),
            None => services,
        };
        Ok(Self { services, config_dir, connection })
    }

    /// This, answered by a server on this machine where nobody else can and one is found.
    pub(super) async fn or_found(self) -> Self {
        let Some(found) = self.services.seek().await else { return self };
        let connection = found.connection(&self.services.config);
        note(&connection);
        Self { services: self.services.answered_by(&found), connection, ..self }
    }
}

/// A trained head has some megabytes.
const HEAD_BYTES_MAX: u64 = 64_000_000;

/// Weights that the user trained.
pub(super) fn read_head(path: &Path) -> Result<Head, Failure> {
    let cannot = |why: String| Failure::Usage(format!("{ROUTING_HEAD}: {} cannot be used: {why}", path.display()));
    let bytes = disk::read(path, HEAD_BYTES_MAX).map_err(|error| cannot(error.to_string()))?;
    Head::from_bytes(bytes).map_err(|error| cannot(error.to_string()))
}

/// Who answers.
struct Connected {
    providers: Providers,
    /// Who and why, in one line for the first screen.
    connection: String,
    /// Among whom a server on this machine is looked for, where nobody can answer.
    seeking: Option<Known>,
}

/// Every provider that can be asked; the offline guide where none that is needed can be.
fn connect(config: &Config, offline: bool, face: Face) -> Result<Connected, Failure> {
    let mut known: IndexMap<String, Arc<dyn Provider>> = IndexMap::new();
    let mut in_clear: IndexMap<&str, String> = IndexMap::new();
    let needed = needed(config);
    let mut beware: Vec<String> = Vec::new();
    for (name, provider) in &config.providers {
        let credentials = credentials(config, provider);
        if credentials.has_key() || provider.works_without_key() {
            if let Some(warning) = provider.clear_key_warning(name, credentials.has_key()) {
                in_clear.insert(name, warning);
            }
            match OpenAi::new(name, provider, credentials, config.timeouts(name)) {
                Ok(online) => _ = known.insert(name.clone(), Arc::new(online)),
                Err(error) if offline || !needed.contains(&name.as_str()) => beware.push(error.message),
                Err(error) => return Err(Failure::Usage(error.message)),
            }
        }
    }
    let answering: Vec<&str> = config.answering().into_iter().filter(|name| known.contains_key(*name)).collect();
    if offline || answering.is_empty() {
        let why = unconnected(config, offline);
        let connection = said(format!("The {} answers: {why}", offline::NAME), beware, face);
        let guide = Guide::new(config.registry.models(), why);
        let guide = if face == Face::Screen { guide.in_a_chat() } else { guide };
        let seeking = (!offline).then(|| Arc::new(known));
        return Ok(Connected { providers: Arc::new(guide).into(), connection, seeking });
    }
    let at = |name: &&str| format!("{name} answers, at {}", config.providers[*name].display_url());
    let connection = format!("{}.", answering.iter().map(at).collect::<Vec<_>>().join("; "));
    let judge = config.address(&config.judge.model).provider;
    let asked = answering.iter().copied().chain((!answering.contains(&judge)).then_some(judge));
    beware.extend(asked.filter_map(|name| in_clear.get(name).cloned()));
    let connection = said(connection, beware, face);
    Ok(Connected { providers: Providers::Several(Arc::new(known)), connection, seeking: None })
}

/// `connection`, with what the user should know of it: on the screen behind it, else on stderr.
fn said(connection: String, beware: Vec<String>, face: Face) -> String {
    match face {
        Face::Command => {
            for warning in &beware {
                warn(warning);
            }
            connection
        }
        Face::Screen => {
            beware.into_iter().fold(connection, |connection, warning| format!("{connection} Beware: {warning}."))
        }
    }
}

/// The providers that these settings need: those of the categories, the active one, and the judge's where it is asked.
fn needed(config: &Config) -> Vec<&str> {
    let mut needed = config.in_use();
    if config.routing.escalate != Escalate::Never {
        needed.push(config.address(&config.judge.model).provider);
    }
    needed
}

/// Refuses settings with a malformed key of a provider that is needed; warns of malformed keys of other providers.
pub(super) fn check_keys(config: &Config) -> Result<(), Failure> {
    let needed = needed(config);
    for (name, provider) in &config.providers {
        if let Err(why) = credentials(config, provider).check_known_key(&provider.key) {
            match needed.contains(&name.as_str()) {
                true => return Err(Failure::Usage(why)),
                false => warn(&why),
            }
        }
    }
    Ok(())
}

/// Why no model answers, and what to do about it, in one line.
fn unconnected(config: &Config, offline: bool) -> String {
    if offline {
        return "pointsman was started with --offline. Start it without to ask a model.".to_owned();
    }
    // Of all that could answer, the first is as good as any other: all of them lack their keys.
    let wanted = config.answering().into_iter().find_map(|name| Some((name, config.providers.get(name)?)));
    let (lack, give) = match wanted.map(|(name, provider)| (name, &provider.key.env, &provider.key.file)) {
        Some((name, _, Some(file))) => {
            let file = file.display();
            (format!("the key of {name} is not in {file}"), format!("Write the key into {file}"))
        }
        Some((_, Some(variable), None)) => (format!("{variable} is not set"), format!("Set {variable}")),
        Some((name, None, None)) => (format!("{name} has no key"), format!("Give {name} a key")),
        None => ("no provider is configured".to_owned(), "Configure one".to_owned()),
    };
    let servers: Vec<String> = config
        .providers
        .iter()
        .filter(|(_, provider)| provider.can_be_found())
        .map(|(name, provider)| provider.port().map_or_else(|| name.clone(), |port| format!("{name} {port}")))
        .collect();
    match servers.is_empty() {
        true => format!("{lack}. {give}, then start again."),
        false => format!(
            "{lack}, and no server was found on this machine ({}). {give} or run one of these, then start again.",
            servers.join(", ")
        ),
    }
}

/// What the requests of `provider` carry besides its settings. Nothing is run, and no file is opened.
pub(super) fn credentials(config: &Config, provider: &ProviderConfig) -> Credentials {
    Credentials::gather(provider, &config.network, variable).withholding(config.foreign_variables(provider))
}

/// Where the active provider's key comes from and whether it is there, never the key.
pub(super) fn describe_key(config: &Config) -> String {
    let (name, provider) = (&config.provider, config.active_provider());
    let credentials = credentials(config, provider);
    match credentials.place(&provider.key) {
        None => format!("{name} needs no key"),
        Some(place) if credentials.has_key() => format!("the key of {name} is in {place}"),
        Some(place) if provider.key.env.as_ref() == Some(&place) => {
            format!("the key of {name} belongs in {place}, which is not set")
        }
        Some(place) => format!("the key of {name} belongs in {place}, which is not there"),
    }
}

/// An environment variable, without the blanks and line ends that files of variables leave around it; an empty one counts
/// as not set.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The configuration file that the user named.
fn named_config(common: &Common) -> Option<PathBuf> {
    common.config.clone().or_else(|| variable("POINTSMAN_CONFIG").map(PathBuf::from))
}

/// The configuration in effect, and whether there is a file.
pub(super) fn read_config(common: &Common) -> Result<(Config, bool), Failure> {
    let path = config_path(common)?;
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let source = match read_text(&path)? {
        Some(text) => Some(Source { path, text }),
        None if named_config(common).is_none() => None,
        None => return Err(Failure::Usage(format!("{} cannot be read: there is no such file", path.display()))),
    };
    let base_url = variable(BASE_URL_VARIABLE).map(|url| sanitize(&url));
    let overrides = Overrides { provider: common.provider.clone(), base_url };
    let config = Config::load(source.as_ref(), &overrides)
        .map_err(|problems| Failure::Usage(format!("the configuration has a mistake\n{problems}")))?;
    let home = BaseDirs::new();
    Ok((config.placed(&folder, home.as_ref().map(BaseDirs::home_dir)), source.is_some()))
}

/// A file of settings; `None` where there is none.
fn read_text(path: &Path) -> Result<Option<String>, Failure> {
    match disk::read(path, SETTINGS_BYTES_MAX) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let path = path.display();
            Failure::Usage(format!("{path} is not UTF-8 text from byte {at} on; save it as such"))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::Usage(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// Where the configuration file is, or would be.
pub(super) fn config_path(common: &Common) -> Result<PathBuf, Failure> {
    match named_config(common) {
        Some(path) => Ok(path),
        None => Ok(project_dirs()?.config_dir().join("config.toml")),
    }
}

/// The largest theme that is read.
const THEME_BYTES_MAX: u64 = 100_000;

/// The colours: the theme of the settings, among those that come with the program and the user's own in `themes/`.
pub(super) fn appearance(config_dir: &Path, config: &Config) -> Appearance {
    let variable = |name: &str| std::env::var(name).ok();
    let mut files: Vec<(String, String)> = Vec::new();
    for path in std::fs::read_dir(config_dir.join("themes")).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_stem().map(|name| one_line(&name.to_string_lossy(), 60));
        let Some(name) = name.filter(|_| path.extension().is_some_and(|ending| ending == "toml")) else { continue };
        match disk::read(&path, THEME_BYTES_MAX).map(String::from_utf8) {
            Ok(Ok(text)) => files.push((name, text)),
            Ok(Err(_)) => warn(&format!("the theme {name} is not read: it is not UTF-8")),
            Err(error) => warn(&format!("the theme {name} is not read: {error}")),
        }
    }
    files.sort();
    let (themes, problems) = Themes::load(files);
    for problem in &problems {
        warn(problem);
    }
    Appearance::new(themes, &config.ui.theme, Depth::of(variable), variable("COLORFGBG").as_deref())
}

/// The keys in effect: the built-in table with `keymap.toml` from the configuration's folder over it.
pub(super) fn read_keymap(config_dir: &Path) -> Result<Keymap, Failure> {
    let path = config_dir.join("keymap.toml");
    let text = read_text(&path)?;
    let keymap = Keymap::load(text.as_deref(), &path.display().to_string()).map_err(Failure::Usage)?;
    let set = |name| std::env::var(name).ok().filter(|locale| !locale.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    Ok(keymap.typed_in(&locale))
}

/// The store in the data folder, which may be one that can only be read; what is amiss with it is said on stderr.
pub(super) fn open_store(common: &Common) -> Result<Store, Failure> {
    let (store, opened) = Store::open(&database(common)?, clock::now())?;
    warn_of(&opened);
    Ok(store)
}

/// The same, where nothing else than writing is of use.
pub(super) fn open_to_write(common: &Common) -> Result<Store, Failure> {
    writable(common).map(|(store, _)| store)
}

/// The store, for deleting from it: another pointsman that has it open may write again what it still shows. Where
/// `everything` is to go, that is refused.
pub(super) fn open_to_delete(common: &Common, everything: bool) -> Result<Store, Failure> {
    let (store, opened) = writable(common)?;
    match (opened.alone, everything) {
        (true, _) => {}
        (false, true) => {
            let why = "nothing was deleted: another pointsman has the history open and would write what it still has; \
                       end it first, and then delete everything";
            return Err(Failure::Work(why.to_owned()));
        }
        (false, false) => warn("another pointsman has the history open; a chat that is open there may come back"),
    }
    Ok(store)
}

fn writable(common: &Common) -> Result<(Store, Opened), Failure> {
    let (store, opened) = Store::open_to_write(&database(common)?, clock::now())?;
    warn_of(&opened);
    Ok((store, opened))
}

fn warn_of(opened: &Opened) {
    if let Some(notice) = opened.notice() {
        warn(&notice);
    }
}

/// Where the store's database is, or would be.
pub(super) fn database(common: &Common) -> Result<PathBuf, Failure> {
    Ok(data_dir(common)?.join(store::FILE))
}

pub(super) fn data_dir(common: &Common) -> Result<PathBuf, Failure> {
    match common.data_dir.clone().or_else(|| variable("POINTSMAN_DATA_DIR").map(PathBuf::from)) {
        Some(dir) => Ok(dir),
        None => Ok(project_dirs()?.data_local_dir().to_path_buf()),
    }
}

fn project_dirs() -> Result<ProjectDirs, Failure> {
    ProjectDirs::from("", "", "pointsman").ok_or_else(|| {
        let what = "there is no home folder; name the files with --config and --data-dir, or set HOME";
        Failure::Usage(what.to_owned())
    })
}

/// Writes a log to `pointsman.log` in the data folder when `POINTSMAN_LOG` asks for one; never to the screen.
pub(super) fn start_log(common: &Common) -> Result<(), Failure> {
    let Some(filter) = variable("POINTSMAN_LOG") else {
        return Ok(());
    };
    let dir = data_dir(common)?;
    let path = dir.join("pointsman.log");
    let file = open_log(&dir, &path)
        .map_err(|error| Failure::Usage(format!("the log {} cannot be written: {error}", path.display())))?;
    // async-openai logs whole bodies, and the HTTP layers log headers: neither belongs in a file.
    let filter = format!("{filter},async_openai=off,hyper=off,hyper_util=off,reqwest=off,h2=off");
    let filter = tracing_subscriber::EnvFilter::try_new(&filter)
        .map_err(|error| Failure::Usage(format!("POINTSMAN_LOG is no filter ({error}); write 'info' or 'debug'")))?;
    // Logging is set up once a process; a second time (in tests) keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Mutex::new(file)).try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    Ok(())
}

fn open_log(dir: &Path, path: &Path) -> std::io::Result<File> {
    disk::make_folders(dir)?;
    open_own(path, File::options().append(true))
}
