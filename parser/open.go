package parser

import (
	"io"
	"os"
	"syscall"
)

// maxFile bounds a configuration file, so that a device given by mistake does
// not fill the memory.
const maxFile = 256 << 20

// readFile reads a file, or what comes out of a pipe.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = syscall.EFBIG
	}
	return text, err
}
