package conn

// CPUSet is a set of processors. The empty set stands for all of them.
type CPUSet [16]uint64

// Add adds the processor of a number below 1024.
func (s *CPUSet) Add(n int) { s[n/64] |= 1 << (n % 64) }

// Has tells whether the processor of a number is in the set.
func (s *CPUSet) Has(n int) bool { return n >= 0 && n < len(s)*64 && s[n/64]&(1<<(n%64)) != 0 }

// allowed tells whether a shard may have connections from the listener.
func (o *ListenOptions) allowed(shard int) bool {
	return o.Threads == 0 || o.Threads&(1<<shard) != 0
}
