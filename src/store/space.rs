//! Free space of the file system that holds the store, and what is refused where it runs out.

use std::path::Path;

use crate::base::error::{Kind, Reason, Result};

pub const DISK_FULL: Reason = Reason::new(Kind::Full, "disk_full", "服务器磁盘空间不足，暂时不能保存，请联系管理员");

/// sled cannot even open a store on a full disk, so the last bytes are left alone.
pub const RESERVE: u64 = 64 << 20;

/// Refuses to write so many bytes beside the store where they would take the room that it needs itself. Errors: `disk_full`.
pub fn need_room(dir: &Path, bytes: u64) -> Result<()> {
    match free_space(dir).is_some_and(|free| free < bytes + RESERVE) {
        true => Err(DISK_FULL.err()),
        false => Ok(()),
    }
}

/// Free bytes of the file system that holds `dir`.
#[expect(unsafe_code)]
pub fn free_space(dir: &Path) -> Option<u64> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(dir.as_os_str().as_bytes()).ok()?;
    let mut answer = std::mem::MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the path ends with a zero byte, and the answer is read only after success.
    let answer = unsafe { (libc::statvfs(path.as_ptr(), answer.as_mut_ptr()) == 0).then(|| answer.assume_init())? };
    #[allow(clippy::unnecessary_cast, reason = "narrower on other systems")]
    Some(answer.f_bavail as u64 * answer.f_frsize as u64)
}
