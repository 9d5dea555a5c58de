package mailers

import (
	"bytes"
	"errors"
	"time"

	"gohap/runtime/conn"
)

// errRefused says that the mailer does not take the letter.
var errRefused = errors.New("mailers: refused")

// post delivers a letter to the mailer.
func (m *Mailer) post(l *Letter, timeout time.Duration) error {
	c, err := conn.Dial(&conn.DialOptions{Addr: m.Addr, Timeout: timeout})
	if err != nil {
		return err
	}
	defer c.Abort()
	if timeout > 0 {
		at := conn.Now() + timeout.Milliseconds()
		c.SetReadDeadlineAt(at)
		c.SetWriteDeadlineAt(at)
	}
	x := exchange{c: c}
	if err := x.answer("220"); err != nil {
		return err
	}
	for _, step := range [...]struct{ say, want string }{
		{"HELO " + l.Host + "\r\n", "250"},
		{"MAIL FROM:<" + l.From + ">\r\n", "250"},
		{"RCPT TO:<" + l.To + ">\r\n", "250"},
		{"DATA\r\n", "354"},
		{l.body(), "250"},
		{"QUIT\r\n", "221"},
	} {
		if _, err := c.Write([]byte(step.say)); err != nil {
			return err
		}
		if err := x.answer(step.want); err != nil {
			return err
		}
	}
	return nil
}

// body is the letter itself, and the line that ends it.
func (l *Letter) body() string {
	return "From: " + l.From + "\r\nTo: " + l.To + "\r\nDate: " + l.At.Format("Mon, 2 Jan 2006 15:04:05 -0700 (MST)") +
		"\r\nSubject: [HAProxy Alert] " + l.Text + "\r\n\r\n" + l.Text + "\r\n\r\n.\r\n"
}

// maxAnswer bounds what a mailer says at a time.
const maxAnswer = 4096

// exchange reads what the mailer says.
type exchange struct {
	c   *conn.Conn
	buf [maxAnswer]byte
	n   int
}

// answer reads one answer, of one or more lines, and fails where it does not have
// the code wanted.
func (x *exchange) answer(code string) error {
	for {
		for {
			i := bytes.IndexByte(x.buf[:x.n], '\n')
			if i < 0 {
				break
			}
			line := x.buf[:i]
			more := len(line) > 3 && line[3] == '-'
			ok := bytes.HasPrefix(line, []byte(code))
			x.n = copy(x.buf[:], x.buf[i+1:x.n])
			switch {
			case !ok:
				return errRefused
			case !more:
				return nil
			}
		}
		if x.n == len(x.buf) {
			return errRefused
		}
		got, err := x.c.Read(x.buf[x.n:])
		if err != nil {
			return err
		}
		x.n += got
	}
}
