//! The way out: proxies, certificates, the clock that certificates are checked by. Sends nothing.

use super::check::Check;
use crate::config::keys::{NETWORK_CA_FILE, NETWORK_PROXY};
use crate::config::{Config, Text, host};
use crate::disk::{self, SETTINGS_BYTES_MAX};
use crate::text::sanitize::one_line;
use jiff::Timestamp;

const AREA: &str = "network";

/// Where the environment names proxies; in each pair either spelling counts.
const PROXIES: [[&str; 2]; 3] =
    [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ["ALL_PROXY", "all_proxy"]];
const EXCEPT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// No clock that is right says less: this version is younger.
const YEAR: i16 = 2026;

/// `config`: as far as there is one.
pub(super) fn checks(config: Option<&Config>, now: Timestamp, variable: &dyn Fn(&str) -> Option<String>) -> Vec<Check> {
    let named = config.and_then(|config| config.network.proxy.as_deref());
    let mut checks = vec![Check::ok("proxy", proxy(named, variable))];
    if let Some(path) = config.and_then(|config| config.network.ca_file.as_ref()) {
        let shown = path.display();
        checks.push(match disk::read(path, SETTINGS_BYTES_MAX) {
            Ok(_) => Check::ok("ca_file", format!("the system's, and those in {shown}")),
            Err(error) => {
                let found = format!("{shown} cannot be read: {error}");
                Check::fail("ca_file", found, format!("mend the path in {NETWORK_CA_FILE}, or take the line out"))
            }
        });
    }
    if now.to_zoned(jiff::tz::TimeZone::UTC).year() < YEAR {
        let found = format!("it is {} by this machine's clock", now.strftime("%Y-%m-%d"));
        checks.push(Check::warn("clock", found, "set it: certificates hold between two dates"));
    }
    checks.into_iter().map(|check| check.within(AREA)).collect()
}

/// The proxies in effect, by name and host: the rest of an address may hold a password.
fn proxy(named: Option<&Text>, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let set = |names: &[&'static str]| names.iter().find_map(|name| variable(name).map(|value| (*name, value)));
    let shown = |address: &str| one_line(host(address), 100);
    let mut found: Vec<String> = match named {
        Some(Text::Written(address)) => vec![format!("{NETWORK_PROXY} ({})", shown(address))],
        Some(variable) => vec![format!("{NETWORK_PROXY} ({})", variable.shown())],
        None => {
            PROXIES.iter().filter_map(|names| set(names)).map(|(name, at)| format!("{name} ({})", shown(&at))).collect()
        }
    };
    if found.is_empty() {
        return "none".to_owned();
    }
    if let Some((name, hosts)) = set(&EXCEPT) {
        found.push(format!("but not for {} ({name})", one_line(&hosts, 100)));
    }
    format!("{}; servers on this machine are asked directly", found.join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::check::Status;
    use super::*;

    #[test]
    fn proxies_are_named_with_their_hosts_and_without_their_passwords() {
        let set = |name: &str| match name {
            "https_proxy" => Some("http://me:sesame@proxy.example:3128/x".to_owned()),
            "HTTP_PROXY" => Some("me:sesame@other.example".to_owned()),
            "NO_PROXY" => Some("localhost,.example".to_owned()),
            _ => None,
        };
        let rest = "but not for localhost,.example (NO_PROXY); servers on this machine are asked directly";
        assert_eq!(proxy(None, &set), format!("https_proxy (proxy.example), HTTP_PROXY (other.example), {rest}"));
        let written = Text::Written("socks5://me:sesame@written.example".to_owned());
        assert_eq!(proxy(Some(&written), &set), format!("network.proxy (written.example), {rest}"));
        assert_eq!(proxy(None, &|_| None), "none");
    }

    #[test]
    fn a_clock_before_this_version_is_wrong() {
        let at = |time: &str| checks(None, time.parse().unwrap(), &|_| None);
        assert_eq!(at("2026-01-01T00:00:00Z").len(), 1);
        assert_eq!(at("1970-01-01T00:00:07Z")[1].status, Status::Warn);
    }
}
