package value

import "strings"

// ExpandEnv replaces $NAME and ${NAME} by their values, and by nothing where
// env does not know the name. This is the plain expansion that addresses get
// even outside of quotes; the fuller one of quoted words is the lexer's.
func ExpandEnv(text string, env func(name string) (string, bool)) string {
	i := strings.IndexByte(text, '$')
	if i < 0 {
		return text
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(text[:i])
		text = text[i+1:]
		braced := strings.HasPrefix(text, "{")
		if braced {
			text = text[1:]
		}
		n := 0
		for n < len(text) && isName(text[n]) {
			n++
		}
		if v, ok := env(text[:n]); ok {
			b.WriteString(v)
		}
		text = text[n:]
		if braced {
			text = strings.TrimPrefix(text, "}")
		}
		i = strings.IndexByte(text, '$')
	}
	b.WriteString(text)
	return b.String()
}

// isName reports whether c may stand in the name of a variable.
func isName(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
