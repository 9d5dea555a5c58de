package peer

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// Lines collects lines of text as they come in, and lets a test wait for one.
// It is a writer too: what is written is cut at line feeds. The zero value is
// ready; any goroutine may use it.
type Lines struct {
	mu      sync.Mutex
	all     []string
	partial []byte
	changed chan struct{}
}

// Add appends one line as it stands.
func (l *Lines) Add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(line)
}

func (l *Lines) add(line string) {
	l.all = append(l.all, line)
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// Write takes text; what follows the last line feed waits for the rest of its
// line.
func (l *Lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(p), nil
		}
		l.add(string(line))
		l.partial = rest
	}
}

// All returns the lines so far.
func (l *Lines) All() []string {
	lines, _ := l.look()
	return lines
}

// Text returns everything so far, also the unfinished last line.
func (l *Lines) Text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	for _, line := range l.all {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	b.Write(l.partial)
	return b.String()
}

// look returns the lines and a channel that is closed when there are more.
func (l *Lines) look() ([]string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.all[:len(l.all):len(l.all)], l.changed
}

// Wait returns the first line that contains the text, waiting until it comes,
// and fails the test when it does not.
func (l *Lines) Wait(t testing.TB, text string) string {
	t.Helper()
	line, ok := l.find(nil, func(line string) bool { return strings.Contains(line, text) })
	if !ok {
		t.Fatalf("no line with %q; the lines are:\n%s", text, l.Text())
	}
	return line
}

// WaitN waits until there are at least n lines and returns all of them.
func (l *Lines) WaitN(t testing.TB, n int) []string {
	t.Helper()
	seen := 0
	if _, ok := l.find(nil, func(string) bool { seen++; return seen >= n }); !ok && n > 0 {
		t.Fatalf("%d lines instead of %d:\n%s", seen, n, l.Text())
	}
	return l.All()
}

// find returns the first line that matches, looking at each line once. It
// gives up after [Patience], and soon after quit is closed.
func (l *Lines) find(quit <-chan struct{}, match func(string) bool) (string, bool) {
	limit := time.NewTimer(Patience)
	defer limit.Stop()
	for next, last := 0, false; ; {
		lines, changed := l.look()
		for ; next < len(lines); next++ {
			if match(lines[next]) {
				return lines[next], true
			}
		}
		if last {
			return "", false
		}
		select {
		case <-changed:
		case <-quit:
			last = true
		case <-limit.C:
			last = true
		}
	}
}
