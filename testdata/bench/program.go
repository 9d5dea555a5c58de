package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is a proxy under test.
type program struct {
	name, path string
	port       int // of its only listener
	conf       string
	cmd        *exec.Cmd
}

// nginx tells whether the program speaks nginx's language instead of HAProxy's.
func (p *program) nginx() bool { return p.name == "nginx" }

func (p *program) pid() int { return p.cmd.Process.Pid }

// arguments are how to run p with its configuration, or to check it.
func (p *program) arguments(check bool) []string {
	switch {
	case p.nginx() && check:
		return []string{"-t", "-q", "-c", p.conf}
	case p.nginx():
		return []string{"-c", p.conf}
	case check:
		return []string{"-c", "-f", p.conf}
	}
	return []string{"-db", "-f", p.conf}
}

// write writes p's configuration: what every row has, and body.
func (b *bench) write(p *program, body string) error {
	frame := haproxyFrame
	if p.nginx() {
		frame = nginxFrame
	}
	v := b.values
	v.Port = p.port
	text, err := expand(strings.Replace(frame, "BODY", body, 1), v)
	if err != nil {
		return err
	}
	p.conf = filepath.Join(b.dir, p.name+".conf")
	return os.WriteFile(p.conf, []byte(text), 0o644)
}

// restart starts p, anew where it runs already, and waits until it takes
// connections.
func (b *bench) restart(p *program) error {
	p.stop()
	var err error
	if p.cmd, err = spawn(b.on, p.path, p.arguments(false)...); err != nil {
		return err
	}
	if err := waitPort(p.port, 10*time.Second); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	return nil
}

// stop ends p and its children.
func (p *program) stop() {
	if p.cmd == nil {
		return
	}
	end(p.cmd)
	p.cmd = nil
}

// end ends a process. SIGTERM has nginx end its workers.
func end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(3*time.Second, func() {
		for _, p := range family(cmd.Process.Pid) {
			syscall.Kill(p, syscall.SIGKILL)
		}
	})
	cmd.Wait()
	late.Stop()
}
