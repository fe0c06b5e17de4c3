//! What the clinic tells whom by itself: one table of movement × whom × words, which every room reads that moves state or money.
//!
//! A room names the movement, the people whom it concerns and the facts; the words stand here. What is told is a [`notice`], which arrives in
//! the account's system conversation and in `/message`.

use crate::{
    base::{
        error::Result,
        id::{AccountId, AssistantId, DoctorId, PatientAccountId},
        money::Fen,
    },
    domain::notice,
    store::{Tx, View},
};

/// Something that moves. Whoever moves it, the rows of [`TABLE`] say who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// A seat is kept until its deposit is paid.
    SeatHeld,
    SeatHeldByAssistant,
    /// A seat is booked: there is no deposit, or it is paid.
    SeatBooked,
    SeatBookedByAssistant,
    HoldLapsed,
    SeatCancelled,
    SeatCancelledByAssistant,
    SeatRejected,
    /// Its patient took another slot.
    SeatMoved,
    /// A registration goes with its session.
    SessionCancelled,
    /// The session itself, whoever called it off.
    SessionCalledOff,
    VisitMissed,
    VisitDone,
    /// The deposit was paid when the seat was gone.
    DepositTooLate,
    /// The doctor or the clinic lets a kept deposit go.
    DepositReleased,
    DepositRefundApproved,
    DepositRefundRefused,
    DepositReturned,
    /// Nobody has let it go in time: it is the clinic's.
    DepositForfeited,

    /// Paid, or free: the doctor's time begins.
    ConsultationBegun,
    ConsultationCancelled,
    ConsultationNotPaid,
    /// The fee was paid when the order was cancelled already.
    FeeTooLate,
    ConsultationAnswered,
    ConsultationFinished,
    /// The clock has finished it.
    ConsultationTimeOver,
    ConsultationExpired,
    FeeRefundAsked,
    FeeRefundByClinic,
    /// The doctor was shut out: unpaid orders are cancelled, paid ones go back.
    OrderClosed,
    ConsultationClosed,
    FeeRefundApproved,
    /// The order waits for its doctor again.
    FeeRefundRefused,
    /// The order is over all the same: the fee stays with the clinic until it thinks better of it.
    FeeKept,
    FeeReturned,
    /// The doctor stops and sends the patient to a physical clinic.
    ConsultationStopped,

    WalletRecharged,
    MemberJoined,
    FeeToppedUp,
    TeamConsultAsked,
    /// A consult waits for another group assistant.
    TeamConsultHandedOver,
    DoctorBroughtIn,
    TeamConsultStarted,
    DoctorLeft,
    TeamConsultFinished,
    TeamConsultCancelled,
    TeamConsultStopped,
    /// Nobody of the team can take it up any more.
    TeamConsultClosed,
    ServiceOffered,
    ServiceConfirmed,
    ServiceRejected,
    ServiceWithdrawn,
    WithdrawalAsked,
    WithdrawalApproved,
    WithdrawalRejected,

    /// Records of encounters that are over were not signed in time.
    RecordUnsigned,
    /// An order was made without consent, where the clinic asks for it.
    ConsentAsked,
    ComplaintFiled,
    ComplaintAnswered,

    OrgApproved,
    OrgRefused,
    OrgWaiting,

    /// An administrator lets a doctor or an assistant in, or shuts them out.
    StaffVerified,
    StaffShutOut,
    /// Who changed a credential waits again.
    StaffWaiting,
}

/// To whom a row speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whom {
    Patient,
    Doctor,
    Assistant,
    GroupAssistant,
    Founder,
}

/// Movement, whom, title, text. A text names its facts in braces.
type Line = (Movement, Whom, &'static str, &'static str);

