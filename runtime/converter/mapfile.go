package converter

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// mapEntry is a line of a map file.
type mapEntry struct {
	line       int
	key, value string
	re         *regexp.Regexp // of the key, for the regular expression methods
}

// maxMapLine bounds a line of a map file, in bytes.
const maxMapLine = 64 << 10

// readMap reads a map file: a key, blanks and a value a line; empty lines and
// those that start with # are passed over.
func readMap(name string) ([]mapEntry, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("failed to open pattern file <%s>", name)
	}
	defer f.Close()
	var entries []mapEntry
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, maxMapLine)
	for n := 1; sc.Scan(); n++ {
		line := strings.Trim(sc.Text(), " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		i := strings.IndexAny(line, " \t")
		if i < 0 {
			return nil, fmt.Errorf("value expected after key '%s' at line %d of file <%s>", line, n, name)
		}
		entries = append(entries, mapEntry{line: n, key: line[:i], value: strings.TrimLeft(line[i:], " \t")})
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("error reading pattern file <%s>: %w", name, err)
	}
	return entries, nil
}
