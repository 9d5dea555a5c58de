package idle

import "gohap/runtime/conn"

// Only closes the idle connections that f refuses, and has Put take no such back
// from now on: those that lead to a server's former address. nil refuses none.
func (p *Pool) Only(f func(*conn.Conn) bool) {
	if f == nil {
		p.only.Store(nil)
		return
	}
	p.only.Store(&f)
	p.each(func(h *shelf) {
		for i := len(h.conns) - 1; i >= 0; i-- {
			if c := h.conns[i].Conn; !f(c) {
				p.remove(h, i)
				c.Unwatch()
				c.Close()
			}
		}
	})
}
