package http2

import (
	"slices"
	"sync"
)

// Pool holds the connections to a server that any client's streams may use. The
// zero value is ready. It is safe for concurrent use.
type Pool struct {
	mu    sync.Mutex
	conns []*Conn
}

// Open reserves a stream on one of the shard's connections that asked for name; nil
// where none has room. Connections without streams are taken only if unused says
// so.
func (p *Pool) Open(shard int, name []byte, unused bool) *Stream {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		if c.sock.Shard() != shard || c.Name != string(name) {
			continue // only tasks of its loop may write to it
		}
		if s := c.Open(unused); s != nil {
			return s
		}
	}
	return nil
}

// Add puts in a connection.
func (p *Pool) Add(c *Conn) {
	p.mu.Lock()
	p.conns = append(p.conns, c)
	p.mu.Unlock()
}

// Remove takes out a connection that has ended. It may be another pool's.
func (p *Pool) Remove(c *Conn) {
	p.mu.Lock()
	if i := slices.Index(p.conns, c); i >= 0 {
		p.conns = slices.Delete(p.conns, i, i+1)
	}
	p.mu.Unlock()
}

// Unused counts the connections without streams, up to limit.
func (p *Pool) Unused(limit int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.conns {
		if n < limit && c.Unused() {
			n++
		}
	}
	return n
}

// Close has all connections closed once their streams have ended.
func (p *Pool) Close() {
	p.mu.Lock()
	conns := p.conns
	p.conns = nil
	p.mu.Unlock()
	for _, c := range conns {
		c.Retire()
	}
}
