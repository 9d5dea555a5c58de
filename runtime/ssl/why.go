package ssl

import (
	"io"

	"gohap/runtime/conn"
)

// Why says in HAProxy's words why a handshake with a client failed.
func Why(c *conn.Conn, err error) string {
	switch cause := conn.Cause(err); {
	case cause == conn.ErrTimeout:
		return "Timeout during SSL handshake"
	case cause == io.EOF, cause == conn.ErrReset, cause == conn.ErrAborted:
		return "Connection closed during SSL handshake"
	}
	return "SSL handshake failure"
}
