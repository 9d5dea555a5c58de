package stats

import "math/bits"

// line is the distance in bytes at which two cores do not disturb each other:
// two cache lines of amd64 (which fetches them in pairs), one of arm64 servers.
const line = 128

// shardCount rounds a number of worker loops up to a power of two, so that a
// shard is found by a mask and any index is safe.
func shardCount(loops int) int {
	if loops < 1 {
		return 1
	}
	return 1 << bits.Len(uint(loops-1))
}
