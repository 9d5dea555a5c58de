package health

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// External is a check that a program does: it passes when the program exits
// with 0 ("option external-check").
type External struct {
	// Command is the program's path, Args its arguments.
	Command string
	Args    []string
	// Env is its environment at the time.
	Env func() []string
}

// Run implements [Probe].
func (e *External) Run(a *Attempt) Result {
	ctx, cancel := context.WithDeadline(a.ctx, a.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.Command, e.Args...)
	cmd.Env = e.Env()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = killDelay
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return Result{Status: ProcOK}
	case ctx.Err() != nil:
		return Result{Status: ProcTOut}
	case errors.As(err, &exit):
		return Result{Status: ProcErr, Code: exit.ExitCode()}
	}
	return Result{Status: ProcErr, Code: 255} // as a child that cannot become the program
}

// killDelay is how long a program that was asked to end may take.
const killDelay = time.Second
