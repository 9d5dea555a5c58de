package conn

import (
	"sync/atomic"
	"time"
)

var epoch = time.Now()

// Now is the engine's monotonic clock in milliseconds since an arbitrary start
// that is the same for the whole process. It never goes back, is cheap enough to
// be read several times a request, and is the clock of all timeouts here.
func Now() int64 { return int64(time.Since(epoch) / time.Millisecond) }

// Now is Now for the tasks that serve c: on a loop the clock moves when the loop
// has waited, which is often enough for timeouts and logs. c may be nil.
func (c *Conn) Now() int64 {
	if c == nil {
		return Now()
	}
	return c.sock.now()
}

// Wall is to Wall as Conn.Now is to Now.
func (c *Conn) Wall() time.Time {
	if c == nil {
		return Wall()
	}
	return c.sock.wall()
}

// Wall is the engine's wall clock. It may lag behind the system's by a tick.
func Wall() time.Time { return time.Now() }

// Date caches a text that changes once a second, such as the date of a log line
// or of a Date header: formatting it for each request costs more than the rest
// of the line. The zero value is not usable; Format must be set. Any number of
// tasks may use one Date.
type Date struct {
	// Format appends the text for a second. It must not keep dst.
	Format func(dst []byte, second time.Time) []byte

	last atomic.Pointer[dateText]
}

type dateText struct {
	second int64
	text   []byte
}

// Append appends the text for the second in which t lies.
func (d *Date) Append(dst []byte, t time.Time) []byte {
	s := t.Unix()
	if c := d.last.Load(); c != nil && c.second == s {
		return append(dst, c.text...)
	}
	c := &dateText{s, d.Format(nil, t.Truncate(time.Second))}
	d.last.Store(c)
	return append(dst, c.text...)
}
