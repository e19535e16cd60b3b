//! The key for secrets at rest, and sealing with it.

use std::{io::Write, num::NonZeroU32, path::Path};

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};

use super::Error;

/// The key file inside the data directory, made when no key is configured.
const KEY_FILE: &str = "secret.key";
/// 24 bytes, random for each sealing: long enough that chance never repeats one.
const NONCE_BYTES: usize = 24;

/// 32 bytes that never reach a log.
pub struct SecretKey([u8; 32]);

/// The key in use, and older ones with which secrets may still be sealed.
pub struct Keys {
    pub current: SecretKey,
    pub previous: Vec<SecretKey>,
}

impl From<SecretKey> for Keys {
    fn from(current: SecretKey) -> Keys {
        Keys { current, previous: Vec::new() }
    }
}

impl SecretKey {
    pub fn new(bytes: [u8; 32]) -> SecretKey {
        SecretKey(bytes)
    }

    /// 64 hex digits are the key itself; any other text is stretched (PBKDF2-HMAC-SHA256), so that a pass phrase will do.
    pub fn from_text(text: &str) -> SecretKey {
        if let Some(bytes) = from_hex(text.trim()) {
            return SecretKey(bytes);
        }
        const ROUNDS: NonZeroU32 = NonZeroU32::new(210_000).expect("not zero");
        let mut bytes = [0; 32];
        // The salt only separates our use of a phrase from others: there is one key an installation, not a table of users.
        ring::pbkdf2::derive(ring::pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, b"broadsheet secrets at rest", text.as_bytes(), &mut bytes);
        SecretKey(bytes)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }

    /// Nonce followed by ciphertext; `context` must be the same when opening.
    pub(super) fn seal(&self, context: &[u8], text: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let payload = Payload { msg: text, aad: context };
        let sealed =
            self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Key("the secret cannot be encrypted".into()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The same text gives the same mark, and nobody without the key can tell from it what the text was.
    pub(super) fn mark(&self, context: &[u8], text: &[u8]) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.0);
        let tag = ring::hmac::sign(&key, &[b"mark\0", context, b"\0", text].concat());
        tag.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// `None` when the key or the context is another, or the bytes were changed.
    pub(super) fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: context }).ok()
    }
}

/// The key by the settings, and those it may have replaced: `encryption_secret_previous`, and the key file of the time before
/// anything was configured.
pub fn load_keys(directory: &Path, configured: Option<&str>, previous: Option<&str>) -> Result<Keys, Error> {
    let current = load_key(directory, configured)?;
    let mut older: Vec<SecretKey> = previous.filter(|text| !text.trim().is_empty()).map(SecretKey::from_text).into_iter().collect();
    if configured.is_some() {
        let file = std::fs::read_to_string(directory.join(KEY_FILE)).ok();
        older.extend(file.and_then(|text| from_hex(text.trim())).map(SecretKey));
    }
    Ok(Keys { current, previous: older })
}

/// The configured key, else the one in the key file of `directory`, which is made (0600) when missing.
pub fn load_key(directory: &Path, configured: Option<&str>) -> Result<SecretKey, Error> {
    if let Some(text) = configured.filter(|text| !text.trim().is_empty()) {
        return Ok(SecretKey::from_text(text));
    }
    let path = directory.join(KEY_FILE);
    let failed = |source| Error::Directory { path: path.display().to_string(), source };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(failed)?;
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Ok(mut file) => {
            let bytes: [u8; 32] = random()?;
            file.write_all(to_hex(&bytes).as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(SecretKey(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(&path).map_err(failed)?;
            // Never replaced: a new key would silently lose every stored token.
            let bytes = from_hex(text.trim()).ok_or_else(|| Error::Key(format!("{} does not hold 64 hex digits", path.display())))?;
            Ok(SecretKey(bytes))
        }
        Err(error) => Err(failed(error)),
    }
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Random(error.to_string()))?;
    Ok(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_bytes_open_only_with_key_and_context() {
        let key = SecretKey::new([1; 32]);
        let sealed = key.seal(b"1", b"glsa_x").unwrap();
        assert_eq!(key.open(b"1", &sealed).as_deref(), Some(&b"glsa_x"[..]));
        assert_eq!(key.open(b"2", &sealed), None);
        assert_eq!(SecretKey::new([2; 32]).open(b"1", &sealed), None);
        assert_eq!(key.open(b"1", &sealed[..10]), None);
        assert_ne!(key.seal(b"1", b"glsa_x").unwrap(), sealed);
    }

    #[test]
    fn hex_is_the_key_and_other_text_is_stretched() {
        assert_eq!(SecretKey::from_text(&"0a".repeat(32)).0, [10; 32]);
        let phrase = SecretKey::from_text("correct horse").0;
        assert_eq!(phrase, SecretKey::from_text("correct horse").0);
        assert_ne!(phrase, SecretKey::from_text("correct horse!").0);
    }

    #[test]
    fn marks_tell_texts_apart_and_not_what_they_are() {
        let key = SecretKey::new([1; 32]);
        let mark = key.mark(b"1", b"glsa_x");
        assert_eq!((mark.len(), mark == key.mark(b"1", b"glsa_x")), (16, true));
        for other in [key.mark(b"2", b"glsa_x"), key.mark(b"1", b"glsa_y"), SecretKey::new([2; 32]).mark(b"1", b"glsa_x")] {
            assert_ne!(mark, other);
        }
    }

    #[test]
    fn older_keys_are_the_named_one_and_the_file_of_before() {
        let directory = tempfile::tempdir().unwrap();
        let count = |configured, previous| load_keys(directory.path(), configured, previous).unwrap().previous.len();
        assert_eq!(count(Some("a"), None), 0, "nothing was configured before, and there is no file");
        assert_eq!(count(None, None), 0);
        assert_eq!(count(Some("a"), None), 1, "the key file");
        assert_eq!(count(Some("a"), Some("b")), 2);
        assert_eq!(count(None, Some("b")), 1);
    }

    #[test]
    fn the_key_file_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let first = load_key(directory.path(), None).unwrap().0;
        assert_eq!(load_key(directory.path(), None).unwrap().0, first);
        std::fs::write(directory.path().join(KEY_FILE), "oops").unwrap();
        assert!(load_key(directory.path(), None).is_err());
        assert!(load_key(directory.path(), Some("configured")).is_ok());
    }
}
