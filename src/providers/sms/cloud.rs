//! What both clouds ask of the settings, and which template a message goes by.

use crate::{
    base::{
        error::Result,
        settings::{BAD_SETTING, Secret},
    },
    providers::webhook::{Said, Undelivered},
};

/// Bytes of an answer that are read.
pub const MOST: usize = 64 << 10;

/// Errors: `bad_setting`.
pub fn need<'a>(provider: &str, name: &str, value: &'a Option<String>) -> Result<&'a str> {
    value.as_deref().ok_or_else(|| BAD_SETTING.with(format!("sms.provider is {provider}, which needs {name}")))
}

/// Errors: `bad_setting`.
pub fn need_secret<'a>(provider: &str, name: &str, value: &'a Option<Secret>) -> Result<&'a Secret> {
    value.as_ref().ok_or_else(|| BAD_SETTING.with(format!("sms.provider is {provider}, which needs {name}")))
}

/// The template for a message, and its one variable.
pub fn template<'a>(
    templates: (&'a str, &'a Option<String>),
    text: &'a str,
    code: &'a str,
) -> Result<(&'a str, &'static str, &'a str), Undelivered> {
    match (code.is_empty(), templates.1) {
        (false, _) => Ok((templates.0, "code", code)),
        (true, Some(reminder)) => Ok((reminder, "text", text)),
        (true, None) => Err(Undelivered::Said(Said {
            own: "there is no templates.reminder for messages without a code".to_owned(),
            words: "没有设置提醒短信的模板（templates.reminder）".to_owned(),
            is_final: true,
        })),
    }
}

/// What a cloud's code means for whoever waits for the message, and whether the cloud will say so again however often it is asked.
#[rustfmt::skip]
const CODES: &[(&str, &str, bool)] = &[
    ("isv.MOBILE_NUMBER_ILLEGAL",                              "手机号不正确", true),
    ("isv.BLACK_KEY_CONTROL_LIMIT",                            "内容含有禁用词", true),
    ("isv.SMS_CONTENT_ILLEGAL",                                "内容不合规", true),
    ("isv.TEMPLATE_MISSING_PARAMETERS",                        "模板的变量与设置不符", true),
    ("isv.TEMPLATE_PARAMS_ILLEGAL",                            "模板的变量不合规", true),
    ("isv.PARAM_LENGTH_LIMIT",                                 "内容太长", true),
    ("isv.BUSINESS_LIMIT_CONTROL",                             "发给这个手机号的短信太多，稍后再试", false),
    ("isv.DAY_LIMIT_CONTROL",                                  "今天的短信已达上限", false),
    ("isv.AMOUNT_NOT_ENOUGH",                                  "短信服务的余额不足", false),
    ("isv.OUT_OF_SERVICE",                                     "短信服务已停机，请检查余额", false),
    ("isv.SMS_TEMPLATE_ILLEGAL",                               "模板不存在或未审核通过", false),
    ("isv.SMS_SIGNATURE_ILLEGAL",                              "签名不存在或未审核通过", false),
    ("SignatureDoesNotMatch",                                  "密钥不正确", false),
    ("InvalidAccessKeyId.NotFound",                            "密钥不存在", false),
    ("InvalidParameterValue.IncorrectPhoneNumber",             "手机号不正确", true),
    ("FailedOperation.PhoneNumberInBlacklist",                 "手机号在黑名单中，对方已退订", true),
    ("FailedOperation.ContainSensitiveWord",                   "内容含有禁用词", true),
    ("InvalidParameterValue.TemplateParameterFormatError",     "模板的变量不合规", true),
    ("InvalidParameterValue.TemplateParameterLengthLimit",     "内容太长", true),
    ("LimitExceeded.PhoneNumberThirtySecondLimit",             "发给这个手机号的短信太多，稍后再试", false),
    ("LimitExceeded.PhoneNumberOneHourLimit",                  "发给这个手机号的短信太多，稍后再试", false),
    ("LimitExceeded.PhoneNumberDailyLimit",                    "今天发给这个手机号的短信已达上限", false),
    ("LimitExceeded.DailyLimit",                               "今天的短信已达上限", false),
    ("FailedOperation.InsufficientBalanceInSmsPackage",        "短信服务的余额不足", false),
    ("FailedOperation.TemplateIncorrectOrUnapproved",          "模板不存在或未审核通过", false),
    ("FailedOperation.SignatureIncorrectOrUnapproved",         "签名不存在或未审核通过", false),
    ("AuthFailure.SignatureFailure",                           "密钥不正确", false),
    ("AuthFailure.SecretIdNotFound",                           "密钥不存在", false),
];

/// What a cloud said by a code.
pub fn said((cloud, called): (&str, &str), code: &str) -> Undelivered {
    let (words, is_final) = match CODES.iter().find(|(known, ..)| *known == code) {
        Some((_, words, is_final)) => (format!("{called}：{words}（{code}）"), *is_final),
        None => (format!("{called}：{code}"), false),
    };
    Undelivered::Said(Said { own: format!("{cloud} says {code}"), words, is_final })
}
