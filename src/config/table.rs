//! The table of settings: everything that reads, explains or documents a setting goes by it.

use crate::rights::Editing;

/// One setting. Its key is the same everywhere: `key = value` in Grafana's ini, `GF_PLUGIN_KEY` and `BROADSHEET_KEY` in the
/// environment, `--key` of `broadsheet serve` (with dashes).
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub key: &'static str,
    pub section: Section,
    pub kind: Kind,
    /// As it would be written; empty for "not set".
    pub default: &'static str,
    /// What holds when it is not set and `default` cannot say so.
    pub unset: &'static str,
    /// One sentence without a full stop.
    pub about: &'static str,
    /// The variable of Grafana itself that is read when ours is not set and Grafana's environment is forwarded.
    pub grafana: Option<&'static str>,
    /// Whether an organisation may set it too, in the app's settings.
    pub per_org: Option<PerOrg>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    General,
    Grafana,
    Mail,
    Limits,
    Logging,
    Sidecar,
}

impl Section {
    pub fn title(self) -> &'static str {
        match self {
            Section::General => "General",
            Section::Grafana => "Grafana",
            Section::Mail => "Mail",
            Section::Limits => "Limits",
            Section::Logging => "Logging",
            Section::Sidecar => "Sidecar (`broadsheet serve`) only",
        }
    }
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Text,
    /// Never printed, never a flag: command lines are seen by everybody on the machine.
    Secret,
    /// A secret for each organisation: the key holds `<N>`.
    OrgSecret,
    /// `http://` or `https://`.
    Url,
    Flag,
    /// A whole number, limits included.
    Count(u64, u64),
    /// A time span between these seconds, limits included.
    Span(f64, f64),
    File,
    Folder,
    /// Separated by commas or spaces, in lower case.
    Words,
    OneOf(&'static [&'static str]),
    /// `Name: value; Name: value`.
    Headers,
    /// `address:port`.
    Socket,
    /// `host`, `host:port` or `[v6]:port`.
    Host,
    /// One e-mail address.
    Address,
}

/// How the app's settings of an organisation (`jsonData`) and the server's go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerOrg {
    /// The organisation's value replaces the server's. The name in `jsonData`.
    Replaces(&'static str),
    /// The organisation may only be stricter. The name in `jsonData`.
    Narrows(&'static str),
}

impl PerOrg {
    pub fn name(self) -> &'static str {
        match self {
            PerOrg::Replaces(name) | PerOrg::Narrows(name) => name,
        }
    }
}

impl Setting {
    const fn new(section: Section, key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
        Setting { key, section, kind, default, unset: "", about, grafana: None, per_org: None }
    }

    const fn unset(mut self, text: &'static str) -> Setting {
        self.unset = text;
        self
    }

    const fn grafana(mut self, variable: &'static str) -> Setting {
        self.grafana = Some(variable);
        self
    }

    const fn per_org(mut self, rule: PerOrg) -> Setting {
        self.per_org = Some(rule);
        self
    }

    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::OrgSecret)
    }

    /// Means something to `broadsheet serve` only.
    pub fn is_sidecar(&self) -> bool {
        self.section == Section::Sidecar
    }

    /// The row of `key`.
    pub fn of(key: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

const fn general(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::General, key, kind, default, about)
}

const fn grafana(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::Grafana, key, kind, default, about)
}

const fn mail(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::Mail, key, kind, default, about)
}

const fn limit(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::Limits, key, kind, default, about)
}

const fn logging(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::Logging, key, kind, default, about)
}

