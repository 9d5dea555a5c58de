package conn

import (
	"net"
	"testing"
	"time"
)

func TestWatch(t *testing.T) {
	for _, x := range []struct {
		name  string
		mode  WatchMode
		leave func(*net.TCPConn)
		fires bool
	}{
		{"reset", WatchReset, reset, true},
		{"half-close does not count as a reset", WatchReset, func(p *net.TCPConn) { p.CloseWrite() }, false},
		{"half-close", WatchClose, func(p *net.TCPConn) { p.CloseWrite() }, true},
		{"reset counts as a close", WatchClose, reset, true},
	} {
		t.Run(x.name, func(t *testing.T) {
			for _, early := range []bool{true, false} {
				c, p := pair(t)
				p.Write([]byte("unread bytes hide nothing"))
				c.WaitReadable()
				if early {
					x.leave(p)
				}
				gone := make(chan bool, 1)
				c.Watch(x.mode, func() { gone <- true })
				if !early {
					time.Sleep(3 * watchTick) // handed to the system meanwhile
					x.leave(p)
				}
				if x.fires {
					<-gone
					// It is known from now on.
					c.Watch(x.mode, func() { gone <- true })
					<-gone
					continue
				}
				select {
				case <-gone:
					t.Fatal("fired")
				case <-time.After(5 * watchTick):
				}
			}
		})
	}
}

// TestUnwatch: nothing is called afterwards, and nothing is left behind.
func TestUnwatch(t *testing.T) {
	for i := range 50 {
		c, p := pair(t)
		over := false
		c.Watch(WatchClose, func() {
			if over {
				t.Error("called after Unwatch")
			}
		})
		if i%2 == 0 {
			time.Sleep(time.Millisecond * time.Duration(i%30))
		}
		go reset(p)
		c.Unwatch()
		over = true
		c.Close()
	}
	s := &watchShards[0]
	s.Lock()
	defer s.Unlock()
	if s.young.first != nil || s.old.first != nil {
		t.Fatal("connections left in the lists")
	}
}
