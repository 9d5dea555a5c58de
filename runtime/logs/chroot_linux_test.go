package logs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gohap/runtime/internal/peer"
)

// TestChroot logs through a change of the root directory: to the daemon that
// was there before for as long as it lives, then to the one found under the
// same path inside.
func TestChroot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("chroot is for root")
	}
	daemon := peer.SyslogUnix(t)
	jail := peer.Dir(t)
	inside := filepath.Join(jail, daemon.Addr)
	if err := os.MkdirAll(filepath.Dir(inside), 0o755); err != nil {
		t.Fatal(err)
	}
	// The jailed process logs a line for each line on its standard input.
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "LOGS_JAIL="+jail, "LOGS_SOCKET="+daemon.Addr)
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := peer.Start(t, cmd)
	p.WaitLine(t, "jailed")
	fmt.Fprintln(input, "one")
	daemon.Wait(t, "one")

	daemon.Close()
	restarted := peer.SyslogAt(t, inside)
	fmt.Fprintln(input, "two")
	restarted.Wait(t, "two")
	input.Close()
	p.Wait(t)
}

// TestMain is also the main of the process that [TestChroot] starts.
func TestMain(m *testing.M) {
	if jail := os.Getenv("LOGS_JAIL"); jail != "" {
		logInJail(jail, os.Getenv("LOGS_SOCKET"))
		return
	}
	os.Exit(m.Run())
}

func logInJail(jail, socket string) {
	config := Config{Target: Unix(socket), Len: DefaultLen, Format: Raw, Max: Debug}
	l, err := NewStore(Identity{}, nil).Logger("haproxy", []Config{config})
	if err == nil {
		err = unix.Chroot(jail)
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	unix.Chdir("/")
	fmt.Println("jailed")
	for {
		var line string
		if _, err := fmt.Scanln(&line); err != nil {
			return
		}
		l.Log(Info, []byte(line))
	}
}
