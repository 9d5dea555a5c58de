package logs

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"
)

// Identity is who the lines are from.
type Identity struct {
	PID  int    // process id in the header
	Host string // host name in the header; "" where log-send-hostname is off
}

// Store holds what the logging of one process shares: its identity, one sender
// per target, and the counters.
type Store struct {
	id      Identity
	now     func() time.Time
	report  func(message string)
	longest atomic.Int64 // the largest "len" of any logger made here

	mu      sync.Mutex
	senders map[Target]*sender

	dropped  atomic.Uint64
	failed   atomic.Uint64
	reported atomic.Bool
}

// NewStore makes the store of a process. Report gets the first failure to
// send, as an alert for the process's own output ("sendmsg()/writev() failed
// in logger #1: ..."); HAProxy tells of no more than one. It may be called on
// any goroutine that logs.
func NewStore(id Identity, report func(message string)) *Store {
	return &Store{id: id, now: time.Now, report: report, senders: map[Target]*sender{}}
}

// Logger makes the logger of `log` lines, in their order, and opens what they
// point at. Tag is the syslog tag, from "log-tag" or else the program's name.
//
// Call it before the process changes its root directory: unix sockets that
// exist then stay reachable afterwards. Once such a daemon restarts, its path
// is looked up again, in the new root. No lines give a nil Logger.
func (s *Store) Logger(tag string, lines []Config) (*Logger, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	l := &Logger{store: s, outputs: make([]output, len(lines))}
	for i := range lines {
		o := &l.outputs[i]
		o.number, o.config = i+1, lines[i]
		if r := o.config.Target.ring; r != nil {
			o.config.Format = r.Format
		}
		if o.config.Format == Unspecified {
			o.config.Format = Local
			if s.id.Host != "" {
				o.config.Format = RFC3164
			}
		}
		var err error
		if o.sender, err = s.open(o.config.Target); err != nil {
			l.outputs = l.outputs[:i]
			l.Close()
			return nil, err
		}
		o.setHeaders(s.id, tag)
		o.same = i > 0 && o.config.Target.ring == nil && l.outputs[i-1].config.Target.ring == nil && o.header == l.outputs[i-1].header &&
			o.config.Format == l.outputs[i-1].config.Format && o.config.Min == l.outputs[i-1].config.Min
		l.lowest = max(l.lowest, o.config.Max)
		if n := int64(o.config.Len); n > s.longest.Load() {
			s.longest.Store(n)
		}
	}
	return l, nil
}

// limit is how long a line may be, without its line feed.
func (o *output) limit() int {
	if r := o.config.Target.ring; r != nil {
		return r.MaxLen
	}
	if o.config.Target.kind == fdTarget {
		return o.config.Len - 1 // there, the line feed counts
	}
	return o.config.Len
}

// setHeaders prepares the header of each level.
func (o *output) setHeaders(id Identity, tag string) {
	limit := o.limit()
	for level := range Level(levels) {
		pri := priority(o.config.Format, o.config.Facility, level)
		o.header[level] = newHeader(o.config.Format, pri, limit, id.Host, tag, id.PID)
	}
}

// Close gives up the logger's share in its targets; a target without loggers
// is closed. Nobody may log through it any more. Close of nil does nothing.
func (l *Logger) Close() {
	if l == nil {
		return
	}
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	for i := range l.outputs {
		sender := l.outputs[i].sender
		if sender.users--; sender.users == 0 {
			delete(l.store.senders, sender.target)
			sender.close()
		}
	}
	l.outputs = nil
}

// Dropped is the number of lines lost because their target was not ready to
// take them: "DroppedLogs" of "show info".
func (s *Store) Dropped() uint64 { return s.dropped.Load() }

// Failed is the number of lines lost to other errors, such as a socket that
// does not exist.
func (s *Store) Failed() uint64 { return s.failed.Load() }

// open returns the sender of a target, and counts its use.
func (s *Store) open(t Target) (*sender, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sender := s.senders[t]; sender != nil {
		sender.users++
		return sender, nil
	}
	sender, err := openSender(t)
	if err != nil {
		return nil, fmt.Errorf("log target %s: %w", t, err)
	}
	sender.users = 1
	s.senders[t] = sender
	return sender, nil
}

// clip cuts text to what HAProxy's line buffers hold: the largest length of
// all `log` lines, less one byte.
func (s *Store) clip(text []byte) []byte {
	return text[:min(int64(len(text)), s.longest.Load()-1)]
}

// send sends a rendered line and books its loss.
func (s *Store) send(o *output, line []byte) {
	errno := o.sender.send(line)
	switch errno {
	case 0:
	case syscall.EAGAIN, syscall.ENOBUFS:
		s.dropped.Add(1)
	default:
		s.failed.Add(1)
		if s.report != nil && s.reported.CompareAndSwap(false, true) {
			s.report(fmt.Sprintf("sendmsg()/writev() failed in logger #%d: %s (errno=%d)",
				o.number, capital(errno.Error()), int(errno)))
		}
	}
}

// capital turns Go's spelling of a system error into the C library's.
func capital(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[n:]
}
