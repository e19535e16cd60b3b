//! When the program ends: the host asks, the system asks, or the host is gone.

use tokio::sync::watch;

/// Asks everything to end, once; cheap to clone.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<Option<&'static str>>);

impl Default for Stop {
    fn default() -> Stop {
        Stop(watch::Sender::new(None))
    }
}

impl Stop {
    /// Asks to end; the first reason stays.
    pub fn ask(&self, reason: &'static str) {
        self.0.send_if_modified(|asked| asked.is_none() && asked.replace(reason).is_none());
    }

    /// Waits until someone asked; gives the reason.
    pub async fn asked(&self) -> &'static str {
        let mut receiver = self.0.subscribe();
        // Cannot fail: `self` holds the sender.
        receiver.wait_for(Option::is_some).await.ok().and_then(|reason| *reason).unwrap_or_default()
    }
}

/// The parent at the start of the program: make it first of all, so that a host that dies early is noticed too.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime {
    #[cfg(unix)]
    parent: u32,
}

impl Lifetime {
    pub fn new() -> Lifetime {
        Lifetime {
            #[cfg(unix)]
            parent: std::os::unix::process::parent_id(),
        }
    }

    /// Asks `stop` on SIGTERM, and when the parent is another one: a killed host leaves its plugins behind, and a second
    /// scheduler would start beside them. SIGINT is ignored: Ctrl-C reaches the whole group, and the host asks properly.
    #[cfg(unix)]
    pub fn watch(self, stop: Stop) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(std::time::Duration::from_secs(1));
            loop {
                tokio::select! {
                    _ = terminate.recv() => stop.ask("SIGTERM"),
                    _ = interrupt.recv() => {}
                    _ = tick.tick() => {
                        if std::os::unix::process::parent_id() != self.parent {
                            stop.ask("the host is gone");
                        }
                    }
                }
            }
        });
        Ok(())
    }

    /// Only the connection tells here; see `control`.
    #[cfg(not(unix))]
    pub fn watch(self, _stop: Stop) -> std::io::Result<()> {
        tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
        Ok(())
    }
}

impl Default for Lifetime {
    fn default() -> Lifetime {
        Lifetime::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_reason_stays() {
        let stop = Stop::default();
        stop.ask("one");
        stop.clone().ask("two");
        assert_eq!(stop.asked().await, "one");
    }
}
