package runtime_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gohap/health"
	"gohap/parser/diag"
	"gohap/runtime"
)

// stateConfig takes its servers' states from the directory that it is in.
const stateConfig = `global
    server-state-base DIR
    server-state-file global
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
backend b
    load-server-state-from-file local
    server maint 127.0.0.1:1 weight 10
    server drain 127.0.0.1:2 weight 10
    server weight 127.0.0.1:3 weight 10
    server other 127.0.0.1:4 weight 20
    server down 127.0.0.1:5 check
    server port 127.0.0.1:6
    server enabled 127.0.0.1:7 disabled
backend g
    load-server-state-from-file global
    server s 127.0.0.1:1 weight 10
backend none
    load-server-state-from-file none
    server maint 127.0.0.1:1
`

const localStates = `1
# be_id be_name srv_id srv_name …
2 b 1 maint 127.0.0.1 0 1 10 10 100 1 0 0 0 0 0 0 - 1 - 0 0 - - 0
2 b 2 drain 127.0.0.1 2 8 10 10 100 1 0 2 0 0 0 0 - 2 - 0 0 - - 0
2 b 3 weight 127.0.0.1 2 0 5 10 100 1 0 2 0 0 0 0 - 3 - 0 0 - - 0
2 b 4 other 127.0.0.1 2 0 5 10 100 1 0 2 0 0 0 0 - 4 - 0 0 - - 0
2 b 5 down 127.0.0.1 0 0 1 1 100 8 2 0 6 0 0 0 - 5 - 0 0 - - 0
2 b 6 port 127.0.0.1 2 0 1 1 100 1 0 2 0 0 0 0 - 66 - 0 0 - - 0
2 b 7 enabled 127.0.0.1 2 4 1 1 100 1 0 0 8 0 0 0 - 7 - 0 0 - - 0
short line
2 b 1 maint 127.0.0.1 2 0 1 10 100 1 0 0 0 0 0 0 - 1 - 0 0 - - 0
`

func TestServerStateFile(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "haproxy.cfg")
	for name, text := range map[string]string{
		config: strings.ReplaceAll(stateConfig, "DIR", dir), filepath.Join(dir, "b"): localStates, filepath.Join(dir, "global"): "2\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var found diag.List
	i := runtime.Load(&runtime.Options{Files: []string{config}}, &found)
	if i == nil {
		t.Fatal(found.All)
	}
	var warnings []string
	for _, d := range found.All {
		if strings.Contains(d.Message, "state file") {
			warnings = append(warnings, strings.ReplaceAll(d.Message, dir, "DIR"))
		}
	}
	want := "config : Proxy 'b': backend ID mismatch: from server state file: '2', from running config '1'\n" +
		"config : Proxy 'b': corrupted server state file 'DIR/b' at line 9.\n" +
		"config : config: Can't get version of the global server state file 'DIR/global'"
	if got := strings.Join(warnings, "\n"); got != want {
		t.Errorf("warnings:\n%s\nwant\n%s", got, want)
	}
	for _, w := range []struct {
		server string
		state  health.State
		admin  health.Admin
		weight int
		port   uint16
	}{
		{"b/maint", health.Stopped, health.ForcedMaint, 10, 1},
		{"b/drain", health.Running, health.ForcedDrain, 10, 2},
		{"b/weight", health.Running, 0, 5, 3},
		{"b/other", health.Running, 0, 20, 4},
		{"b/down", health.Stopped, 0, 1, 5},
		{"b/port", health.Running, 0, 1, 66},
		{"b/enabled", health.Running, 0, 1, 7},
		{"g/s", health.Running, 0, 10, 1},
		{"none/maint", health.Running, 0, 1, 1},
	} {
		be, name, _ := strings.Cut(w.server, "/")
		for _, s := range i.Graph().Backends[be].Servers {
			if s.Name != name {
				continue
			}
			h, port := s.Health, s.Dial.Load().Options.Addr.Port()
			if h.State() != w.state || h.Admin() != w.admin || h.UserWeight() != w.weight || port != w.port {
				t.Errorf("%s: state %v, admin %v, weight %d, port %d", w.server, h.State(), h.Admin(), h.UserWeight(), port)
			}
		}
	}
}
