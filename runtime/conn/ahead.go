package conn

// ahead is what a loop has read from a socket for a reader that waits, before that goes
// on. It goes first; everything else that looks at the socket sees what comes after.
type ahead struct {
	r, n int   // mem[r:n] is not read yet,
	err  error // nor this
	mem  [aheadSize]byte
}

// aheadSize is up to how many bytes are read ahead. To copy them once more costs less
// than a system call. Where more has come it is better read in one go.
const aheadSize = 4<<10 - 16

// take moves what fits to p.
func (a *ahead) take(p []byte) (n int, err error) {
	n = copy(p, a.mem[a.r:a.n])
	a.r += n
	err, a.err = a.err, nil
	return n, err
}

// peek copies what fits to p.
func (a *ahead) peek(p []byte) (n int, err error) { return copy(p, a.mem[a.r:a.n]), a.err }

func (a *ahead) empty() bool { return a.r == a.n && a.err == nil }
