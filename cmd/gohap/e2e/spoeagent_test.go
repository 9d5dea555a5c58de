package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// spoeAgent is an agent that keeps what it is told, a line a frame, and answers as it
// was asked to.
type spoeAgent struct {
	addr string
	// capabilities are its own, "-" for none said; version and maxFrame what it says
	// otherwise, "" and 0 for what is right.
	capabilities, version string
	maxFrame              int
	// hello and ack say how it answers the first frame and the others: "" as it should,
	// else as spoeAnswers has it.
	hello, ack string
	// actions are what is wanted in answers; delay holds each of them up.
	actions []byte
	delay   time.Duration
	// hold, if not nil, keeps answers back until it is closed.
	hold chan struct{}
	// actionsFor makes actions for messages, if that is not nil.
	actionsFor func(messages []byte) []byte
	// firstOnly keeps what comes over the first connection only.
	firstOnly bool

	mu    *sync.Mutex
	conns int
	lines []string
}

func startSPOEAgent(t *testing.T, a *spoeAgent) {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback(), "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	a.addr, a.mu = l.Addr().String(), new(sync.Mutex)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			go a.serve(c)
		}
	}()
}

func (a *spoeAgent) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.lines)
}

func (a *spoeAgent) note(n int, format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.firstOnly || n == 1 {
		a.lines = append(a.lines, fmt.Sprintf("%d ", n)+fmt.Sprintf(format, args...))
	}
}

func (a *spoeAgent) serve(c net.Conn) {
	defer c.Close()
	a.mu.Lock()
	a.conns++
	n := a.conns
	a.mu.Unlock()
	var whole []byte
	for {
		var size [4]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			a.note(n, "end")
			return
		}
		frame := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(c, frame); err != nil {
			return
		}
		flags := binary.BigEndian.Uint32(frame[1:])
		stream, b := spopNumber(frame[5:])
		id, b := spopNumber(b)
		switch kind := frame[0]; kind {
		case 1:
			a.note(n, "hello flags %d stream %d frame %d %s", flags, stream, id, spopPairs(b, -1))
			if !a.reply(c, a.hello, 0, 0, a.welcome(), 101) {
				return
			}
		case 2:
			a.note(n, "disconnect flags %d stream %d frame %d %s", flags, stream, id, spopPairs(b, -1))
			c.Write(spopFrame(102, 1, 0, 0, spopText(spopInt(nil, "status-code", 3, 0), "message", "bye")))
			return
		case 0, 3:
			if kind == 3 {
				whole = nil
			}
			whole = append(whole, b...)
			if flags&1 == 0 {
				a.note(n, "part %d flags %d stream %d frame %d size %d", kind, flags, stream, id, len(b))
				if a.ack == "abort parts" && kind == 3 {
					c.Write(spopFrame(103, 3, stream, id, nil))
				}
				continue
			}
			a.note(n, "notify %d flags %d stream %d frame %d size %d%s", kind, flags, stream, id, len(b), spopMessages(whole))
			actions := a.actions
			if a.actionsFor != nil {
				actions = a.actionsFor(whole)
			}
			if a.hold != nil {
				<-a.hold
			}
			answer := func() bool { return a.reply(c, a.ack, stream, id, actions, 103) }
			if a.delay > 0 {
				time.AfterFunc(a.delay, func() { answer() })
			} else if !answer() {
				return
			}
		default:
			a.note(n, "type %d", kind)
		}
	}
}

// welcome is what the agent says of itself.
func (a *spoeAgent) welcome() []byte {
	version, most := a.version, a.maxFrame
	if version == "" {
		version = "2.0"
	}
	if most == 0 {
		most = 16380
	}
	var b []byte
	if version != "-" {
		b = spopText(b, "version", version)
	}
	if most > 0 {
		b = spopInt(b, "max-frame-size", 3, most)
	}
	if a.capabilities != "-" {
		b = spopText(b, "capabilities", a.capabilities)
	}
	return b
}

