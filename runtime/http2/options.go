package http2

import "gohap/runtime/conn"

// setting names a parameter in a SETTINGS frame (RFC 9113, section 6.5.2).
type setting uint16

const (
	settingTableSize      setting = 1
	settingPush           setting = 2
	settingMaxStreams     setting = 3
	settingWindow         setting = 4
	settingFrameSize      setting = 5
	settingExtendedMethod setting = 8 // RFC 8441
)

// What holds until a SETTINGS frame says otherwise.
const (
	defaultWindow    = 65535
	defaultFrameSize = 16384
	defaultTableSize = 4096
)

// Options are the limits of connections. They are compiled once; any number of
// connections share them.
type Options struct {
	// TableSize is tune.h2.header-table-size, in bytes.
	TableSize int
	// Window is tune.h2.initial-window-size, in bytes.
	Window int
	// MaxStreams is tune.h2.max-concurrent-streams; 0 sets no bound.
	MaxStreams int
	// FrameSize is tune.h2.max-frame-size, in bytes, at most BufSize.
	FrameSize int
	// BufSize is tune.bufsize: what a header block, encoded or decoded, must fit
	// into. MaxRewrite is how much of it has to stay free.
	BufSize, MaxRewrite int
	// MaxFields bounds the fields of a message.
	MaxFields int

	// Buffers holds what streams have received.
	Buffers *conn.Buffers
	reads   *conn.Buffers // a frame of the largest size
	writes  *conn.Buffers
}

// writeSize is how many bytes of frames are collected at most before they are
// written.
const writeSize = 64 << 10

// Prepare fills in the defaults. It must be called before the options are used.
func (o *Options) Prepare() {
	if o.BufSize <= 0 {
		o.BufSize = conn.DefaultBufferSize
	}
	if o.TableSize <= 0 {
		o.TableSize = defaultTableSize
	}
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	if o.FrameSize <= 0 || o.FrameSize > o.BufSize {
		o.FrameSize = max(o.BufSize, defaultFrameSize)
	}
	if o.MaxFields <= 0 {
		o.MaxFields = 100
	}
	if o.Buffers == nil {
		o.Buffers = conn.NewBuffers(o.BufSize)
	}
	o.reads = conn.NewBuffers(o.FrameSize + headerLen)
	o.writes = conn.NewBuffers(writeSize)
}
