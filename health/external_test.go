package health

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestExternal runs programs that end in all the ways there are.
func TestExternal(t *testing.T) {
	sh, err := os.Stat("/bin/sh")
	if err != nil || sh.IsDir() {
		t.Skip("there is no /bin/sh")
	}
	out := filepath.Join(t.TempDir(), "out")
	for script, want := range map[string]Result{
		"exit 0":                      {Status: ProcOK},
		"exit 3":                      {Status: ProcErr, Code: 3},
		"kill -9 $$":                  {Status: ProcErr, Code: -1},
		"exec sleep 9":                {Status: ProcTOut},
		`echo "$1 $2 $NAME" > "$OUT"`: {Status: ProcOK},
	} {
		limit := 10 * time.Second
		if want.Status == ProcTOut {
			limit = 50 * time.Millisecond
		}
		e := &External{Command: "/bin/sh", Args: []string{"-c", script, "check", "127.0.0.1", "80"},
			Env: func() []string { return []string{"NAME=s1", "OUT=" + out, "PATH=/usr/bin:/bin"} }}
		if got := e.Run(&Attempt{ctx: context.Background(), limit: time.Now().Add(limit)}); got != want {
			t.Errorf("%s: %+v, want %+v", script, got, want)
		}
	}
	if text, err := os.ReadFile(out); err != nil || string(text) != "127.0.0.1 80 s1\n" {
		t.Errorf("%v %q", err, text)
	}
	e := &External{Command: "/no/such/program", Env: func() []string { return nil }}
	if got := e.Run(&Attempt{ctx: context.Background(), limit: time.Now().Add(time.Minute)}); got != (Result{Status: ProcErr, Code: 255}) {
		t.Errorf("%+v", got)
	}
}
