package conn

// WithFD runs f with the socket's descriptor, which stays open meanwhile and
// must not be closed by f. It is for conversations that this package does not
// know, such as passing descriptors over a unix socket.
func (c *Conn) WithFD(f func(fd int) error) error { return c.control(f) }
