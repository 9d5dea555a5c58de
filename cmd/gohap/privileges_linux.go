package main

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// forbidNewPrivileges keeps set-uid programs from giving a child more rights
// than this process has. The setting is each thread's own.
func forbidNewPrivileges() {
	syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0)
}

// makeDumpable undoes what dropping privileges does: no core files.
func makeDumpable() { unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) }
