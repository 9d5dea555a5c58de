package idle

import "gohap/runtime/conn"

// Only closes the idle connections that f refuses, and has Put take no such back
// from now on: those that lead to a server's former address. nil refuses none.
func (p *Pool) Only(f func(*conn.Conn) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.only = f
	if f == nil {
		return
	}
	for i := len(p.conns) - 1; i >= 0; i-- {
		if c := p.conns[i].Conn; !f(c) {
			p.remove(i)
			c.Unwatch()
			c.Close()
		}
	}
}
