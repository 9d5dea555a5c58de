package conn

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// move takes the connection over to another loop. What the former one has heard
// already and not yet told is heard again by the new one.
func (d *loopDescriptor) move(c *Conn, shard int) {
	all := allLoops()
	from, to := d.loop.Load(), all[shard%len(all)]
	if from == to || !d.hold() {
		return
	}
	if !d.unheard.CompareAndSwap(true, false) {
		d.unhear(from)
	}
	d.loop.Store(to)
	d.tag.Store(lastTag.Add(1))
	d.add(to, connEvents)
	d.drop()
	c.shard = int32(to.index)
	from.conns.Add(-1)
	to.conns.Add(1)
	if d.ahead.Load() != nil {
		from.lostAhead.Add(1)
		to.lostAhead.Add(-1)
	}
}

// unhear has l hear no more of the descriptor. Where l is just about to hear of it for
// the first time, that comes first.
func (d *loopDescriptor) unhear(l *loop) {
	for range 1000 {
		if epollCtl(l.epoll, unix.EPOLL_CTL_DEL, d.fd, nil) != unix.ENOENT {
			return
		}
		runtime.Gosched()
	}
}
