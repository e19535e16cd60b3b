//! HTTPS: certificate and key from files, read again when they change.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsFiles;

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{key}: is not set")]
    Unset { key: &'static str },
    #[error("{key}: {}: {reason}", path.display())]
    Pem { key: &'static str, path: PathBuf, reason: String },
    #[error("cert_file: the certificate and its key cannot be used: {0}")]
    Pair(#[from] rustls::Error),
}

/// What TLS is served with.
pub(super) struct Tls {
    files: TlsFiles,
    served: RwLock<Served>,
}

struct Served {
    /// When the files were written, as far as that is known.
    written: [Option<SystemTime>; 2],
    acceptor: TlsAcceptor,
}

impl Tls {
    pub fn load(files: TlsFiles) -> Result<Tls, Error> {
        let served = Served { written: written(&files), acceptor: acceptor(&files)? };
        Ok(Tls { files, served: RwLock::new(served) })
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        self.served.read().unwrap_or_else(PoisonError::into_inner).acceptor.clone()
    }

    /// Reads the files again when they were written since: true when new ones are served from now on. What cannot be used
    /// leaves the old ones, and is tried again when it is written again.
    pub fn look(&self) -> Result<bool, Error> {
        let mut served = self.served.write().unwrap_or_else(PoisonError::into_inner);
        let now = written(&self.files);
        if now == served.written {
            return Ok(false);
        }
        served.written = now;
        served.acceptor = acceptor(&self.files)?;
        Ok(true)
    }
}

/// Whether certificate and key can be read and belong together.
pub fn check_certificate(files: &TlsFiles) -> Result<(), Error> {
    acceptor(files).map(drop)
}

fn written(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    [&files.cert, &files.key].map(|path| std::fs::metadata(path).and_then(|found| found.modified()).ok())
}

fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Error> {
    let wrong = |key: &'static str, path: &Path, reason: String| match path.as_os_str().is_empty() {
        true => Error::Unset { key },
        false => Error::Pem { key, path: path.to_owned(), reason },
    };
    let read = |key: &'static str, path: &Path| std::fs::read(path).map_err(|error| wrong(key, path, error.to_string()));
    let (cert_pem, key_pem) = (read("cert_file", &files.cert)?, read("cert_key", &files.key)?);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&cert_pem)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong("cert_file", &files.cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong("cert_file", &files.cert, "there is no certificate in it".into()));
    }
    let key = PrivateKeyDer::from_pem_slice(&key_pem).map_err(|error| wrong("cert_key", &files.key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
