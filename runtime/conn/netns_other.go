//go:build !linux

package conn

// Namespace does not exist here.
type Namespace struct{}

// OpenNamespace fails with ErrUnsupported.
func OpenNamespace(string) (*Namespace, error) { return nil, ErrUnsupported }

// FindNamespace gives nil.
func FindNamespace([]byte) *Namespace { return nil }

// Within runs f.
func (*Namespace) Within(f func()) error {
	f()
	return nil
}

func (*Namespace) socket(family int) (int, error) { return streamSocket(family) }
