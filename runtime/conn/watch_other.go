//go:build !linux

package conn

import "golang.org/x/sys/unix"

// look polls a connection, at every tick as long as it is watched.
func (s *watchShard) look(c *Conn) {
	c.control(func(fd int) error {
		p := [1]unix.PollFd{{Fd: int32(fd), Events: pollRdHup}}
		n, err := unix.Poll(p[:], 0)
		switch {
		case err != nil || n == 0:
		case p[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0:
			c.happened(WatchClose | WatchReset)
		default:
			c.happened(WatchClose)
		}
		return nil
	})
	if c.watch.f == nil {
		s.old.remove(c)
	}
}

func disarm(*Conn) {}