#[rustfmt::skip]
pub const TABLE: &[Line] = &[
    (Movement::SeatHeld, Whom::Patient, "预约待支付", "{doctor}医生{when}的义诊已为您保留名额，请在{until}前支付押金{amount}元，逾期名额将不再保留。"),
    (Movement::SeatHeldByAssistant, Whom::Patient, "医助已为您预约", "医助{assistant}已为您预约{when}的义诊。请在{until}前支付押金{amount}元，逾期名额将不再保留。"),
    (Movement::SeatBooked, Whom::Patient, "预约成功", "您已预约{doctor}医生{when}的义诊，请按时到诊。"),
    (Movement::SeatBooked, Whom::Doctor, "新的预约", "患者{patient}预约了您{when}的义诊。"),
    (Movement::SeatBooked, Whom::Assistant, "病人预约成功", "患者{patient}已支付押金，{doctor}医生{when}的义诊预约成功。"),
    (Movement::SeatBookedByAssistant, Whom::Patient, "医助已为您预约", "医助{assistant}已为您预约{when}的义诊。"),
    (Movement::SeatBookedByAssistant, Whom::Doctor, "新的预约", "医助{assistant}为患者{patient}预约了您{when}的义诊。"),
    (Movement::HoldLapsed, Whom::Patient, "预约已失效", "{doctor}医生{when}的义诊押金超时未支付，名额已释放。如仍需就诊，请重新预约。"),
    (Movement::HoldLapsed, Whom::Assistant, "病人预约已失效", "患者{patient}未在规定时间内支付押金，{doctor}医生{when}的义诊名额已释放。"),
    (Movement::SeatCancelled, Whom::Patient, "预约已取消", "您已取消{doctor}医生{when}的义诊预约。{money}"),
    (Movement::SeatCancelled, Whom::Doctor, "患者取消预约", "患者{patient}取消了您{when}的义诊预约。"),
    (Movement::SeatCancelled, Whom::Assistant, "病人取消预约", "患者{patient}取消了{doctor}医生{when}的义诊预约。"),
    (Movement::SeatCancelledByAssistant, Whom::Patient, "医助已取消预约", "医助{assistant}取消了您{doctor}医生{when}的义诊预约。{money}"),
    (Movement::SeatCancelledByAssistant, Whom::Doctor, "患者取消预约", "医助{assistant}取消了患者{patient}{when}的义诊预约。"),
    (Movement::SeatRejected, Whom::Patient, "预约未通过", "您的义诊预约（{doctor}医生，{when}）未通过：{reason}。{money}"),
    (Movement::SeatRejected, Whom::Assistant, "病人预约未通过", "患者{patient}的义诊预约（{doctor}医生，{when}）未通过：{reason}。"),
    (Movement::SeatMoved, Whom::Patient, "预约已改期", "您已将{doctor}医生原定{was}的义诊预约改到{when}，请按时到诊。"),
    (Movement::SeatMoved, Whom::Doctor, "患者改约", "患者{patient}将原定{was}的义诊预约改到了{when}。"),
    (Movement::SeatMoved, Whom::Assistant, "病人改约", "患者{patient}将{doctor}医生原定{was}的义诊预约改到了{when}。"),
    (Movement::SessionCancelled, Whom::Patient, "义诊取消通知", "很抱歉，{doctor}医生原定于{when}的义诊已取消，您的预约随之取消。{money}"),
    (Movement::SessionCancelled, Whom::Assistant, "义诊取消通知", "{doctor}医生原定于{when}的义诊已取消，患者{patient}的预约随之取消。"),
    (Movement::SessionCalledOff, Whom::Doctor, "义诊已取消", "您{when}的义诊已取消，已预约的患者均已通知。"),
    (Movement::VisitMissed, Whom::Patient, "未到诊", "您预约的{doctor}医生{when}的义诊已结束，未确认到诊。{money}"),
    (Movement::VisitMissed, Whom::Doctor, "患者未到诊", "患者{patient}预约的{when}的义诊未确认到诊。"),
    (Movement::VisitMissed, Whom::Assistant, "病人未到诊", "患者{patient}预约的{doctor}医生{when}的义诊未确认到诊。"),
    (Movement::VisitDone, Whom::Patient, "就诊完成", "{doctor}医生已确认您{when}的就诊，欢迎评价。{money}"),
    (Movement::VisitDone, Whom::Assistant, "病人就诊完成", "患者{patient}已完成{doctor}医生{when}的义诊。"),
    (Movement::DepositTooLate, Whom::Patient, "支付过晚", "您支付押金时，{doctor}医生{when}的义诊名额已释放。{money}"),
    (Movement::DepositReleased, Whom::Patient, "押金退还", "{doctor}医生{when}的义诊押金已同意退还。{money}"),
    (Movement::DepositRefundApproved, Whom::Patient, "押金退款已通过", "{doctor}医生{when}的义诊押金{amount}元退款已通过，正在原路退回。"),
    (Movement::DepositRefundRefused, Whom::Patient, "押金退款未通过", "{doctor}医生{when}的义诊押金{amount}元退款未通过，如有疑问请联系诊所。"),
    (Movement::DepositReturned, Whom::Patient, "押金已退回", "{doctor}医生{when}的义诊押金{amount}元已原路退回。"),
    (Movement::DepositForfeited, Whom::Patient, "押金不予退还", "{doctor}医生{when}的义诊押金{amount}元不予退还，如有疑问请联系诊所。"),

    (Movement::ConsultationBegun, Whom::Patient, "咨询已提交", "您的咨询已发送给{doctor}医生，医生将在{until}前回复。{money}"),
    (Movement::ConsultationBegun, Whom::Doctor, "新的咨询订单", "患者{patient}向您咨询，请在{until}前回复。"),
    (Movement::ConsultationCancelled, Whom::Patient, "您已取消订单", "您已取消向{doctor}医生的咨询。"),
    (Movement::ConsultationNotPaid, Whom::Patient, "订单已取消", "您向{doctor}医生的咨询超时未支付，已自动取消。"),
    (Movement::FeeTooLate, Whom::Patient, "支付过晚", "您支付时，向{doctor}医生的咨询已取消（订单 {number}）。{money}"),
    (Movement::ConsultationAnswered, Whom::Patient, "医生已回复", "{doctor}医生已回复您的咨询，请查看。"),
    (Movement::ConsultationFinished, Whom::Patient, "咨询已完成", "{doctor}医生已结束本次咨询，欢迎评价。"),
    (Movement::ConsultationTimeOver, Whom::Patient, "咨询已到期", "您向{doctor}医生的咨询时间已到，已自动完成，欢迎评价。"),
    (Movement::ConsultationTimeOver, Whom::Doctor, "咨询已到期", "患者{patient}的咨询时间已到，已自动完成。"),
    (Movement::ConsultationExpired, Whom::Patient, "咨询已过期", "{doctor}医生未在规定时间内回复您的咨询（订单 {number}）。{money}"),
    (Movement::ConsultationExpired, Whom::Doctor, "咨询超时未回复", "您未在规定时间内回复患者{patient}，咨询已过期。"),
    (Movement::FeeRefundAsked, Whom::Patient, "退款申请已提交", "您已为向{doctor}医生的咨询申请退款（订单 {number}）。{money}"),
    (Movement::FeeRefundAsked, Whom::Doctor, "患者申请退款", "患者{patient}已申请退款，本次咨询无需回复。"),
    (Movement::OrderClosed, Whom::Patient, "订单已取消", "{doctor}医生已停诊，您的咨询订单已取消，请选择其他医生。"),
    (Movement::ConsultationClosed, Whom::Patient, "咨询已取消", "{doctor}医生已停诊，咨询已结束（订单 {number}）。{money}"),
    (Movement::FeeRefundByClinic, Whom::Patient, "诊所退款", "诊所取消了您向{doctor}医生的咨询（订单 {number}）。{money}"),
    (Movement::FeeRefundByClinic, Whom::Doctor, "诊所退款", "诊所已为患者{patient}退款，本次咨询无需回复。"),
    (Movement::FeeRefundApproved, Whom::Patient, "退款已通过", "您向{doctor}医生的咨询费用 {amount} 元退款已通过，正在原路退回（订单 {number}）。"),
    (Movement::FeeRefundRefused, Whom::Patient, "退款申请未通过", "咨询已恢复，请等待{doctor}医生回复。医生将在{until}前回复，否则咨询过期并退款。"),
    (Movement::FeeRefundRefused, Whom::Doctor, "订单已恢复", "患者{patient}的退款申请未通过，请在{until}前回复。"),
    (Movement::FeeKept, Whom::Patient, "退款未通过", "您向{doctor}医生的咨询费用 {amount} 元退款未通过，如有疑问请联系诊所（订单 {number}）。"),
    (Movement::FeeReturned, Whom::Patient, "退款已完成", "您向{doctor}医生的咨询费用 {amount} 元已原路退还（订单 {number}）。"),
    (Movement::FeeReturned, Whom::Doctor, "订单已退款", "患者{patient}的咨询费用已退还。"),
    (Movement::ConsultationStopped, Whom::Patient, "医生终止了咨询", "您向{doctor}医生的咨询（订单 {number}）：{reason}{money}"),

    (Movement::WalletRecharged, Whom::Patient, "充值成功", "您的钱包已充值 {amount} 元。"),
    (Movement::MemberJoined, Whom::Patient, "已加入团队", "您已成为团队「{team}」的会员，存入会费 {amount} 元。"),
    (Movement::MemberJoined, Whom::GroupAssistant, "新会员加入", "{patient}已加入团队「{team}」，存入会费 {amount} 元。"),
    (Movement::FeeToppedUp, Whom::Patient, "会费已存入", "您已向团队「{team}」存入会费 {amount} 元。"),
    (Movement::TeamConsultAsked, Whom::Patient, "团队咨询已提交", "您向团队「{team}」的咨询已提交，咨询费 {amount} 元。"),
    (Movement::TeamConsultAsked, Whom::GroupAssistant, "新的团队咨询", "团队「{team}」收到一条新的咨询，请安排医生。"),
    (Movement::TeamConsultHandedOver, Whom::GroupAssistant, "待安排的咨询", "您是团队「{team}」的群助手，有一条咨询等待您跟进。"),
    (Movement::DoctorBroughtIn, Whom::Doctor, "邀请您加入咨询", "您已被邀请加入团队「{team}」的一条咨询，请及时回复患者。"),
    (Movement::TeamConsultStarted, Whom::Patient, "医生已加入咨询", "团队「{team}」的医生已加入您的咨询。"),
    (Movement::DoctorLeft, Whom::Patient, "医生已退出咨询", "{doctor}医生已退出团队「{team}」，不再参与您的咨询，其他医生将继续为您服务。"),
    (Movement::TeamConsultFinished, Whom::Patient, "咨询已结束", "您与团队「{team}」的咨询已结束，可在历史咨询中查看。"),
    (Movement::TeamConsultFinished, Whom::Doctor, "团队咨询已结束", "团队「{team}」的一条咨询已结束，咨询费 {amount} 元计入团队收入。"),
    (Movement::TeamConsultCancelled, Whom::Patient, "您已取消咨询", "您已取消向团队「{team}」的咨询，咨询费 {amount} 元已退回。"),
    (Movement::TeamConsultClosed, Whom::Patient, "咨询已取消", "医生已停诊，您向团队「{team}」的咨询已取消，咨询费 {amount} 元已退回。"),
    (Movement::TeamConsultStopped, Whom::Patient, "医生终止了咨询", "您向团队「{team}」的咨询：{reason}{money}"),
    (Movement::TeamConsultStopped, Whom::Doctor, "团队咨询已终止", "{doctor}医生终止了团队「{team}」的一条咨询。"),
    (Movement::TeamConsultCancelled, Whom::GroupAssistant, "咨询已取消", "患者取消了团队「{team}」一条尚未开始的咨询。"),
    (Movement::ServiceOffered, Whom::Patient, "新的增值服务", "{doctor}医生为您推荐增值服务「{service}」，{amount} 元，请确认或拒绝。"),
    (Movement::ServiceConfirmed, Whom::Patient, "增值服务已付款", "您已确认增值服务「{service}」并付款 {amount} 元。"),
    (Movement::ServiceConfirmed, Whom::Doctor, "增值服务已确认", "患者已确认增值服务「{service}」并付款 {amount} 元。"),
    (Movement::ServiceRejected, Whom::Doctor, "增值服务被拒绝", "患者拒绝了增值服务「{service}」。"),
    (Movement::ServiceWithdrawn, Whom::Patient, "增值服务已撤回", "{doctor}医生撤回了增值服务「{service}」。"),
    (Movement::WithdrawalAsked, Whom::Founder, "提现申请已提交", "团队「{team}」{month} 的收入 {amount} 元提现申请已提交，请等待审核。"),
    (Movement::WithdrawalApproved, Whom::Founder, "提现已通过", "团队「{team}」{month} 的收入 {amount} 元提现申请已通过。"),
    (Movement::WithdrawalRejected, Whom::Founder, "提现未通过", "团队「{team}」{month} 的收入 {amount} 元提现申请未通过，款项已退回团队收入。"),

    (Movement::RecordUnsigned, Whom::Doctor, "病历待签署", "您有 {number} 份已结束就诊的病历尚未签署（编号 {reason}），请及时签署。"),
    (Movement::ConsentAsked, Whom::Patient, "请阅读知情同意书", "您的订单已提交。请阅读并同意{reason}，以便诊所为您提供服务。"),
    (Movement::ComplaintFiled, Whom::Patient, "投诉已收到", "诊所已收到您的投诉（编号 {number}），将在{until}前答复。"),
    (Movement::ComplaintAnswered, Whom::Patient, "投诉已答复", "您的投诉（编号 {number}）已答复：{reason}"),

    (Movement::OrgApproved, Whom::Doctor, "组织申请已通过", "您已成为{org}的成员。"),
    (Movement::OrgRefused, Whom::Doctor, "组织申请未通过", "您加入{org}的申请未通过，如有疑问请联系管理员。"),
    (Movement::OrgWaiting, Whom::Doctor, "组织申请待审核", "您加入{org}的申请正在重新审核。"),

    (Movement::StaffVerified, Whom::Doctor, "审核已通过", "您的医生资料已通过审核，可以发布义诊、接受咨询了。"),
    (Movement::StaffVerified, Whom::Assistant, "审核已通过", "您的医助资料已通过审核，可以为患者预约义诊了。"),
    (Movement::StaffShutOut, Whom::Doctor, "账号已停用", "您的医生账号已被诊所停用，如有疑问请联系诊所。"),
    (Movement::StaffShutOut, Whom::Assistant, "账号已停用", "您的医助账号已被诊所停用，如有疑问请联系诊所。"),
    (Movement::StaffWaiting, Whom::Doctor, "资料待审核", "您修改了已审核的资料，诊所正在重新审核。通过之前，患者不能向您预约或咨询。"),
    (Movement::StaffWaiting, Whom::Assistant, "资料待审核", "您修改了已审核的资料，诊所正在重新审核。通过之前，您不能为患者预约。"),
];

