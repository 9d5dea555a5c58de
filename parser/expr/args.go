package expr

// Arg is one argument of a call.
type Arg struct {
	// Text is the argument with its own level of quotes and escapes resolved.
	Text string
	// Off and Len are its place in the text, quotes included.
	Off, Len int
}

// ScanArg reads one argument from offset i on, up to the comma, closing
// parenthesis or end of text that follows it, and returns the offset of that.
// This is the second level of quoting (section 2.2): quotes and backslashes
// work as in a line, except that \#, \$ and \x are no escapes, and that white
// space is kept. Quotes that the text ends in are taken for closed there.
func ScanArg(text string, i int) (arg Arg, end int) {
	start := i
	resolve := false
	var resolved []byte // from the first quote or escape on
	keep := func(upTo int) {
		if !resolve {
			resolve, resolved = true, append(resolved, text[start:upTo]...)
		}
	}
	for quote := byte(0); i < len(text); i++ {
		c := text[i]
		switch {
		case quote == 0 && (c == ',' || c == ')'):
			return finish(text, start, i, resolve, resolved), i
		case quote != 0 && c == quote, quote == 0 && (c == '"' || c == '\''):
			keep(i)
			quote ^= c // opens or closes
			continue
		case quote != '\'' && c == '\\' && i+1 < len(text):
			if e, ok := unescape(text[i+1]); ok {
				keep(i)
				resolved = append(resolved, e)
				i++
				continue
			}
		}
		if resolve {
			resolved = append(resolved, c)
		}
	}
	return finish(text, start, i, resolve, resolved), i
}

// finish makes an argument of text[start:end].
func finish(text string, start, end int, resolve bool, resolved []byte) Arg {
	arg := Arg{Text: text[start:end], Off: start, Len: end - start}
	if resolve {
		arg.Text = string(resolved)
	}
	return arg
}

// unescape returns what a backslash and c stand for, if anything.
func unescape(c byte) (byte, bool) {
	switch c {
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case '\\', '\'', '"', ' ':
		return c, true
	}
	return 0, false
}
