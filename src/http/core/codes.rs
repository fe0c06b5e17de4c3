//! The numbers that the volunteer_doctor document prints for states of the domain. `/admin` prints the same structures, with the same numbers.

use crate::domain::{
    directory::org::Standing,
    free_clinic::{
        phase::Phase,
        registration::{Outcome, Stage},
    },
    identity::account::Verify,
};

/// `project_status` (志愿医生 2.2.6): 1 待出诊, 2 出诊中, 3 已结束.
pub const fn project_status(phase: Phase) -> u8 {
    match phase {
        Phase::ToCome => 1,
        Phase::Running => 2,
        Phase::Over => 3,
    }
}

/// `verify_status` of a registration (志愿医生 2.2.9): 0 waits for the deposit, 1 已挂号, 2 已拒绝, 3 已取消.
pub const fn verify_status(stage: Stage) -> u8 {
    match stage {
        Stage::Held => 0,
        Stage::Booked | Stage::Missed | Stage::Done => 1,
        Stage::Rejected => 2,
        Stage::Cancelled => 3,
    }
}

/// `status` of a registration (志愿医生 2.2.9): 1 未诊, 2 未到诊, 3 已诊.
pub const fn visit_status(stage: Stage) -> u8 {
    match stage {
        Stage::Missed => 2,
        Stage::Done => 3,
        Stage::Held | Stage::Booked | Stage::Rejected | Stage::Cancelled => 1,
    }
}

/// `type` of a patient's list (志愿医生 3.3.13): 1 已挂号, 2 挂号失败, 3 未到诊, 4 诊疗完成.
pub const fn outcome_of_type(number: i64) -> Option<Outcome> {
    match number {
        1 => Some(Outcome::Awaiting),
        2 => Some(Outcome::Failed),
        3 => Some(Outcome::Missed),
        4 => Some(Outcome::Done),
        _ => None,
    }
}

/// `status` of a doctor's list (志愿医生 3.2.8): 1 待诊, 2 未到诊, 3 已诊.
pub const fn outcome_of_status(number: i64) -> Option<Outcome> {
    match number {
        1 => Some(Outcome::Awaiting),
        2 => Some(Outcome::Missed),
        3 => Some(Outcome::Done),
        _ => None,
    }
}

/// `is_verify` (志愿医生 2.2.3 to 2.2.5): 0 待审核, 1 通过, 2 停用.
pub const fn is_verify(verify: Verify) -> u8 {
    match verify {
        Verify::Waiting => 0,
        Verify::Enabled => 1,
        Verify::Disabled => 2,
    }
}

pub const fn verify_of(number: i64) -> Option<Verify> {
    match number {
        0 => Some(Verify::Waiting),
        1 => Some(Verify::Enabled),
        2 => Some(Verify::Disabled),
        _ => None,
    }
}

/// `verify_status` of a membership in an organisation (志愿医生 3.2.21): 0 待审核, 1 通过, 2 不通过.
pub const fn standing(standing: Standing) -> u8 {
    match standing {
        Standing::Waiting => 0,
        Standing::Approved => 1,
        Standing::Refused => 2,
    }
}

pub const fn standing_of(number: i64) -> Option<Standing> {
    match number {
        0 => Some(Standing::Waiting),
        1 => Some(Standing::Approved),
        2 => Some(Standing::Refused),
        _ => None,
    }
}
