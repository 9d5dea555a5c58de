package lex

import "strings"

// Lookup finds the value of an environment variable, or of a pseudo-variable,
// whose name starts with a dot. It reports whether the variable exists. A nil
// Lookup knows none.
type Lookup func(name string) (value string, ok bool)

// variable expands the "$" at offset i and returns how many bytes the
// reference took: $NAME, ${NAME}, ${NAME-default}, and ${NAME[*]} which makes
// a word of each word in the value.
func (s *scanner) variable(i int) (int, *Error) {
	j := i + 1
	brace := -1
	if j < len(s.line) && s.line[j] == '{' {
		brace = j
		j++
	}
	start := j
	if j < len(s.line) && (s.line[j] == '.' || nameByte(s.line[j]) && !decimal(s.line[j])) {
		j++
	} else {
		return 0, fail(ForbiddenFirst, j, 1)
	}
	for j < len(s.line) && nameByte(s.line[j]) {
		j++
	}
	var value string
	ok := false
	if s.env != nil {
		value, ok = s.env(s.line[start:j])
	}
	if !ok && s.line[start] == '.' {
		return 0, fail(ForbiddenFirst, start, j-start)
	}

	words := false
	if brace >= 0 {
		if j < len(s.line) && s.line[j] == '[' {
			if !strings.HasPrefix(s.line[j:], "[*]") {
				return 0, fail(BadExpansion, j, 1)
			}
			words = true
			j += len("[*]")
		}
		if j < len(s.line) && s.line[j] == '-' {
			end := strings.IndexByte(s.line[j:], '}')
			if end < 0 {
				return 0, fail(UnmatchedBrace, brace, 1)
			}
			if !ok {
				value = s.line[j+1 : j+end]
			}
			j += end
		}
		if j >= len(s.line) || s.line[j] != '}' {
			return 0, fail(UnmatchedBrace, brace, 1)
		}
		j++
	}

	s.resolve(i)
	for k := 0; k < len(value); k++ {
		switch {
		case !words || !blank(value[k]):
			s.put(value[k], i)
		case len(s.text) > 0:
			s.separate(j)
			s.resolve(i)
			s.split = true
		}
	}
	return j - i, nil
}

// decimal reports whether c is a decimal digit.
func decimal(c byte) bool { return '0' <= c && c <= '9' }

// nameByte reports whether c may stand in the name of a variable.
func nameByte(c byte) bool {
	return c == '_' || decimal(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
