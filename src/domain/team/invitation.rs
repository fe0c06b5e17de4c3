//! Invitations (任务列表: 团队邀请二维码): a doctor of a team invites other doctors by a code, as text or as a QR code. The code is
//! signed, says whose team and who invites, and holds for `team.invitation_ttl`. Nothing of it is stored; what is signed holds the random bits of
//! the inviter's place in the team, so that a code dies with that place.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};

use super::{ALREADY_IN_TEAM, Team, enter, may_enter, need_place, place};
use crate::{
    base::{
        error::{Kind, Reason, Result},
        id::{DoctorId, TeamId},
        secret::{self, Signer, same},
        time::Time,
    },
    domain::{directory::display_name, identity::account},
    store::{Tx, View},
};

pub const INVALID_INVITATION: Reason = Reason::new(Kind::Rule, "invalid_invitation", "邀请码无效，请向邀请人索取新的邀请码");
pub const INVITATION_EXPIRED: Reason = Reason::new(Kind::Rule, "invitation_expired", "邀请码已过期，请向邀请人索取新的邀请码");

/// What a code says, and what is sealed with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub team: TeamId,
    pub inviter: DoctorId,
    pub expires: Time,
    /// Of the inviter's place in the team ([`TeamDoctor::seed`](super::TeamDoctor)).
    seed: Option<[u8; 16]>,
}

const PURPOSE: &str = "team-invitation";
/// 128 bits of the seal: not to be guessed, and the QR code stays small.
const SEAL: usize = 16;

impl Invitation {
    /// `team.inviter.expires.seal`, from numbers and letters that no client has to encode.
    pub fn code(&self, signer: &Signer) -> String {
        format!("{}.{}", self.said(), B64.encode(self.seal(signer)))
    }

    fn seal(&self, signer: &Signer) -> [u8; SEAL] {
        let sealed = match self.seed {
            Some(seed) => format!("{}.{}", self.said(), secret::hex(&seed)),
            None => self.said(),
        };
        let seal = signer.seal(PURPOSE, &sealed);
        std::array::from_fn(|at| seal[at])
    }

    fn said(&self) -> String {
        format!("{}.{}.{}", self.team, self.inviter, self.expires.0)
    }

    /// What the code says, and its seal, which proves nothing yet. Of a scanned QR code the whole text will do, or the address in it: the code is
    /// the last word of each.
    fn read(text: &str) -> Option<(Invitation, Vec<u8>)> {
        let code = text.trim().rsplit([' ', '\n', '：', ':', '/']).next()?;
        let (said, seal) = code.rsplit_once('.')?;
        let mut numbers = said.split('.');
        let invitation = Invitation {
            team: numbers.next()?.parse().ok()?,
            inviter: numbers.next()?.parse().ok()?,
            expires: Time(numbers.next()?.parse().ok()?),
            seed: None,
        };
        // Of one invitation there is one code: `+7` and `007` are numbers too.
        let whole = numbers.next().is_none() && invitation.said() == said;
        Some((invitation, B64.decode(seal).ok()?)).filter(|_| whole)
    }

    /// The invitation, if this clinic signed it for the place that has this seed.
    fn proven(self, signer: &Signer, seal: &[u8], seed: Option<[u8; 16]>) -> Option<Invitation> {
        let invitation = Invitation { seed, ..self };
        same(seal, &invitation.seal(signer)).then_some(invitation)
    }
}

/// A doctor of the team invites. Errors: `not_found`, `not_in_team`.
pub fn invite(db: &View, inviter: DoctorId, team: TeamId) -> Result<(Team, Invitation)> {
    let team: Team = db.need(team)?;
    let seed = need_place(db, team.id, inviter)?.seed;
    let expires = db.now.plus(db.settings.team.invitation_ttl.ms());
    Ok((team.clone(), Invitation { team: team.id, inviter, expires, seed }))
}

/// What the QR code holds: the team's name, its id, who invites, the code; and where patients join, if the outside world can reach the clinic
/// at `http.public_url`.
pub fn text(db: &View, team: &Team, invitation: &Invitation, signer: &Signer) -> Result<String> {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inviter = display_name::name(db, invitation.inviter.account())?;
    let code = invitation.code(signer);
    let place = match &db.settings.http.public_url {
        Some(url) => format!("\n加入地址：{url}/web/patient/#/teams/join/{code}"),
        None => String::new(),
    };
    Ok(format!("团队名称：{}\n团队编号：{}\n邀请人：{}\n邀请码：{code}{place}", line(&team.name), team.id, line(&inviter)))
}

