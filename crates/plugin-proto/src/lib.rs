//! Grafana's plugin protocol v2 as Rust types: our own `.proto` files (`proto/`, facts of the protocol only) and the code made from them.
//!
//! Knows nothing of reports or HTTP; the program's `plugin` module speaks it. `generated/` is written by `cargo xtask proto`
//! and committed, so that building needs neither protoc nor a build script.

/// Resource calls and diagnostics.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod pluginv2 {
    include!("generated/pluginv2.rs");
}

/// Process control by the host: shutdown and the stdio stream.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod plugin {
    include!("generated/plugin.rs");
}

/// The standard gRPC health service.
#[allow(missing_docs, clippy::all, rustdoc::all)]
pub mod health {
    include!("generated/grpc.health.v1.rs");
}
