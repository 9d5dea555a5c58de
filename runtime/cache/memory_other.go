//go:build !unix || race

package cache

// takeMemory gets memory of Go's: the race detector knows no other.
func takeMemory(n int) (mem []byte, release func([]byte), err error) {
	return make([]byte, n), nil, nil
}
