//! `pointsman config`: where the file is, what is in effect, a start, and a check.

use super::{Common, ConfigCommand, Failure};
use super::{output, setup};
use crate::config::{Address, Config, ModelId, Overrides};
use crate::disk;
use std::io::{self, Write};
use std::path::Path;

/// What `config init` writes: nothing is switched on, the commonest changes are there to be uncommented.
const STARTER: &str = include_str!("../../assets/starter.toml");

pub(super) fn run(common: &Common, what: ConfigCommand) -> Result<(), Failure> {
    let path = setup::config_path(common)?;
    let mut out = output::stdout();
    match what {
        ConfigCommand::Path => writeln!(out, "{}", path.display())?,
        ConfigCommand::Init => {
            init(&path)?;
            writeln!(out, "{} is there; every setting is in 'pointsman config show'", path.display())?;
        }
        ConfigCommand::Show => {
            let (config, _) = setup::read_config(common)?;
            writeln!(out, "# {}", setup::describe_key(&config))?;
            out.write_all(config.to_toml().as_bytes())?;
        }
        ConfigCommand::Check => {
            let (config, found) = setup::read_config(common)?;
            setup::check_keys(&config)?;
            let folder = path.parent().unwrap_or(Path::new(""));
            setup::read_keymap(folder)?;
            if let Some(head) = &config.routing.head {
                setup::read_head(&folder.join(head))?;
            }
            match found {
                true => writeln!(out, "{} is in order", path.display())?,
                false => writeln!(out, "{} does not exist: the defaults are in effect", path.display())?,
            }
            let names: Vec<String> = config
                .registry
                .categories()
                .iter()
                .map(|c| format!("{} → {}", c.id, placed(&config, &c.model)))
                .collect();
            writeln!(out, "{} at {}; {}", config.provider, config.active_provider().display_url(), names.join(", "))?;
            if let Some(hint) = foreign_models(&config) {
                writeln!(out, "{hint}")?;
            }
        }
    }
    Ok(())
}

/// A model, and who has it where that is not who answers: names of some providers' models look like other providers.
fn placed(config: &Config, model: &ModelId) -> String {
    match config.address(model) {
        Address { provider, .. } if provider == config.provider => model.to_string(),
        Address { provider, model } => format!("{model} of {provider}"),
    }
}

fn init(path: &Path) -> Result<(), Failure> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} exists already and is left as it is; edit it instead", path.display()))
        }
        _ => Failure::Work(format!("{} could not be written: {error}", path.display())),
    };
    // For this user alone, whatever the umask says: the file names commands that are run for a key.
    if let Some(folder) = path.parent() {
        disk::make_folders(folder).map_err(fail)?;
    }
    disk::write_new(path, STARTER.as_bytes()).map_err(fail)
}

/// Another provider with the default one's models: most likely half a configuration.
fn foreign_models(config: &Config) -> Option<String> {
    let defaults = Config::load(None, &Overrides::default()).ok()?;
    let theirs = defaults.registry.models();
    let all_default = config.registry.categories().iter().all(|category| theirs.contains(&category.model));
    let (here, there) = (&config.provider, &defaults.provider);
    (here != there && all_default).then(|| {
        format!("these models are those of {there}; 'pointsman --provider {here} models' lists what {here} has")
    })
}
