package core

// samples are values that expressions of a stream work on. They are lent, since
// what is passed to a fetch would otherwise be allocated each time.
type samples struct {
	all [4]Sample
	n   int
}

// Borrow lends an empty sample. Each is to be given back with [Stream.Return],
// the last one first.
func (s *Stream) Borrow() *Sample {
	l := &s.samples
	l.n++
	if l.n > len(l.all) {
		return new(Sample)
	}
	p := &l.all[l.n-1]
	*p = Sample{}
	return p
}

// Return takes back the sample lent last.
func (s *Stream) Return() { s.samples.n-- }
