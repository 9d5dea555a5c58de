package reload

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long one step of the conversation may take.
const patience = time.Second

// Send answers the [Command] that the caller has read from c. The caller
// closes c. Descriptors need to stay open until it returns, and no longer.
func Send(c *net.UnixConn, sockets []Socket) error {
	c.SetDeadline(time.Now().Add(patience))
	defer c.SetDeadline(time.Time{})
	head := binary.NativeEndian.AppendUint32(nil, uint32(len(sockets)))
	if _, err := c.Write(head); err != nil {
		return err
	}
	for first := true; len(sockets) > 0; first = false {
		if !first {
			if _, err := io.ReadFull(c, make([]byte, 4)); err != nil {
				return fmt.Errorf("the other process stopped taking sockets: %w", err)
			}
		}
		n := min(batchSize, len(sockets))
		if err := sendBatch(c, sockets[:n]); err != nil {
			return err
		}
		sockets = sockets[n:]
	}
	return c.CloseWrite()
}

func sendBatch(c *net.UnixConn, batch []Socket) error {
	var records []byte
	fds := make([]int, len(batch))
	for i, s := range batch {
		if len(s.Namespace) > 255 || len(s.Interface) > 255 {
			return errors.New("the name of a namespace or interface is too long")
		}
		fds[i] = s.FD
		records = append(append(records, byte(len(s.Namespace))), s.Namespace...)
		records = append(append(records, byte(len(s.Interface))), s.Interface...)
		records = append(records, 0, 0, 0, 0)
	}
	n, _, err := c.WriteMsgUnix(records, unix.UnixRights(fds...), nil)
	if err != nil {
		return err
	}
	// The descriptors went with the first byte.
	for n < len(records) {
		k, err := c.Write(records[n:])
		if err != nil {
			return err
		}
		n += k
	}
	return nil
}
