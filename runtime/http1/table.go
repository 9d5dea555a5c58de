package http1

// lower maps the bytes that RFC 9110 allows in a token to themselves in lower
// case, all others to 0.
var lower = func() (t [256]byte) {
	for c := '0'; c <= '9'; c++ {
		t[c] = byte(c)
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-0x20] = byte(c), byte(c)
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] = byte(c)
	}
	return t
}()

// inTarget tells the bytes that a request target may have: printable ASCII
// without the fragment mark.
var inTarget = func() (t [256]bool) {
	for c := 0x21; c < 0x7f; c++ {
		t[c] = c != '#'
	}
	return t
}()
