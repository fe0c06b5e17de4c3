//! Room that is kept for a full disk. sled cannot even open a store where it cannot write, so a file without meaning lies beside it; where the disk
//! is full at start it is thrown out, and the clinic can at least be read.

use std::{
    fs::{self, File},
    io,
    os::fd::AsRawFd,
    path::Path,
};

use super::space::{RESERVE, free_space};

pub(super) const BALLAST: &str = "xuanhu.ballast";
/// More than opening a clinic's store takes: some segments of its log, and a snapshot.
const SIZE: u64 = 32 << 20;
/// With less than this left there is no opening.
const TOO_LITTLE: u64 = 16 << 20;

/// Puts the file into a store's directory, where there is plenty of room and it is not there. Failing is no harm: it is a precaution.
pub fn lay(store: &Path) {
    let path = store.join(BALLAST);
    let laid = fs::metadata(&path).is_ok_and(|file| file.len() >= SIZE);
    if laid || free_space(store).is_some_and(|free| free < 4 * (RESERVE + SIZE)) {
        return;
    }
    if let Err(error) = allocate(&path) {
        tracing::debug!(%error, "no room could be kept for a full disk");
        let _ = fs::remove_file(&path);
    }
}

/// Throws it out where there is too little room to open the store.
pub(super) fn throw_out_if_needed(store: &Path) {
    let path = store.join(BALLAST);
    if path.exists() && free_space(store).is_some_and(|free| free < TOO_LITTLE) && fs::remove_file(&path).is_ok() {
        tracing::warn!("the disk is full; the room kept for that is used to open the store");
    }
}

/// Real blocks, which a file that was merely made long has not.
#[expect(unsafe_code)]
fn allocate(path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    // SAFETY: the descriptor is open as long as `file` is; numbers are all that is passed.
    #[allow(clippy::cast_possible_wrap, reason = "32 MiB fit any offset")]
    match unsafe { libc::posix_fallocate(file.as_raw_fd(), 0, SIZE as libc::off_t) } {
        0 => file.sync_all(),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ballast_lies_there_once_and_takes_real_room() {
        use std::os::unix::fs::MetadataExt;
        let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        lay(dir.path());
        lay(dir.path());
        let file = fs::metadata(dir.path().join(BALLAST)).unwrap();
        assert!(file.len() == SIZE && file.blocks() * 512 >= SIZE, "{} blocks", file.blocks());
        throw_out_if_needed(dir.path());
        assert!(dir.path().join(BALLAST).exists(), "there is room, so nothing is thrown out");
    }
}
