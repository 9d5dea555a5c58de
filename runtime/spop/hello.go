package spop

import "strings"

// AppendHello appends the frame with which a proxy begins: the largest frame that it
// takes, what it is capable of, and what it calls itself.
func AppendHello(dst []byte, maxFrame int, capabilities, engine string) []byte {
	p := AppendText(AppendString(nil, "supported-versions"), Version)
	p = AppendInt(AppendString(p, "max-frame-size"), Uint32, int64(maxFrame))
	p = AppendText(AppendString(p, "capabilities"), capabilities)
	p = AppendText(AppendString(p, "engine-id"), engine)
	f := Frame{Type: HAProxyHello, Flags: Fin, Payload: p}
	return f.Append(dst)
}

// AppendDisconnect appends the frame with which a proxy ends.
func AppendDisconnect(dst []byte, s Status) []byte {
	p := AppendInt(AppendString(nil, "status-code"), Uint32, int64(s))
	p = AppendText(AppendString(p, "message"), s.String())
	f := Frame{Type: HAProxyDisconnect, Flags: Fin, Payload: p}
	return f.Append(dst)
}

// Welcome is what an agent says of itself.
type Welcome struct {
	// MaxFrame is the largest frame that may be sent, in bytes.
	MaxFrame int
	// Pipelining, Async and Fragmentation are what the agent is capable of.
	Pipelining, Async, Fragmentation bool
}

// each calls f with the names and values of a payload. It reports whether the payload
// consists of such, and f took all.
func each(b []byte, f func(name []byte, v *Value) bool) bool {
	for len(b) > 0 {
		name, rest, ok := TakeString(b)
		if !ok {
			return false
		}
		var v Value
		if v, b, ok = Take(rest); !ok || !f(name, &v) {
			return false
		}
	}
	return true
}

// ParseWelcome reads an agent's answer to a hello that named maxFrame. The status is
// Normal where the two understand each other. An agent need not say what it is capable
// of.
func ParseWelcome(f *Frame, maxFrame int) (w Welcome, s Status) {
	switch {
	case f.Type != AgentHello:
		return w, Invalid
	case !f.Is(Fin):
		return w, FragNotSupported
	case f.Stream != 0 || f.ID != 0:
		return w, Invalid
	}
	version := false
	ok := each(f.Payload, func(name []byte, v *Value) bool {
		switch string(name) {
		case "version":
			if v.Kind != String {
				return false
			}
			version = true
			if strings.TrimSpace(string(v.Bytes)) != Version {
				s = BadVersion
				return false
			}
		case "max-frame-size":
			if v.Kind < Int32 || v.Kind > Uint64 {
				return false
			}
			if v.Int < MinFrame || v.Int > int64(maxFrame) {
				s = BadFrameSize
				return false
			}
			w.MaxFrame = int(v.Int)
		case "capabilities":
			if v.Kind != String {
				return false
			}
			for c := range strings.SplitSeq(string(v.Bytes), ",") {
				switch strings.TrimSpace(c) {
				case "pipelining":
					w.Pipelining = true
				case "async":
					w.Async = true
				case "fragmentation":
					w.Fragmentation = true
				}
			}
		}
		return true
	})
	switch {
	case s != Normal:
	case !ok:
		s = Invalid
	case !version:
		s = NoVersion
	case w.MaxFrame == 0:
		s = NoMaxFrameSize
	}
	return w, s
}

// ParseDisconnect reads with what status an agent ends.
func ParseDisconnect(f *Frame) Status {
	s := Unknown
	each(f.Payload, func(name []byte, v *Value) bool {
		if string(name) == "status-code" && v.Kind >= Int32 && v.Kind <= Uint64 {
			s = Status(v.Int)
		}
		return true
	})
	return s
}
