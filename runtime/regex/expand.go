package regex

// Expand appends template to dst, with what a regular expression found in src
// at loc (as FindSubmatchIndex returns it) in place of \0 to \9. A \x and two
// hexadecimal digits are a byte, a backslash before anything else that
// character.
func Expand(dst, template, src []byte, loc []int) []byte {
	for i := 0; i < len(template); i++ {
		c := template[i]
		if c != '\\' || i+1 == len(template) {
			dst = append(dst, c)
			continue
		}
		i++
		switch c = template[i]; {
		case c >= '0' && c <= '9':
			if g := 2 * int(c-'0'); g < len(loc) && loc[g] >= 0 {
				dst = append(dst, src[loc[g]:loc[g+1]]...)
			}
		case c == 'x' && i+2 < len(template) && hexDigit(template[i+1]) >= 0 && hexDigit(template[i+2]) >= 0:
			dst = append(dst, byte(hexDigit(template[i+1])<<4|hexDigit(template[i+2])))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