// reply answers a frame. It reports whether the connection goes on.
func (a *spoeAgent) reply(c net.Conn, how string, stream, id uint64, payload []byte, kind byte) bool {
	switch how {
	case "":
		c.Write(spopFrame(kind, 1, stream, id, payload))
	case "nothing":
	case "close":
		return false
	case "disconnect":
		c.Write(spopFrame(102, 1, 0, 0, spopText(spopInt(nil, "status-code", 3, 42), "message", "go away")))
		return false
	case "parts":
		c.Write(spopFrame(kind, 0, stream, id, payload))
	case "other stream":
		c.Write(spopFrame(kind, 1, stream+100, id, payload))
	case "other type":
		c.Write(spopFrame(77, 1, stream, id, payload))
	case "abort":
		c.Write(spopFrame(kind, 3, stream, id, payload))
	case "large":
		c.Write(append([]byte{0, 0, 0x4e, 0x20}, make([]byte, 100)...))
	case "empty":
		c.Write([]byte{0, 0, 0, 0})
	case "hello again":
		c.Write(spopFrame(101, 1, 0, 0, nil))
	case "rest":
		c.Write(spopFrame(0, 1, stream, id, payload))
	}
	return true
}

func spopFrame(kind byte, flags uint32, stream, id uint64, payload []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 0, kind}, flags)
	b = append(spopAppend(spopAppend(b, stream), id), payload...)
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

func spopAppend(b []byte, v uint64) []byte {
	if v < 240 {
		return append(b, byte(v))
	}
	b = append(b, byte(v)|0xf0)
	for v = (v - 240) >> 4; v >= 128; v = (v - 128) >> 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

func spopNumber(b []byte) (uint64, []byte) {
	if len(b) == 0 {
		return 0, nil
	}
	v := uint64(b[0])
	if v < 240 {
		return v, b[1:]
	}
	for i, shift := 1, 4; i < len(b); i, shift = i+1, shift+7 {
		v += uint64(b[i]) << shift
		if b[i] < 128 {
			return v, b[i+1:]
		}
	}
	return 0, nil
}

func spopName(b []byte, name string) []byte { return append(spopAppend(b, uint64(len(name))), name...) }

func spopText(b []byte, name, v string) []byte { return spopName(append(spopName(b, name), 8), v) }

func spopInt(b []byte, name string, kind byte, v int) []byte {
	return spopAppend(append(spopName(b, name), kind), uint64(v))
}

// spopValue shows a value with its type.
func spopValue(b []byte) (string, []byte) {
	kind, b := b[0], b[1:]
	switch kind & 15 {
	case 0:
		return "null", b
	case 1:
		return fmt.Sprintf("bool:%t", kind&16 != 0), b
	case 2, 3, 4, 5:
		v, rest := spopNumber(b)
		return fmt.Sprintf("int%d:%d", kind, int64(v)), rest
	case 6, 7:
		n := map[byte]int{6: 4, 7: 16}[kind]
		ip, _ := netip.AddrFromSlice(b[:n])
		return fmt.Sprintf("ip%d:%s", kind, ip), b[n:]
	}
	n, b := spopNumber(b)
	return fmt.Sprintf("text%d:%q", kind, b[:n]), b[n:]
}

// spopPairs shows n names and values, or all for less than 0.
func spopPairs(b []byte, n int) string {
	s, _ := spopTake(b, n)
	return s
}

func spopTake(b []byte, n int) (string, []byte) {
	var s strings.Builder
	for ; n != 0 && len(b) > 0; n-- {
		size, rest := spopNumber(b)
		name := rest[:size]
		var v string
		v, b = spopValue(rest[size:])
		if bytes.Equal(name, []byte("engine-id")) {
			v = fmt.Sprint(len(v)) + " bytes"
		}
		fmt.Fprintf(&s, " %s=%s", name, v)
	}
	return s.String(), b
}

// spopMessages shows the messages of a frame.
func spopMessages(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		size, rest := spopNumber(b)
		fmt.Fprintf(&s, " [%s", rest[:size])
		n := int(rest[size])
		var args string
		args, b = spopTake(rest[size+1:], n)
		s.WriteString(args + "]")
	}
	return s.String()
}

// spopSet is an action that sets a variable; value starts with its type.
func spopSet(scope byte, name string, value ...byte) []byte {
	return append(spopName([]byte{1, 3, scope}, name), value...)
}

// spopUnset is one that takes its value away.
func spopUnset(scope byte, name string) []byte { return spopName([]byte{2, 2, scope}, name) }
