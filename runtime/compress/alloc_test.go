//go:build !race

package compress

import (
	"bytes"
	"testing"
)

// The race detector drops pooled memory at will, which is then allocated again.

// TestWriterAllocates nothing once its memory is there.
func TestWriterAllocates(t *testing.T) {
	body := bytes.Repeat([]byte("hello world "), 1000)
	var w Writer
	n := testing.AllocsPerRun(100, func() {
		w.Reset(Gzip)
		w.Append(body, false)
		w.Append(nil, true)
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}
