package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// catch begins to collect the signals that a serving process or a master acts
// on. What comes while it starts is handled once it has.
func catch(more ...os.Signal) <-chan os.Signal {
	c := make(chan os.Signal, 64)
	signal.Ignore(syscall.SIGPIPE)
	signal.Notify(c, append(more, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2,
		syscall.SIGTTOU, syscall.SIGTTIN)...)
	return c
}

// lastGasp is how long a hard stop waits for logs to be sent and sessions to be
// closed.
const lastGasp = time.Second

// attend acts on signals until everything has ended, and returns the exit
// status.
func (p *process) attend(e engine, signals <-chan os.Signal, orphaned <-chan struct{}) int {
	var hard <-chan time.Time
	for {
		select {
		case <-e.Done():
			return 0
		case <-orphaned:
			return p.stop(e, syscall.SIGTERM)
		case <-hard:
			p.say.warning("soft-stop running for too long, performing a hard-stop.")
			e.Stop()
			waitDone(e)
			return 0
		case s := <-signals:
			switch s {
			case syscall.SIGTERM, syscall.SIGINT:
				return p.stop(e, s.(syscall.Signal))
			case syscall.SIGUSR1:
				if after := e.Settings().HardStopAfter; after > 0 && hard == nil {
					hard = time.After(after)
				}
				e.SoftStop()
			case syscall.SIGTTOU:
				e.Pause()
			case syscall.SIGTTIN:
				e.Resume()
			case syscall.SIGHUP:
				e.Dump(p.say.out)
			}
		}
	}
}

// stop ends everything at once. Whoever waits for the process is to see that the
// signal ended it, as with HAProxy; only an interrupt of a process without
// master counts as the user's wish, and as success.
func (p *process) stop(e engine, s syscall.Signal) int {
	e.Stop()
	waitDone(e)
	if s == syscall.SIGINT && p.role.Kind != workerRole {
		return 0
	}
	dieOf(s)
	return 128 + int(s)
}

func waitDone(e engine) {
	select {
	case <-e.Done():
	case <-time.After(lastGasp):
	}
}

// dieOf ends the process by a signal that it has caught so far.
func dieOf(s syscall.Signal) {
	signal.Reset(s)
	unblockHere(s)
	syscall.Kill(os.Getpid(), s)
	time.Sleep(lastGasp) // until it arrives
}
