//! FHIR R4 (4.0.1) in JSON, for reading: a face of the clinic for regional platforms, insurers and the next system.
//!
//! [`served`] is the one table of what there is; [`source`] says which rows become which resources, whose shapes stand in [`resource`]. [`caller`]
//! knows who reads and [`looks`] writes that down, [`reader`] hands out what that one may see, and [`search`] finds it.

mod ask;
mod binary;
mod caller;
mod capability;
pub mod element;
mod everything;
mod export;
mod looks;
mod outcome;
pub mod print;
mod read;
mod reader;
pub mod resource;
mod search;
pub mod served;
mod source;

use super::core::{
    api::Api,
    table::{ADMIN, ANYONE, Access, DOCTOR, Endpoint, PATIENT, Run::Heavy, delete, get, post},
};

/// Doctors, patients, `admin.token`, and integrations by their own tokens.
const READERS: Access = DOCTOR.or(PATIENT).or(ADMIN).and_integrations();

#[rustfmt::skip]
const CHAPTER: &[Endpoint] = &[
    get ("own", "/fhir/metadata",                 ANYONE,  Heavy(capability::metadata),             "接口能力说明").unlimited()
        .says("The CapabilityStatement."),
    get ("own", "/fhir/StructureDefinition/{id}", ANYONE,  Heavy(capability::structure_definition), "扩展定义").unlimited(),
    get ("own", "/fhir/CodeSystem/{id}",          ANYONE,  Heavy(capability::code_system),          "代码表").unlimited(),
    get ("own", "/fhir/$export",                  READERS, Heavy(export::begin),                     "批量导出").unlimited()
        .says("Kicks an export off: `Prefer: respond-async`, answered with 202 and `Content-Location`."),
    get ("own", "/fhir/export/{job}",             READERS, Heavy(export::status),                    "批量导出的进度").unlimited(),
    delete("own", "/fhir/export/{job}",           READERS, Heavy(export::remove),                    "删除批量导出").unlimited().without_key(),
    get ("own", "/fhir/export/{job}/{file}",      READERS, Heavy(export::file),                      "批量导出的文件").unlimited(),
    get ("own", "/fhir/Binary/{id}",              READERS, Heavy(binary::show),                      "图片与录音").unlimited(),
    get ("own", "/fhir/Patient/{id}/$everything", READERS, Heavy(everything::everything),            "一位就诊人的全部资料").unlimited(),
    get ("own", "/fhir/{type}",                   READERS, Heavy(search::bundle::search),           "查找资源").unlimited()
        .says("A search. What each type can be searched by stands in `/fhir/metadata`."),
    post("own", "/fhir/{type}/_search",           READERS, Heavy(search::bundle::search),           "查找资源（表单）").unlimited().without_key()
        .says("The same, with the parameters in the body: names and numbers stay out of the logs of proxies."),
    get ("own", "/fhir/{type}/{id}",              READERS, Heavy(read::read),                       "读取资源").unlimited(),
];

pub const API: Api = Api { name: "fhir", chapters: &[CHAPTER], prefixes: &["/fhir"], twins: &[], dialect: outcome::DIALECT };
