//go:build !linux

package reload

// foreign tells which options for addresses of other machines are set: here
// there are none.
func foreign(int, bool) (transparent, freeBind bool) { return false, false }
