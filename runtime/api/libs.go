package api

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/registry"
)

func init() {
	Commands.Add(&Command{
		Keyword: registry.Keyword{Name: "show libs", Manual: "9.3", Doc: "show the programs and libraries in memory (Linux)"},
		Level:   core.Operator, Run: (*Call).showLibs,
	})
}

// object is a file that is mapped into memory.
type object struct {
	name     string
	from, to uint64
	code     bool
}

func (c *Call) showLibs() {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		c.Fail("The objects in memory cannot be listed: " + err.Error() + ".\n")
		return
	}
	defer f.Close()
	var all []*object
	in := bufio.NewScanner(f)
	for in.Scan() {
		all = mapped(all, in.Text())
	}
	for _, o := range all {
		if o.code {
			c.Printf("0x%012x-0x%012x (0x%07x) %s\n", o.from, o.to-1, o.to-o.from, o.name)
		}
	}
}

// mapped adds a line of the system's list: "from-to rwxp offset device inode file".
func mapped(all []*object, line string) []*object {
	words := strings.Fields(line)
	if len(words) < 6 || words[5][0] != '/' {
		return all
	}
	start, end, _ := strings.Cut(words[0], "-")
	from, err1 := strconv.ParseUint(start, 16, 64)
	to, err2 := strconv.ParseUint(end, 16, 64)
	if err1 != nil || err2 != nil {
		return all
	}
	code := strings.Contains(words[1], "x")
	for _, o := range all {
		if o.name == words[5] {
			o.from, o.to, o.code = min(o.from, from), max(o.to, to), o.code || code
			return all
		}
	}
	return append(all, &object{words[5], from, to, code})
}
