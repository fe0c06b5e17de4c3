//! What can go wrong, in one closed vocabulary.
//!
//! A [`Reason`] stands beside the rule that it reports: a stable slug for programs, a Chinese message that tells a person what to do.
//! An [`Error`] is a reason with what is particular to the case. This file imports nothing; conversions of foreign errors live on the foreign side.

use std::{error, fmt};

/// The kinds of failure, each with its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Malformed,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    /// No answer of a type that the client takes.
    NotAcceptable,
    Timeout,
    Conflict,
    /// It was there and is not any more.
    Gone,
    TooLarge,
    Unsupported,
    /// A part of something was asked for that it does not have.
    Range,
    /// The request is well formed and breaks a rule of the clinic.
    Rule,
    /// The path speaks another protocol than HTTP.
    UpgradeRequired,
    TooMany,
    Internal,
    /// Try again in a moment: the server is busy or stopping.
    Busy,
    /// The disk is full.
    Full,
}

impl Kind {
    /// The HTTP status code (RFC 9110).
    pub const fn status(self) -> u16 {
        match self {
            Kind::Malformed => 400,
            Kind::Unauthorized => 401,
            Kind::Forbidden => 403,
            Kind::NotFound => 404,
            Kind::MethodNotAllowed => 405,
            Kind::NotAcceptable => 406,
            Kind::Timeout => 408,
            Kind::Conflict => 409,
            Kind::Gone => 410,
            Kind::TooLarge => 413,
            Kind::Unsupported => 415,
            Kind::Range => 416,
            Kind::Rule => 422,
            Kind::UpgradeRequired => 426,
            Kind::TooMany => 429,
            Kind::Internal => 500,
            Kind::Busy => 503,
            Kind::Full => 507,
        }
    }
}

/// One way to fail: declared as a `const` beside the rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    pub slug: &'static str,
    pub kind: Kind,
    /// For the person at the other end, in Chinese.
    pub message: &'static str,
}

impl Reason {
    pub const fn new(kind: Kind, slug: &'static str, message: &'static str) -> Reason {
        Reason { slug, kind, message }
    }

    pub fn err(&'static self) -> Error {
        Error::from(self)
    }

    /// The reason with a further sentence for the caller.
    pub fn with(&'static self, detail: impl Into<String>) -> Error {
        self.err().detail(detail)
    }

    /// The reason with the inner error that caused it; only logs print that.
    pub fn caused_by(&'static self, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Error {
        self.err().source(source)
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure. One pointer wide, so that `Result`s stay small.
pub struct Error(Box<Inner>);

struct Inner {
    reason: &'static Reason,
    detail: Option<String>,
    fields: Vec<(String, String)>,
    retry_after: Option<u32>,
    row: Option<(u64, i64)>,
    committed: bool,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

impl Error {
    pub fn kind(&self) -> Kind {
        self.0.reason.kind
    }

    pub fn status(&self) -> u16 {
        self.kind().status()
    }

    pub fn slug(&self) -> &'static str {
        self.0.reason.slug
    }

    pub fn is(&self, reason: &'static Reason) -> bool {
        self.0.reason == reason
    }

    /// What the caller reads: the reason's message and the detail of this case. Reasons for operators are English, and so is their colon.
    pub fn message(&self) -> String {
        match &self.0.detail {
            Some(detail) if self.0.reason.message.is_ascii() => format!("{}: {}", self.0.reason.message, detail),
            Some(detail) => format!("{}：{}", self.0.reason.message, detail),
            None => self.0.reason.message.to_owned(),
        }
    }

    /// The fields of the request that are at fault, with what is wrong with each.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0.fields
    }

    /// Seconds after which a new attempt makes sense.
    pub fn retry_after(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The row that stands in the way: its id, and the millisecond of its creation, which some ids print too. Answers carry it as `id`.
    pub fn row(&self) -> Option<(u64, i64)> {
        self.0.row
    }

    pub fn with_row(mut self, id: u64, created: i64) -> Error {
        self.0.row = Some((id, created));
        self
    }

    /// What was said beyond the reason's message.
    pub fn own_detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Error {
        self.0.detail = Some(detail.into());
        self
    }

    pub fn field(mut self, name: impl Into<String>, problem: impl Into<String>) -> Error {
        self.0.fields.push((name.into(), problem.into()));
        self
    }

    pub fn retry_in(mut self, seconds: u32) -> Error {
        self.0.retry_after = Some(seconds);
        self
    }

    /// A refusal that undoes nothing: what the job has written (a counted try, a used code) is kept. See [`Store::write`](crate::store::Store::write).
    pub fn committed(mut self) -> Error {
        self.0.committed = true;
        self
    }

    pub fn is_committed(&self) -> bool {
        self.0.committed
    }

    pub fn source(mut self, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// The whole chain, for logs; answers never print it.
    pub fn chain(&self) -> String {
        let mut text = format!("{}: {}", self.slug(), self.message());
        let mut next: Option<&dyn error::Error> = self.0.source.as_deref().map(|e| e as _);
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        text
    }
}

impl From<&'static Reason> for Error {
    fn from(reason: &'static Reason) -> Error {
        Error(Box::new(Inner { reason, detail: None, fields: Vec::new(), retry_after: None, row: None, committed: false, source: None }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain())
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

/// Something that cannot happen did: an invariant is broken, or the machine failed us.
pub const INTERNAL: Reason = Reason::new(Kind::Internal, "internal", "服务器内部错误，请稍后再试");
/// The named thing does not exist, or is nobody's business of the caller.
pub const NOT_FOUND: Reason = Reason::new(Kind::NotFound, "not_found", "没有找到，请核对编号");
/// The thing exists and is another's.
pub const NOT_YOURS: Reason = Reason::new(Kind::Forbidden, "not_yours", "只能操作本人的数据");
pub const MISSING_FIELD: Reason = Reason::new(Kind::Malformed, "missing_field", "缺少必填项");
pub const INVALID_FIELD: Reason = Reason::new(Kind::Malformed, "invalid_field", "填写有误");

/// `missing_field`, naming the field.
pub fn missing(field: &str) -> Error {
    MISSING_FIELD.with(field).field(field, "必填")
}

/// `invalid_field`, naming the field and what it should be.
pub fn invalid(field: &str, problem: impl Into<String>) -> Error {
    let problem = problem.into();
    INVALID_FIELD.with(format!("{field} {problem}")).field(field, problem)
}
