package http1

import "gohap/runtime/http"

// connection returns a Connection value without the tokens that are each
// side's own business, and what those said. While nothing was dropped the value
// keeps its blanks; what remains after a dropped token is joined by bare commas,
// in memory of f. Trailing empty elements go.
func connection(f *http.Fields, value []byte) (kept []byte, seen http.Flags) {
	kept = value[:0]
	dropped, own := false, false
	for pos := 0; ; {
		e, rest, more := http.Element(value[pos:])
		end := len(value) - len(rest) // of the element, with blanks and comma
		if more {
			end--
		}
		flag := connectionToken(e)
		seen |= flag
		switch {
		case flag == http.FlagClose || flag == http.FlagKeepAlive:
			dropped = true
		case len(e) == 0:
		case !dropped:
			for end > 0 && isBlank(value[end-1]) {
				end--
			}
			kept = value[:end:end]
		case len(kept) == 0:
			kept = e
		default:
			if !own {
				kept, own = append(f.Alloc(len(value))[:0], kept...), true
			}
			kept = append(append(kept, ','), e...)
		}
		if !more {
			return kept, seen
		}
		pos = len(value) - len(rest)
	}
}

// connectionToken returns the flag of a token in a Connection field, 0 for
// those that only name a field.
func connectionToken(e []byte) http.Flags {
	switch len(e) {
	case 5:
		if equalFold(e, "close") {
			return http.FlagClose
		}
	case 10:
		if equalFold(e, "keep-alive") {
			return http.FlagKeepAlive
		}
	case 7:
		if equalFold(e, "upgrade") {
			return http.FlagUpgrade
		}
	}
	return 0
}

// ConnectionRest returns what a Connection value of f says beside "close" and
// "keep-alive": the part that is forwarded.
func ConnectionRest(f *http.Fields, value []byte) []byte {
	kept, _ := connection(f, value)
	return kept
}
