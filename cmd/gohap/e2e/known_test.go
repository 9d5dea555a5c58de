package e2e

import (
	"fmt"
	"strings"
)

// knownLines parses a list of known differences, one "name: reason" a line with
// "#" comments, about the given names.
func knownLines(text string, names map[string]bool) (map[string]string, error) {
	known := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, reason, ok := strings.Cut(line, ": ")
		if !ok || strings.TrimSpace(reason) == "" {
			return nil, fmt.Errorf("line %d: want \"case: reason\"", i+1)
		}
		if !names[name] {
			return nil, fmt.Errorf("line %d: there is no case %q", i+1, name)
		}
		if _, twice := known[name]; twice {
			return nil, fmt.Errorf("line %d: %s is listed twice", i+1, name)
		}
		known[name] = reason
	}
	return known, nil
}
