//go:build !linux

package health

import "testing"

// fullBacklog needs to know what the system does with a full queue.
func fullBacklog(t *testing.T) string {
	t.Skip("only on Linux")
	return ""
}
