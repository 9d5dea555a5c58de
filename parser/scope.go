package parser

import (
	"strings"

	"gohap/parser/diag"
)

// scope handles a line that opens a scope, "[name]", and reports whether it
// was one. HAProxy reads keywords without regard to the scope unless a filter
// owns it, so the name is checked and then forgotten.
func (r *reader) scope(line string) bool {
	indent := len(line) - len(strings.TrimLeft(line, blanks))
	rest := line[indent:]
	if rest == "" || rest[0] != '[' {
		return false
	}
	complain := func(i int, format string, args ...any) {
		r.list.Parsing(diag.Alert, r.at(indent+i+1, 1), r.source(r.line), format, args...)
	}
	end := strings.IndexByte(rest, ']')
	if end <= 1 {
		complain(0, "empty scope name is forbidden.")
		return true
	}
	for i := 1; i < end; i++ {
		c := rest[i]
		if !isDigit(c) && !('a' <= c|0x20 && c|0x20 <= 'z') && strings.IndexByte("_-.:", c) < 0 {
			complain(i, "character '%s' is not permitted in a scope name.", rest[i:i+1])
			return true
		}
	}
	behind := strings.TrimLeft(rest[end+1:], blanks)
	if behind != "" && behind[0] != '#' {
		complain(len(rest)-len(behind), "character '%s' is not permitted after scope declaration.", behind[:1])
	}
	return true
}
