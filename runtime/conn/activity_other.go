//go:build !linux

package conn

// counter is not used where there are no loops.
type counter struct{}

func (*counter) add(uint64) {}

// Activities tells of the threads of all shards: nothing, as Go's scheduler does
// their work.
func Activities() []Activity { return nil }

// Descriptors lists the sockets that loops watch: none.
func Descriptors() []Descriptor { return nil }

// RunningTasks gives the stacks of the tasks that run right now: none is known.
func RunningTasks() []byte { return nil }
