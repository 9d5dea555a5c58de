package main

import (
	"syscall"

	"gohap/runtime/core"
)

// dropPrivileges confines the process, now that it listens, and tells the old
// processes to leave. They may be another user's, so this comes right before
// the last right is given up; whatever can fail more easily comes first.
func (p *process) dropPrivileges(g *core.Global) bool {
	if g.Chroot != "" {
		if syscall.Chroot(g.Chroot) != nil || syscall.Chdir("/") != nil {
			p.say.mainAlert("Cannot chroot(%s).", g.Chroot)
			return false
		}
	}
	if !g.InsecureSetUID {
		forbidNewPrivileges()
	}
	if g.GID != 0 {
		if groups, _ := syscall.Getgroups(); len(groups) > 0 && syscall.Setgroups(nil) != nil {
			p.say.warning("[%s.main()] Failed to drop supplementary groups. Using 'gid'/'group' without 'uid'/'user' is generally useless.",
				p.opts.name())
		}
		if syscall.Setgid(g.GID) != nil {
			p.say.mainAlert("Cannot set gid %d.", g.GID)
			return false
		}
	}
	p.signalOld(p.opts.oldSig)
	if g.UID != 0 && syscall.Setuid(g.UID) != nil {
		p.say.mainAlert("Cannot set uid %d.", g.UID)
		return false
	}
	if g.SetDumpable {
		makeDumpable()
	}
	return true
}
