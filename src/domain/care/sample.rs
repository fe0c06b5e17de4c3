//! The texts that a clinic starts with: samples (样本), which tell what such a text says and stand in for none.

/// Purpose, title and body.
#[rustfmt::skip]
pub const SAMPLES: &[(&str, &str, &str)] = &[
    ("terms",       "样本：服务协议",               include_str!("../../../data/consent/terms.md")),
    ("health_data", "样本：健康信息处理单独同意书", include_str!("../../../data/consent/health_data.md")),
    ("minor",       "样本：儿童监护人同意书",       include_str!("../../../data/consent/minor.md")),
    ("team",        "样本：团队查阅同意书",         include_str!("../../../data/consent/team.md")),
];