/// Whom a movement concerns. Nobody is told twice, and 0 is nobody.
#[derive(Clone, Debug, Default)]
pub struct People {
    pub patient: PatientAccountId,
    pub doctors: Vec<DoctorId>,
    pub assistant: AssistantId,
    pub group_assistant: DoctorId,
    pub founder: DoctorId,
}

impl People {
    fn of(&self, whom: Whom) -> Vec<AccountId> {
        let mut ids = match whom {
            Whom::Patient => vec![self.patient.account()],
            Whom::Doctor => self.doctors.iter().map(|doctor| doctor.account()).collect(),
            Whom::Assistant => vec![self.assistant.account()],
            Whom::GroupAssistant => vec![self.group_assistant.account()],
            Whom::Founder => vec![self.founder.account()],
        };
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !id.is_none());
        ids
    }
}

macro_rules! facts {
    ($($name:ident)*) => {
        /// What the texts tell, each under the name by which they call it. `money` is a sentence of its own, or nothing.
        #[derive(Clone, Debug, Default)]
        pub struct Facts { $(pub $name: String),* }

        impl Facts {
            #[cfg(test)]
            const NAMES: &[&str] = &[$(stringify!($name)),*];

            fn of(&self, name: &str) -> Option<&str> {
                match name {
                    $(stringify!($name) => Some(&self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

facts!(amount assistant doctor money month number org patient reason service team until was when);

impl Facts {
    /// The text with its facts. What a fact says is not looked into: a doctor may write braces.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 64);
        let mut rest = text;
        while let Some((before, (name, after))) = rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
            filled.push_str(before);
            match self.of(name) {
                Some(fact) => filled.push_str(fact),
                None => filled.extend(["{", name, "}"]),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// Tells everybody whom the table names. Who is not among `people`, or is gone, is told nothing.
pub fn tell(db: &mut Tx, movement: Movement, people: &People, facts: &Facts) -> Result<()> {
    for (_, whom, title, text) in TABLE.iter().filter(|(of, ..)| *of == movement) {
        for account in people.of(*whom) {
            notice::tell(db, account, title, &facts.fill(text))?;
        }
    }
    Ok(())
}

/// The sentence on money that goes back. Nothing where there is none.
pub fn going_back(db: &View, what: &str, amount: Fen) -> String {
    match (amount > Fen::ZERO, db.settings.payment.refund_approval) {
        (false, _) => String::new(),
        (true, false) => format!("{what} {} 元将原路退回。", amount.yuan()),
        (true, true) => format!("{what} {} 元待诊所审核后原路退回。", amount.yuan()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_of_a_text_has_a_name() {
        for (movement, whom, title, text) in TABLE {
            let filled = Facts::default().fill(text);
            assert!(!filled.contains(['{', '}']) && !title.contains('{'), "{movement:?} {whom:?}: {filled}");
        }
        for name in Facts::NAMES {
            assert!(TABLE.iter().any(|(.., text)| text.contains(&format!("{{{name}}}"))), "no text tells {name}");
        }
    }

    #[test]
    fn a_fact_is_not_looked_into() {
        let facts = Facts { reason: "{doctor}".into(), doctor: "甲".into(), ..Facts::default() };
        assert_eq!(facts.fill("{reason}，{doctor}{"), "{doctor}，甲{");
    }

    #[test]
    fn a_movement_speaks_once_to_each() {
        for (i, (movement, whom, ..)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..i].iter().any(|(other, to, ..)| (other, to) == (movement, whom)), "{movement:?} {whom:?}");
        }
    }
}
