package mailers

import (
	"bufio"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"gohap/runtime/conn"
)

// mailbox is a server that plays answers, one for what comes up to a line's end,
// or to the end of a letter. It gives what was said.
func mailbox(t *testing.T, answers ...string) (netip.AddrPort, <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	said := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			said <- play(c, answers)
			c.Close()
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort(), said
}

func play(c net.Conn, answers []string) string {
	var b strings.Builder
	in := bufio.NewReader(c)
	letter := false
	for _, a := range answers {
		if _, err := c.Write([]byte(a)); err != nil {
			break
		}
		for {
			line, err := in.ReadString('\n')
			b.WriteString(line)
			if err != nil {
				return b.String()
			}
			if !letter || line == ".\r\n" {
				letter = line == "DATA\r\n"
				break
			}
		}
	}
	return b.String()
}

var fine = []string{"220 hi\r\n", "250-more\r\n250 ok\r\n", "250 ok\r\n", "250 ok\n", "354 go\r\n", "250 queued\r\n", "221 bye\r\n"}

func letter() *Letter {
	return &Letter{Host: "lb1", From: "a@example.com", To: "b@example.com", Text: "Server be/s1 is DOWN",
		At: time.Date(2026, 11, 28, 23, 5, 7, 0, time.FixedZone("CET", 3600))}
}

const whole = "HELO lb1\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nFrom: a@example.com\r\nTo: b@example.com\r\n" +
	"Date: Sat, 28 Nov 2026 23:05:07 +0100 (CET)\r\nSubject: [HAProxy Alert] Server be/s1 is DOWN\r\n\r\nServer be/s1 is DOWN\r\n\r\n.\r\nQUIT\r\n"

func TestPost(t *testing.T) {
	with := func(i int, answer string) []string {
		all := append([]string(nil), fine...)
		all[i] = answer
		return all
	}
	for _, c := range []struct {
		name    string
		answers []string
		said    string
		err     error
	}{
		{"taken", fine, whole, nil},
		{"no service", with(0, "554 no\r\n"), "", errRefused},
		{"no such recipient", with(3, "550 no\r\n"), whole[:strings.Index(whole, "DATA")], errRefused},
		{"many lines, the last of which is another", with(2, "250-a\r\n550 b\r\n"), whole[:strings.Index(whole, "RCPT")], errRefused},
		{"no end of a line", with(1, strings.Repeat("2", maxAnswer)), whole[:strings.Index(whole, "MAIL")], errRefused},
	} {
		addr, said := mailbox(t, c.answers...)
		err := (&Mailer{Addr: addr}).post(letter(), 20*time.Second)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := <-said; got != c.said {
			t.Errorf("%s: said\n%s\nwant\n%s", c.name, got, c.said)
		}
	}
	addr, _ := mailbox(t, "220 hi\r\n", "")
	if err := (&Mailer{Addr: addr}).post(letter(), 50*time.Millisecond); conn.Cause(err) != conn.ErrTimeout {
		t.Errorf("a silent server: %v", err)
	}
}

// TestSend: letters go to all mailers, one after the other, and a mailer that fails
// keeps nothing from the others.
func TestSend(t *testing.T) {
	good, said := mailbox(t, fine...)
	bad, _ := mailbox(t, "554 no\r\n")
	s := &Section{Timeout: 20 * time.Second, Mailers: []*Mailer{{Addr: bad}, {Addr: good}}}
	for _, text := range []string{"one", "two", "three\r\n.\r\nQUIT"} {
		l := letter()
		l.Text = text
		s.Send(l)
	}
	for _, text := range []string{"one", "two", "three  .  QUIT"} {
		if got := <-said; !strings.Contains(got, "Alert] "+text+"\r\n") {
			t.Errorf("%s is not in\n%s", text, got)
		}
	}
}

// TestWaiting: letters that a mailer does not take in time are bounded.
func TestWaiting(t *testing.T) {
	m := &Mailer{busy: true}
	for range maxWaiting + 10 {
		m.send(letter(), time.Second)
	}
	if n := len(m.waiting); n != maxWaiting {
		t.Errorf("%d letters wait", n)
	}
}
