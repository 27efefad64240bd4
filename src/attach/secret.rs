//! Whether a file looks like a secret: by its name, by its folder, by a private key in it. A guess: what is asked once too
//! often costs a key press, what is sent cannot be taken back.

use std::path::Path;

/// Names of files that hold passwords, tokens or keys, in lower case.
const NAMES: [&str; 24] = [
    ".npmrc",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".pypirc",
    ".htpasswd",
    ".git-credentials",
    ".dockercfg",
    ".envrc",
    ".my.cnf",
    ".s3cfg",
    ".boto",
    ".vault-token",
    "credentials",
    "credentials.json",
    "credentials.toml",
    "credentials.xml",
    "credentials.csv",
    "kubeconfig",
    "secrets.json",
    "secrets.toml",
    "secrets.yaml",
    "secrets.yml",
    "shadow",
];
/// What names of private keys begin with.
const KEYS: [&str; 4] = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
/// Extensions of keys, and of stores of keys and passwords.
const EXTENSIONS: [&str; 11] = ["env", "pem", "key", "p12", "pfx", "p8", "ppk", "jks", "keystore", "kdbx", "ovpn"];
/// Folders whose files are secrets, but for public keys.
const FOLDERS: [&str; 3] = [".ssh", ".gnupg", ".aws"];
/// Settings without values, which are meant to be read.
const HARMLESS: [&str; 4] = [".example", ".sample", ".template", ".dist"];

/// Whether the file at `path` is called like a secret, or lies where secrets lie. A link counts as what it leads to, too.
pub(super) fn by_place(path: &Path) -> bool {
    let led_to = std::fs::canonicalize(path);
    let looks = |path: &Path| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let mut folders =
            path.parent().into_iter().flat_map(Path::components).map(|part| part.as_os_str().to_string_lossy());
        let is_public = Path::new(&name).extension().is_some_and(|extension| extension == "pub");
        by_name(&name) || !is_public && folders.any(|folder| FOLDERS.contains(&&*folder))
    };
    looks(path) || led_to.is_ok_and(|path| looks(&path))
}

/// Whether a file of this `name`, in lower case, is a secret.
fn by_name(name: &str) -> bool {
    if HARMLESS.iter().any(|harmless| name.ends_with(harmless)) {
        return false;
    }
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_key = KEYS.iter().any(|key| name.starts_with(key)) && extension != "pub";
    name.starts_with(".env.") || NAMES.contains(&name) || is_key || EXTENSIONS.contains(&extension)
}

/// Whether `text` has a private key in it.
pub(super) fn by_content(text: &[u8]) -> bool {
    let begins = |line: &[u8]| {
        let line = line.trim_ascii();
        // A key is kept in other files as a line of its own, or behind a name and a quote.
        let mark = line.windows(11).position(|window| window == b"-----BEGIN ").and_then(|at| line.get(at..));
        mark.is_some_and(|mark| mark.windows(11).any(|window| window == b"PRIVATE KEY"))
    };
    text.starts_with(b"PuTTY-User-Key-File-") || text.split(|byte| *byte == b'\n').any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names_and_folders() {
        for secret in [
            "/a/.env",
            "/a/.env.local",
            "/a/prod.env",
            "/a/id_rsa",
            "/a/id_ed25519.bak",
            "/a/Server.PEM",
            "/a/x.key",
            "/a/x.p12",
            "/a/.npmrc",
            "/a/.netrc",
            "/a/credentials",
            "/a/.aws/config",
            "/home/me/.ssh/work",
        ] {
            assert!(by_place(Path::new(secret)), "{secret}");
        }
        for harmless in [
            "/a/.env.example",
            "/a/id_rsa.pub",
            "/home/me/.ssh/work.pub",
            "/a/environment.md",
            "/a/keys.rs",
            "/a/monkey",
            "/a/key.txt",
            "/a/credentials.rs",
        ] {
            assert!(!by_place(Path::new(harmless)), "{harmless}");
        }
    }

    #[test]
    fn a_private_key_is_found_wherever_it_stands() {
        let key = ["-----BEGIN RSA ", "PRIVATE KEY-----"].concat();
        for text in [key.clone(), format!("# mine\r\n  {key}\r\nMII"), format!("key: \"{key}\\nMII\"")] {
            assert!(by_content(text.as_bytes()), "{text}");
        }
        assert!(by_content(b"PuTTY-User-Key-File-3: ssh-ed25519"));
        for text in ["-----BEGIN CERTIFICATE-----\nMII", "-----BEGIN PUBLIC KEY-----", "a PRIVATE KEY", ""] {
            assert!(!by_content(text.as_bytes()), "{text}");
        }
    }
}
