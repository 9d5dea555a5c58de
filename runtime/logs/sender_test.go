package logs

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"gohap/runtime/internal/peer"
)

// pipe returns the ends of a pipe; size is what it holds, where the system
// lets that be set.
func pipe(t *testing.T, size int) (read, write int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	read, write = int(r.Fd()), int(w.Fd())
	setPipeSize(write, size)
	return read, write
}

// drain returns what a pipe holds.
func drain(t *testing.T, fd int) string {
	t.Helper()
	unix.SetNonblock(fd, true)
	var all []byte
	buf := make([]byte, 1<<16)
	for {
		n, err := unix.Read(fd, buf)
		if n <= 0 || err != nil {
			return string(all)
		}
		all = append(all, buf[:n]...)
	}
}

// reports collects what a store reports.
func reports() (*peer.Lines, func(string)) {
	l := new(peer.Lines)
	return l, l.Add
}

func TestDaemonRestart(t *testing.T) {
	alerts, report := reports()
	daemon := peer.SyslogUnix(t)
	store := NewStore(Identity{PID: 7}, report)
	l := newLogger(t, store, "haproxy", Unix(daemon.Addr), "format raw local0")
	l.Log(Info, []byte("before"))
	daemon.Wait(t, "before")
	daemon.Close()
	l.Log(Info, []byte("lost"))
	daemon = peer.SyslogAt(t, daemon.Addr)
	l.Log(Info, []byte("after"))
	if got := daemon.WaitN(t, 1)[0]; got != "after\n" {
		t.Errorf("the new daemon gets %q", got)
	}
	if store.Failed() != 1 || store.Dropped() != 0 {
		t.Errorf("%d failed, %d dropped", store.Failed(), store.Dropped())
	}
	want := "sendmsg()/writev() failed in logger #1: No such file or directory (errno=2)"
	if got := alerts.All(); len(got) != 1 || got[0] != want {
		t.Errorf("reported %q", got)
	}
}

func TestDaemonThatComesLater(t *testing.T) {
	path := filepath.Join(peer.Dir(t), "log")
	store := NewStore(Identity{}, nil)
	l := newLogger(t, store, "haproxy", Unix(path), "format raw local0")
	l.Log(Info, []byte("too early"))
	daemon := peer.SyslogAt(t, path)
	l.Log(Info, []byte("in time"))
	daemon.Wait(t, "in time")
}

func TestOnlyTheFirstFailureIsReported(t *testing.T) {
	alerts, report := reports()
	store := NewStore(Identity{}, report)
	good := peer.SyslogUnix(t)
	var configs []Config
	for _, target := range []Target{Unix(good.Addr), Unix("/nonexistent/log"), FD(9999)} {
		configs = append(configs, Config{Target: target, Len: 100, Format: Raw, Max: Debug})
	}
	l, err := store.Logger("haproxy", configs)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		l.Log(Err, []byte("x"))
	}
	good.WaitN(t, 3)
	if got := alerts.All(); len(got) != 1 || !strings.Contains(got[0], "logger #2: No such file or directory (errno=2)") {
		t.Errorf("reported %q", got)
	}
	if store.Failed() != 6 {
		t.Errorf("%d lines failed", store.Failed())
	}
}

// TestFullSocketDrops fills the queue of a daemon that does not read.
func TestFullSocketDrops(t *testing.T) {
	path := filepath.Join(peer.Dir(t), "log")
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := unix.Bind(fd, &unix.SockaddrUnix{Name: path}); err != nil {
		t.Fatal(err)
	}
	store := NewStore(Identity{}, func(m string) { t.Error(m) })
	l := newLogger(t, store, "haproxy", Unix(path), "format raw local0")
	const sent = 3000
	for range sent {
		l.Log(Info, []byte("line"))
	}
	got := strings.Count(drain(t, fd), "line\n")
	if got == 0 || store.Dropped() == 0 || uint64(got)+store.Dropped() != sent {
		t.Errorf("%d arrived and %d dropped of %d", got, store.Dropped(), sent)
	}
	l.Log(Info, []byte("room again"))
	if got := drain(t, fd); got != "room again\n" {
		t.Errorf("then %q", got)
	}
}

