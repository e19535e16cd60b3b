//! The first line on stdout: where the host finds us.

use std::{env, io, path::PathBuf};
#[cfg(unix)]
use std::{path::Path, time::Duration};

#[cfg(not(unix))]
use tokio_stream::wrappers::TcpListenerStream as Incoming;
#[cfg(unix)]
use tokio_stream::wrappers::UnixListenerStream as Incoming;

/// The host's magic cookie is in the environment: the program was started as a plugin. Apps get the same one as data sources.
pub fn started_by_host() -> bool {
    env::var("grafana_plugin_type").is_ok_and(|value| value == "datasource")
}

/// A socket that listens; its directory is removed with it.
pub struct Endpoint {
    /// "1|2|unix|/tmp/…|grpc": core protocol, app protocol, network, address, kind.
    pub line: String,
    pub incoming: Incoming,
    _directory: Directory,
}

/// Removes its directory when dropped.
struct Directory(Option<PathBuf>);

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// Listens on a socket in a fresh directory that only this user can enter. A TCP port would be open to everyone on the
/// machine, and whoever can call us can claim to be an administrator.
#[cfg(unix)]
pub fn listen() -> io::Result<Endpoint> {
    let directory = private_directory()?;
    sweep(&directory);
    let path = directory.join(SOCKET);
    let directory = Directory(Some(directory));
    let listener = tokio::net::UnixListener::bind(&path)?;
    Ok(Endpoint { line: format!("1|2|unix|{}|grpc", path.display()), incoming: Incoming::new(listener), _directory: directory })
}

/// Listens on the loopback interface: the host cannot speak to unix sockets here.
#[cfg(not(unix))]
pub fn listen() -> io::Result<Endpoint> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    listener.set_nonblocking(true)?;
    let line = format!("1|2|tcp|{}|grpc", listener.local_addr()?);
    Ok(Endpoint { line, incoming: Incoming::new(tokio::net::TcpListener::from_std(listener)?), _directory: Directory(None) })
}

#[cfg(unix)]
const SOCKET: &str = "s";
#[cfg(unix)]
const DIRECTORY_PREFIX: &str = "broadsheet-";

/// Longest path of a socket's directory: addresses of unix sockets have 104 bytes on macOS, 108 on Linux.
#[cfg(unix)]
const MAX_DIRECTORY_BYTES: usize = 100;

#[cfg(unix)]
fn private_directory() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;

    // The host may name a directory that it empties itself, even when we are killed.
    let places = [env::var_os("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from), Some(env::temp_dir()), Some("/tmp".into())];
    let mut last = io::Error::new(io::ErrorKind::NotFound, "there is no directory for the socket");
    for place in places.into_iter().flatten().filter(|place| !place.as_os_str().is_empty()) {
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let path = place.join(format!("{DIRECTORY_PREFIX}{:016x}", u64::from_le_bytes(random)));
        if path.as_os_str().len() > MAX_DIRECTORY_BYTES {
            continue;
        }
        // Fails when the name is taken, so nobody can have prepared it for us.
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Removes what killed processes of this user left beside `own`: directories of ours whose socket nobody listens on. The
/// host starts a crashed plugin again every second, so they would add up.
#[cfg(unix)]
fn sweep(own: &Path) {
    use std::os::unix::{fs::MetadataExt, net::UnixStream};

    let (Some(place), Ok(own_user)) = (own.parent(), std::fs::symlink_metadata(own).map(|m| m.uid())) else { return };
    // A minute is more than another process takes from its directory to its listening socket.
    let is_old = |m: &std::fs::Metadata| m.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > Duration::from_secs(60)));
    for entry in std::fs::read_dir(place).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(DIRECTORY_PREFIX)
            && std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_dir() && m.uid() == own_user && is_old(&m));
        if is_ours && UnixStream::connect(path.join(SOCKET)).is_err_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn socket_is_private_and_removed() {
        let endpoint = listen().unwrap();
        let parts: Vec<&str> = endpoint.line.split('|').collect();
        let [core, app, network, path, kind] = parts[..] else { panic!("{}", endpoint.line) };
        assert_eq!((core, app, network, kind), ("1", "2", "unix", "grpc"));
        let directory = PathBuf::from(path).parent().unwrap().to_owned();
        assert_eq!(std::fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        drop(endpoint);
        assert!(!directory.exists());
    }

    #[test]
    fn only_deserted_directories_are_swept() {
        use std::{fs, os::unix::net::UnixListener, time::SystemTime};

        let place = tempfile::tempdir().unwrap();
        let make = |name: &str, socket: bool, old: bool| {
            let path = place.path().join(name);
            fs::create_dir(&path).unwrap();
            let listener = socket.then(|| UnixListener::bind(path.join(SOCKET)).unwrap());
            if old {
                fs::File::open(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
            }
            listener
        };
        let _listening = make("broadsheet-alive", true, true);
        drop(make("broadsheet-dead", true, true));
        drop(make("broadsheet-dead-young", true, false));
        drop(make("broadsheet-no-socket", false, true));
        drop(make("other-dead", true, true));
        sweep(&place.path().join("broadsheet-alive"));
        let mut left: Vec<_> = fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        left.sort();
        assert_eq!(left, ["broadsheet-alive", "broadsheet-dead-young", "broadsheet-no-socket", "other-dead"]);
    }
}