const fn sidecar(key: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Setting {
    Setting::new(Section::Sidecar, key, kind, default, about)
}

/// What Grafana calls the ways of STARTTLS.
pub const STARTTLS_POLICIES: &[&str] = &["OpportunisticStartTLS", "MandatoryStartTLS", "NoStartTLS"];

const DAY: f64 = 86_400.0;

/// Every setting, in the order of docs/settings.md.
pub const SETTINGS: &[Setting] = &[
    general("enabled", Kind::Flag, "true", "off: nothing is sent on schedule, and the API answers 404").grafana("GF_REPORTING_ENABLED"),
    general("data_dir", Kind::Folder, "", "where state is kept; never the plugin's own folder, which an update deletes")
        .unset("`<Grafana's data>/broadsheet-reports`"),
    general("encryption_secret", Kind::Secret, "", "key for the secrets kept in `data_dir`").unset("a key file beside the database"),
    general(
        "encryption_secret_previous",
        Kind::Secret,
        "",
        "the `encryption_secret` before this one: what is sealed with it is sealed anew at start",
    )
    .unset("none; the key file is tried by itself"),
    general("provisioning_path", Kind::Folder, "", "folder of YAML files that define reports and settings").unset("none"),
    general(
        "report_editing",
        Kind::OneOf(Editing::WORDS),
        "org",
        "who may change a report besides those whom Grafana's permissions let change all: `owner` who created it, `folder` who may edit its dashboards",
    ),
    general(
        "scheduler_enabled",
        Kind::Flag,
        "true",
        "off: this process sends nothing on schedule; with several replicas leave it on in exactly one",
    ),
    general("fonts_path", Kind::Folder, "", "folder of TTF and OTF files for characters the built-in fonts lack (CJK, Arabic …)")
        .unset("the system's fonts")
        .grafana("GF_REPORTING_FONTS_PATH"),
    general(
        "logo_allowed_hosts",
        Kind::Words,
        "",
        "hosts inside the network that logos may be fetched from: names, `*.corp.example`, addresses, or `*`",
    )
    .unset("logos come from public addresses and from Grafana's own `public/` only"),
    grafana("grafana_url", Kind::Url, "", "where Grafana is reached, with its sub-path").unset("in a plugin Grafana's `root_url`"),
    grafana("api_token", Kind::Secret, "", "service account token (or `user:password`) for organisations without their own")
        .unset("organisations connect on the configuration page"),
    grafana("org<N>_api_token", Kind::OrgSecret, "", "the same for organisation number N"),
    grafana("grafana_skip_tls_verify", Kind::Flag, "false", "accept any certificate of Grafana"),
    grafana("grafana_ca_file", Kind::File, "", "PEM of an authority to trust besides the system's"),
    mail("smtp_enabled", Kind::Flag, "", "whether mail is sent").unset("true when `smtp_host` is set").grafana("GF_SMTP_ENABLED"),
    mail("smtp_host", Kind::Host, "", "mail server, `host:port`; port 465 speaks TLS from the start")
        .unset("no mail; `localhost:25` when `smtp_enabled` is set")
        .grafana("GF_SMTP_HOST"),
    mail("smtp_user", Kind::Text, "", "user name at the mail server").unset("no signing in").grafana("GF_SMTP_USER"),
    mail("smtp_password", Kind::Secret, "", "its password").grafana("GF_SMTP_PASSWORD"),
    mail("smtp_cert_file", Kind::File, "", "PEM of our certificate; without `smtp_key_file`, of an authority to trust")
        .grafana("GF_SMTP_CERT_FILE"),
    mail("smtp_key_file", Kind::File, "", "PEM of its private key").grafana("GF_SMTP_KEY_FILE"),
    mail("smtp_skip_verify", Kind::Flag, "false", "accept any certificate of the mail server").grafana("GF_SMTP_SKIP_VERIFY"),
    mail("smtp_from_address", Kind::Address, "admin@grafana.localhost", "address of the sender").grafana("GF_SMTP_FROM_ADDRESS"),
    mail("smtp_from_name", Kind::Text, "Grafana", "name of the sender").grafana("GF_SMTP_FROM_NAME").per_org(PerOrg::Replaces("fromName")),
    mail("smtp_ehlo_identity", Kind::Text, "", "name given in EHLO").unset("the machine's name").grafana("GF_SMTP_EHLO_IDENTITY"),
    mail("smtp_starttls_policy", Kind::OneOf(STARTTLS_POLICIES), "OpportunisticStartTLS", "Grafana's `startTLS_policy`")
        .grafana("GF_SMTP_STARTTLS_POLICY"),
    mail(
        "smtp_static_headers",
        Kind::Headers,
        "",
        "headers for every mail, `Name: value; Name: value` (Grafana's `[smtp.static_headers]`)",
    )
    .unset("none"),
    mail("smtp_enable_tracing", Kind::Flag, "false", "a `traceparent` header in every mail, and its trace id in the log")
        .grafana("GF_SMTP_ENABLE_TRACING"),
    mail("smtp_timeout", Kind::Span(1.0, 3600.0), "60s", "how long the mail server may take for one mail"),
    limit("allowed_domains", Kind::Words, "*", "domains mail may go to, comma separated; `*` for all")
        .grafana("GF_REPORTING_ALLOWED_DOMAINS")
        .per_org(PerOrg::Narrows("allowedDomains")),
    limit("max_attachment_size_mb", Kind::Count(1, 1000), "10", "what does not fit into the mail is left out and named in it")
        .grafana("GF_REPORTING_MAX_ATTACHMENT_SIZE_MB")
        .per_org(PerOrg::Narrows("maxAttachmentSizeMb")),
    limit("rendering_timeout", Kind::Span(1.0, 86_400.0), "300s", "how long one report may take to render")
        .grafana("GF_REPORTING_RENDERING_TIMEOUT"),
    limit("concurrent_render_limit", Kind::Count(1, 64), "4", "reports rendered at once").grafana("GF_REPORTING_CONCURRENT_RENDER_LIMIT"),
    limit("max_request_retries", Kind::Count(0, 10), "3", "how often a request to Grafana that failed for the moment is repeated")
        .grafana("GF_REPORTING_MAX_REQUEST_RETRIES"),
    limit("image_scale_factor", Kind::Count(1, 3), "1", "pixels of the mail's pictures for each CSS pixel")
        .grafana("GF_REPORTING_IMAGE_SCALE_FACTOR"),
    limit("retention_days", Kind::Span(1.0 * DAY, 3650.0 * DAY), "30d", "how long finished runs and their files are kept"),
    limit("archive_run_size_mb", Kind::Count(0, 100_000), "64", "files of one run that are kept; with more, none of them"),
    limit("archive_size_mb", Kind::Count(0, 10_000_000), "2048", "files of all runs that are kept; the oldest make room"),
    limit("send_rate_limit", Kind::Count(0, 100_000), "60", "sends and test mails by hand in a minute, of one organisation; 0 is no limit"),
    limit("send_rate_limit_per_caller", Kind::Count(0, 100_000), "30", "the same, of one caller"),
    limit(
        "render_rate_limit",
        Kind::Count(0, 100_000),
        "120",
        "downloads of `/reports/render/*` in a minute, of one organisation; 0 is no limit",
    ),
    limit("render_rate_limit_per_caller", Kind::Count(0, 100_000), "60", "the same, of one caller"),
    logging(
        "log_level",
        Kind::Text,
        "",
        "`error`, `warn`, `info`, `debug` or `trace`, or a filter such as `info,broadsheet=debug`; in a plugin Grafana filters again",
    )
    .unset("`info`; in a plugin `info,broadsheet=debug`"),
    logging("log_format", Kind::OneOf(&["text", "json"]), "text", "lines for people or for machines; a plugin always writes JSON"),
    sidecar("listen", Kind::Socket, "127.0.0.1:3080", "address and port to listen on"),
    sidecar("cert_file", Kind::File, "", "PEM of the certificate to serve HTTPS with, intermediates after it; read again when it changes")
        .unset("plain HTTP"),
    sidecar("cert_key", Kind::File, "", "PEM of its private key"),
    sidecar("max_connections", Kind::Count(1, 100_000), "1024", "clients served at once; others wait"),
    sidecar("header_read_timeout", Kind::Span(0.1, 3600.0), "10s", "how long a client may take to send a request's head"),
    sidecar("body_read_timeout", Kind::Span(0.1, 3600.0), "60s", "how long a client may take to send a request's body"),
];