/// The team behind a code, as a patient reads it: nobody joins by that.
///
/// Errors: `invalid_invitation`, `invitation_expired`.
pub fn team_of(db: &View, signer: &Signer, code: &str) -> Result<Team> {
    let (said, _) = Invitation::read(code).ok_or_else(|| INVALID_INVITATION.err())?;
    accept(db, signer, said.team, code)?;
    db.get::<Team>(said.team)?.ok_or_else(|| INVALID_INVITATION.with("该团队已不存在"))
}

/// The invitation behind a code, which must be into this team, in time, from somebody who is still in it.
///
/// Errors: `invalid_invitation`, `invitation_expired`.
pub fn accept(db: &View, signer: &Signer, team: TeamId, code: &str) -> Result<Invitation> {
    let (said, seal) = Invitation::read(code).ok_or_else(|| INVALID_INVITATION.err())?;
    if said.team != team {
        return Err(INVALID_INVITATION.with("这是另一个团队的邀请码"));
    }
    // One who was shut out or has left invites nobody any more.
    let place = place(db, team, said.inviter)?.filter(|_| account::need_verified(db, said.inviter.account()).is_ok());
    let place = place.ok_or_else(|| INVALID_INVITATION.with("邀请人已不在该团队"))?;
    let invitation = said.proven(signer, &seal, place.seed).ok_or_else(|| INVALID_INVITATION.err())?;
    match invitation.expires > db.now {
        true => Ok(invitation),
        false => Err(INVITATION_EXPIRED.err()),
    }
}

/// A doctor joins by an invitation code.
///
/// Errors: `not_found`, `not_verified`, `invalid_invitation`, `invitation_expired`, `already_in_team`, `team_limit`.
pub fn join(db: &mut Tx, signer: &Signer, doctor: DoctorId, team: TeamId, code: &str) -> Result<Team> {
    let team: Team = db.need(team)?;
    account::need_verified(db, doctor.account())?;
    let invitation = accept(db, signer, team.id, code)?;
    if place(db, team.id, doctor)?.is_some() {
        return Err(ALREADY_IN_TEAM.err());
    }
    may_enter(db, doctor)?;
    enter(db, team.id, doctor, invitation.inviter)?;
    Ok(team)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::id::Id;

    const SEED: Option<[u8; 16]> = Some([7; 16]);
    const INVITATION: Invitation =
        Invitation { team: Id::from_number(1012), inviter: Id::from_number(1003), expires: Time(1_773_000_000_000), seed: SEED };

    fn read(signer: &Signer, code: &str) -> Option<Invitation> {
        let (said, seal) = Invitation::read(code)?;
        said.proven(signer, &seal, SEED)
    }

    #[test]
    fn a_code_reads_as_what_it_was_made_of() {
        let signer = Signer::new(&[1; 32]);
        let code = INVITATION.code(&signer);
        assert_eq!(read(&signer, &code), Some(INVITATION));
        for text in [
            format!(" 邀请人：测\n邀请码：{code}\n"),
            format!("邀请码：{code}\n加入地址：https://a.example/web/patient/#/teams/join/{code}"),
        ] {
            assert_eq!(read(&signer, &text), Some(INVITATION), "{text}");
        }
        assert_eq!(read(&Signer::new(&[2; 32]), &code), None);
        for bad in [code.replace("1012", "1013"), code.replace("1012", "+1012"), code.replace("1012", "01012"), format!("1.{code}")] {
            assert_eq!(read(&signer, &bad), None, "{bad}");
        }
    }

    #[test]
    fn a_code_is_of_one_place() {
        let signer = Signer::new(&[1; 32]);
        for (of, held) in [(SEED, Some([8; 16])), (SEED, None), (None, SEED)] {
            let (said, seal) = Invitation::read(&Invitation { seed: of, ..INVITATION }.code(&signer)).unwrap();
            assert_eq!(said.proven(&signer, &seal, held), None, "{of:?} {held:?}");
            assert!(said.proven(&signer, &seal, of).is_some());
        }
    }

    proptest! {
        #[test]
        fn a_bent_code_is_none(at in any::<prop::sample::Index>(), letter in "[0-9A-Za-z.]") {
            let signer = Signer::new(&[1; 32]);
            let code = INVITATION.code(&signer);
            let at = at.index(code.len());
            let bent = format!("{}{letter}{}", &code[..at], &code[at + 1..]);
            prop_assert!(bent == code || read(&signer, &bent).is_none());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            prop_assert_eq!(read(&Signer::new(&[1; 32]), &text), None);
        }
    }
}
