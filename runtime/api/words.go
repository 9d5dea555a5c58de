package api

import "strings"

// commands cuts a line at its semicolons; one behind a backslash is none.
func commands(line string) []string {
	var all []string
	start := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case ';':
			all = append(all, line[start:i])
			start = i + 1
		}
	}
	return append(all, line[start:])
}

// maxArgs bounds the words of a command; what follows is not looked at.
const maxArgs = 64

// split cuts a command into its words. A backslash takes the special meaning
// from the character behind it.
func split(command string) []string {
	var words []string
	var b strings.Builder
	inWord := false
	for i := 0; i < len(command) && len(words) < maxArgs; i++ {
		switch c := command[i]; {
		case c == ' ' || c == '\t' || c == '\r':
			if inWord {
				words = append(words, b.String())
				b.Reset()
				inWord = false
			}
		case c == '\\':
			if i++; i < len(command) {
				b.WriteByte(command[i])
				inWord = true
			}
		default:
			b.WriteByte(c)
			inWord = true
		}
	}
	if inWord && len(words) < maxArgs {
		words = append(words, b.String())
	}
	return words
}