// TestFullPipeKeepsLinesWhole fills a pipe with lines that do not fit evenly.
func TestFullPipeKeepsLinesWhole(t *testing.T) {
	read, write := pipe(t, 1<<16)
	store := NewStore(Identity{}, func(m string) { t.Error(m) })
	l := newLogger(t, store, "haproxy", FD(write), "len 30000 format raw local0")
	line := strings.Repeat("0123456789", 2111)
	const sent = 20
	for range sent {
		l.Log(Info, []byte(line))
	}
	all := drain(t, read)
	// The end of the line that was cut comes with the next one.
	l.Log(Info, []byte("last"))
	all += drain(t, read)
	lines := strings.SplitAfter(strings.TrimSuffix(all, "last\n"), "\n")
	lines = lines[:len(lines)-1]
	for i, got := range lines {
		if got != line+"\n" {
			t.Errorf("line %d has %d bytes", i, len(got))
		}
	}
	if !strings.HasSuffix(all, "\nlast\n") || store.Dropped() == 0 || uint64(len(lines))+store.Dropped() != sent {
		t.Errorf("%d lines arrived, %d dropped", len(lines), store.Dropped())
	}
}

func TestRegularFile(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l := newLogger(t, NewStore(Identity{PID: 1}, nil), "haproxy", FD(int(f.Fd())), "format short local0", "format raw local0")
	l.Log(Warning, []byte("text\n"))
	if got, _ := os.ReadFile(f.Name()); string(got) != "<4>text\ntext\n" {
		t.Errorf("the file has %q", got)
	}
}

func TestTargetsShareSenders(t *testing.T) {
	sink := peer.SyslogUDP(t)
	store := NewStore(Identity{}, nil)
	target := UDP(netip.MustParseAddrPort(sink.Addr))
	config := Config{Target: target, Len: 100, Format: Raw, Max: Debug}
	a, err := store.Logger("a", []Config{config, config})
	if err != nil {
		t.Fatal(err)
	}
	b, err := store.Logger("b", []Config{config})
	if err != nil {
		t.Fatal(err)
	}
	if len(store.senders) != 1 {
		t.Errorf("%d senders", len(store.senders))
	}
	a.Close()
	b.Log(Info, []byte("still there"))
	sink.Wait(t, "still there")
	b.Close()
	if len(store.senders) != 0 {
		t.Errorf("%d senders after the last logger", len(store.senders))
	}
	if l, err := store.Logger("x", []Config{{}}); l != nil || err == nil {
		t.Error("no error for a line without a target")
	}
}

func TestNilLogger(t *testing.T) {
	l, err := NewStore(Identity{}, nil).Logger("x", nil)
	if l != nil || err != nil || l.Wants(Emerg) {
		t.Errorf("%v, %v", l, err)
	}
	l.Log(Emerg, []byte("nowhere"))
	l.Close()
}

func TestWants(t *testing.T) {
	l := newLogger(t, NewStore(Identity{}, nil), "x", FD(9999), "format raw local0 crit", "format raw local0 notice")
	if !l.Wants(Notice) || l.Wants(Info) {
		t.Error("the least severe level that is taken is notice")
	}
}

// TestManyWriters logs from several goroutines to one of each kind of target.
func TestManyWriters(t *testing.T) {
	udp, local := peer.SyslogUDP(t), peer.SyslogUnix(t)
	read, write := pipe(t, 1<<20)
	store := NewStore(Identity{PID: 1, Host: "h"}, func(m string) { t.Error(m) })
	var configs []Config
	for i, target := range []Target{UDP(netip.MustParseAddrPort(udp.Addr)), Unix(local.Addr), FD(write)} {
		configs = append(configs, Config{Target: target, Len: 100 + i, Max: Debug})
	}
	l, err := store.Logger("haproxy", configs)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for n := range 50 {
				l.Log(Info, fmt.Appendf(nil, "%d/%d", g, n))
			}
		})
	}
	group.Wait()
	if got := strings.Count(drain(t, read), "haproxy[1]: "); got != 200 {
		t.Errorf("%d lines in the pipe", got)
	}
	udp.WaitN(t, 200)
	local.WaitN(t, 200-int(store.Dropped()))
}
