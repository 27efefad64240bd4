//! Everyone who answers, by name. Owns which provider a model's name leads to; must not know what is asked of them.

use super::{ErrorKind, Provider, ProviderError};
use crate::config::{Address, Config, ModelId};
use crate::router::Candidate;
use indexmap::IndexMap;
use std::sync::Arc;

/// Those who can be asked, because they need no key or have one, by their names in the configuration.
pub type Known = Arc<IndexMap<String, Arc<dyn Provider>>>;

/// Everyone who answers.
#[derive(Clone)]
pub enum Providers {
    /// One answers every prompt, as the offline guide does.
    Sole(Arc<dyn Provider>),
    /// Several.
    Several(Known),
}

/// One who answers, and what the model is called there.
pub struct Reached {
    /// Who.
    pub provider: Arc<dyn Provider>,
    /// The model, in the provider's own words.
    pub model: ModelId,
}

impl Providers {
    /// Who answers in the place of everyone, where one does.
    pub fn sole(&self) -> Option<&Arc<dyn Provider>> {
        match self {
            Self::Sole(provider) => Some(provider),
            Self::Several(_) => None,
        }
    }

    /// The one candidate of every decision, where the provider that answers is no model.
    pub fn stand_in(&self) -> Option<Candidate> {
        let sole = self.sole()?;
        Some(Candidate { model: sole.answers_as()?.into(), provider: sole.name().into() })
    }

    /// The provider of that name.
    pub fn named(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        match self {
            Self::Sole(provider) => Some(provider),
            Self::Several(providers) => providers.get(name),
        }
    }

    /// Who answers as `model`.
    ///
    /// # Errors
    /// That its provider has no key.
    pub fn reach(&self, model: &ModelId, config: &Config) -> Result<Reached, ProviderError> {
        match self {
            Self::Sole(provider) => Ok(Reached { provider: provider.clone(), model: model.clone() }),
            Self::Several(providers) => {
                let Address { provider, model: called } = config.address(model);
                let known = providers.get(provider).ok_or_else(|| keyless(provider, model, config))?;
                Ok(Reached { provider: known.clone(), model: called.into() })
            }
        }
    }

    /// Whether any provider has models that can judge.
    pub fn can_judge(&self) -> bool {
        self.sole().is_none_or(|provider| provider.can_judge())
    }
}

fn keyless(provider: &str, model: &ModelId, config: &Config) -> ProviderError {
    let variable = config.providers.get(provider).and_then(|provider| provider.key.env.as_deref());
    // The models of some providers have names like those of others.
    let own = match config.provider == provider {
        true => String::new(),
        false => format!(", or write {}/{model} if you mean the one of {}", config.provider, config.provider),
    };
    let set = variable.map_or_else(|| "give it one".to_owned(), |variable| format!("set {variable}"));
    ProviderError::new(
        ErrorKind::Auth,
        format!("{provider} has no key; {set} and start again, choose another model{own}"),
    )
}

impl<P: Provider + 'static> From<Arc<P>> for Providers {
    fn from(provider: Arc<P>) -> Self {
        Self::Sole(provider)
    }
}
