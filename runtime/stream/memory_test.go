package stream

import (
	"testing"
	"unsafe"

	"gohap/runtime/conn"
)

// TestMemory holds that what an idle client and an idle TCP session keep fits into
// the allocator's size classes that it was cut for: a few bytes more cost an eighth.
// A class's size includes a word of the allocator's for objects over 512 bytes.
func TestMemory(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("for 64 bits")
	}
	for _, x := range []struct {
		name        string
		size, class uintptr
	}{
		{"conn.Conn", unsafe.Sizeof(conn.Conn{}), 480},
		{"session", unsafe.Sizeof(session{}), 416},
		{"stream", unsafe.Sizeof(stream{}), 1792 - 8},
	} {
		if x.size > x.class {
			t.Errorf("%s takes %d bytes, more than %d", x.name, x.size, x.class)
		}
	}
}
