package health

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"syscall"
	"time"
)

// lab is a dialer whose servers behave as told, by address. It notes when it
// was asked for each.
type lab struct {
	mu    sync.Mutex
	mode  map[string]string // "refuse", "hang"; otherwise a connection
	dials map[string][]time.Duration
	begun time.Time
	open  int // connections being made
	most  int
}

func newLab() *lab {
	return &lab{mode: make(map[string]string), dials: make(map[string][]time.Duration), begun: time.Now()}
}

func (l *lab) set(addr, mode string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mode[addr] = mode
}

// Dial makes a connection, or fails to.
func (l *lab) Dial(ctx context.Context, t Target) (net.Conn, error) {
	l.mu.Lock()
	l.dials[t.Address] = append(l.dials[t.Address], time.Since(l.begun))
	l.open++
	l.most = max(l.most, l.open)
	mode := l.mode[t.Address]
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		l.open--
		l.mu.Unlock()
	}()
	switch mode {
	case "refuse":
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case "hang":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	near, far := net.Pipe()
	go func() {
		defer far.Close()
		buf := make([]byte, 4096)
		for {
			if _, err := far.Read(buf); err != nil {
				return
			}
		}
	}()
	return near, nil
}

// counts are the connections being made now, and at most so far.
func (l *lab) counts() (open, most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open, l.most
}

// times are when the address was dialled, rounded to milliseconds.
func (l *lab) times(addr string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var t []string
	for _, d := range l.dials[addr] {
		t = append(t, fmt.Sprint(d.Milliseconds()))
	}
	return strings.Join(t, " ")
}

// recorder keeps the messages.
type recorder struct {
	mu    sync.Mutex
	texts []string
}

func (r *recorder) Notify(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.texts = append(r.texts, e.Log)
}

// take returns the messages since the last call.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.texts
	r.texts = nil
	return t
}
