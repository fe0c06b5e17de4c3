//! `xuanhu service`: a unit for systemd that runs this binary on this directory, with as few rights as it needs.

use std::{env, fs, io, os::unix::fs::MetadataExt, path::Path};

use super::common::{Common, say};
use crate::base::{
    error::{Kind, Reason, Result},
    settings::Settings,
};

const NO_PLACE: Reason = Reason::new(Kind::Internal, "no_place", "the place of this program or of its data directory is not known");

pub fn run(common: &Common) -> Result<()> {
    let settings = common.settings(&[])?;
    let here = |e: io::Error| NO_PLACE.caused_by(e);
    let binary = env::current_exe().map_err(here)?;
    let dir = std::path::absolute(&common.data_dir).map_err(here)?;
    say(unit(&binary, &dir, &owner(&dir), &settings).trim_end());
    Ok(())
}

/// Who runs it where nobody does yet.
const NOBODY_YET: &str = "xuanhu";

/// Who the directory belongs to; nobody in particular where it is not there yet, or where it is root's.
fn owner(dir: &Path) -> String {
    let id = fs::metadata(dir).map_or(0, |dir| dir.uid());
    match id {
        0 => NOBODY_YET.to_owned(),
        id => id.to_string(),
    }
}

fn unit(binary: &Path, dir: &Path, user: &str, settings: &Settings) -> String {
    let (binary, dir) = (quoted(binary), quoted(dir));
    // Ports below 1024 need a right of their own.
    let capability = if settings.http.listen.port() < 1024 { "CAP_NET_BIND_SERVICE" } else { "" };
    let files = settings.http.max_connections.saturating_add(1_024);
    let needs = match user {
        NOBODY_YET => {
            format!("\n# Needs a user and the directory: useradd --system --no-create-home {user}; install -d -m 700 -o {user} {dir}")
        }
        _ => String::new(),
    };
    let places: String = settings.backup.dir.iter().chain(&settings.archive.dir).map(|place| format!(" {}", quoted(place))).collect();
    let stop = settings.http.drain.as_seconds().saturating_add(30);
    format!(
        "# Put this into /etc/systemd/system/xuanhu.service, then: systemctl daemon-reload && systemctl enable --now xuanhu{needs}
[Unit]
Description=Xuanhu, the clinic's server
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=main
ExecStart={binary} serve --data-dir {dir}
# Reads the TLS certificate again.
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
WatchdogSec=60
TimeoutStartSec=infinity
TimeoutStopSec={stop}
User={user}
UMask=0077
LimitNOFILE={files}

ReadWritePaths={dir}{places}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
NoNewPrivileges=yes
CapabilityBoundingSet={capability}
AmbientCapabilities={capability}
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"
    )
}

/// As systemd reads it: `%` and `$` begin something there.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    match text.contains(|c: char| c.is_whitespace() || c == '"' || c == '\'') {
        true => format!("\"{text}\""),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_names_program_directory_and_user() {
        let settings = Settings::load(Path::new("/nonexistent"), &[("http.listen", "0.0.0.0:443".into())], []).unwrap();
        let text = unit(Path::new("/opt/xuan hu/xuanhu"), Path::new("/srv/100%"), "care", &settings);
        for line in
            ["ExecStart=\"/opt/xuan hu/xuanhu\" serve --data-dir /srv/100%%", "User=care", "ReadWritePaths=/srv/100%%", "Type=notify"]
        {
            assert!(text.lines().any(|one| one == line), "{line}: {text}");
        }
        assert!(text.contains("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"));
        assert!(unit(Path::new("/x"), Path::new("/y"), "z", &Settings::default()).contains("\nAmbientCapabilities=\n"));
    }
}
