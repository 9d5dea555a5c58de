package cache

// Config is what a "cache" section says (configuration.txt 6.2.1).
type Config struct {
	Name string
	// Blocks is the size, total-max-size in blocks of [BlockSize] bytes.
	Blocks int
	// MaxObject is the size of the largest response, in bytes.
	MaxObject int
	// MaxAge is for how many seconds a response is kept at most.
	MaxAge int64
	// Vary has responses with a Vary header stored, for requests that are alike in
	// the headers that it names.
	Vary bool
	// MaxSecondary is how many responses to one URI are stored at a time.
	MaxSecondary int
}

// HAProxy's defaults and bounds.
const (
	DefaultMaxAge       = 60
	DefaultMaxSecondary = 10
	// MaxTotal is the largest total-max-size, in megabytes.
	MaxTotal = 4095
	// BlockSize is the size of a block, in bytes.
	BlockSize = 1024
)

// BlocksOf is how many blocks a total-max-size of so many megabytes is.
func BlocksOf(megabytes int) int { return megabytes << 20 / BlockSize }

// DefaultMaxObject is the max-object-size of a section that says none: a 256th of
// the whole.
func (c *Config) DefaultMaxObject() int { return c.Blocks * BlockSize >> 8 }
