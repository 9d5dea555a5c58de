package reload

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

func native(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }

// receiver collects the batches of one transfer.
type receiver struct {
	c    *net.UnixConn
	want int

	fds     []int
	records []Socket // parallel to fds once a batch is complete
	pending []byte   // of a record that is not complete yet
}

func (r *receiver) run() error {
	// A batch is one write of the other side, which a stream need not keep
	// whole: records are complete when there are as many as descriptors.
	buf := make([]byte, batchSize*(2*256+4))
	oob := make([]byte, unix.CmsgSpace(4*(batchSize+1)))
	for len(r.records) < r.want {
		r.c.SetDeadline(time.Now().Add(patience))
		n, k, _, _, err := r.c.ReadMsgUnix(buf, oob)
		if k > 0 {
			if err := r.rights(oob[:k]); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrUnexpectedEOF
		}
		if err := r.parse(buf[:n]); err != nil {
			return err
		}
		if len(r.records) == len(r.fds) {
			// The other side waits for this before the next batch only, and
			// may be gone after the last.
			r.c.Write(binary.NativeEndian.AppendUint32(nil, uint32(len(r.records))))
		}
	}
	if len(r.fds) != r.want {
		return errors.New("as many descriptors as records were to come")
	}
	return nil
}

// rights takes the descriptors out of a control message.
func (r *receiver) rights(oob []byte) error {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return err
	}
	for i := range messages {
		fds, err := unix.ParseUnixRights(&messages[i])
		if err != nil {
			return err
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			r.fds = append(r.fds, fd)
		}
	}
	return nil
}

// parse reads the records that are complete.
func (r *receiver) parse(b []byte) error {
	r.pending = append(r.pending, b...)
	for {
		namespace, rest, ok := name(r.pending)
		if !ok {
			return nil
		}
		iface, rest, ok := name(rest)
		if !ok || len(rest) < 4 {
			return nil
		}
		if len(r.records) == len(r.fds) || len(r.records) == r.want {
			return errors.New("more records than descriptors")
		}
		r.records = append(r.records, Socket{FD: r.fds[len(r.records)], Interface: iface, Namespace: namespace})
		r.pending = append(r.pending[:0], rest[4:]...)
		if len(r.pending) == 0 {
			return nil
		}
	}
}

// name reads a length byte and that many bytes.
func name(b []byte) (text string, rest []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return "", nil, false
	}
	return string(b[1 : 1+int(b[0])]), b[1+int(b[0]):], true
}

// sockets asks the system what each descriptor listens on. One that is no
// listening socket of a known kind is closed.
func (r *receiver) sockets() *Sockets {
	s := &Sockets{}
	for _, got := range r.records {
		addr, err := Identify(got)
		if err != nil {
			unix.Close(got.FD)
			continue
		}
		s.left = append(s.left, inherited{got.FD, addr})
	}
	return s
}
