/// What is wrong with a file, for people: `figures.yaml:12: reports[0].name: is required`.
#[derive(Clone, Debug, Default, PartialEq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Problem {
    pub file: String,
    /// From 1; 0 when the whole file is meant.
    pub line: usize,
    pub message: String,
    /// Applied all the same.
    pub is_warning: bool,
    /// Whose entry it is; `None` when that is nobody's alone, as with a file that is no YAML.
    pub org_id: Option<i64>,
}

impl Problem {
    pub fn new(file: impl Into<String>, line: usize, message: impl Into<String>) -> Problem {
        Problem { file: file.into(), line, message: message.into(), ..Problem::default() }
    }

    pub fn of_org(self, org_id: Option<i64>) -> Problem {
        Problem { org_id, ..self }
    }

    pub fn warning(self) -> Problem {
        Problem { is_warning: true, ..self }
    }
}
