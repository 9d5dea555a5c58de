package converter

import "strings"

// jsonPath is what a path such as "$.a[1]" goes through.
type jsonPath struct {
	steps []jsonStep
	// none says that no text has a value at the path.
	none bool
}

// jsonStep is a member's name or, where name is nil, an element's index.
type jsonStep struct {
	name  []byte
	index int
}

// parseJSONPath reads a path. A backslash takes the meaning from a dot or a
// bracket in a name.
func parseJSONPath(text string) (p jsonPath) {
	rest, ok := strings.CutPrefix(text, "$")
	p.none = !ok
	for rest != "" && !p.none {
		var s jsonStep
		switch rest[0] {
		case '.':
			rest = rest[1:]
			s.name = []byte{}
			for rest != "" && rest[0] != '.' && rest[0] != '[' {
				if rest[0] == '\\' && len(rest) > 1 {
					rest = rest[1:]
				}
				s.name, rest = append(s.name, rest[0]), rest[1:]
			}
		case '[':
			rest = rest[1:]
			for rest != "" && isDigit(rest[0]) && s.index < 1<<30 {
				s.index, rest = s.index*10+int(rest[0]-'0'), rest[1:]
			}
			p.none = strings.HasPrefix(rest, "-")
			var closed bool
			_, rest, closed = strings.Cut(rest, "]")
			p.none = p.none || !closed
		default:
			p.none = true
		}
		p.steps = append(p.steps, s)
	}
	return p
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
