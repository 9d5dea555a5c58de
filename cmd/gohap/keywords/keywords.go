// Package keywords prints the tables of keywords in the form of haproxy's -dK:
// what differs between both programs' lists is what one of them lacks.
package keywords

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// classes are what -dK can list, in the order of "all".
var classes = []struct {
	name, doc, title string
	list             func(w *bufio.Writer)
}{
	{"acl", "ACL keywords", "ACL keywords", acls},
	{"cfg", "configuration keywords", "configuration keywords", configuration},
	{"cli", "CLI keywords", "CLI keywords", commands},
	{"cnv", "sample converter keywords", "sample converter functions", converters},
	{"flt", "filter names", "filter names", filters},
	{"smp", "sample fetch functions", "sample fetch functions", fetches},
	{"svc", "service names", "service names", services},
}

// Dump lists the keywords of the classes, which have commas between them. "all"
// stands for all, "help" for a list of them; others are ignored.
func Dump(out io.Writer, wanted string) error {
	w := bufio.NewWriter(out)
	for name := range strings.SplitSeq(wanted, ",") {
		if name == "help" {
			help(w)
			continue
		}
		for _, c := range classes {
			if name != "all" && name != c.name {
				continue
			}
			fmt.Fprintf(w, "# List of registered %s:\n", c.title)
			c.list(w)
		}
	}
	return w.Flush()
}

// filters lists those that "filter" may name.
func filters(w *bufio.Writer) { w.WriteString("cache [CACHE]\ncompression [COMP]\ntrace [TRACE]\n") }

// services lists what use-service may name.
func services(w *bufio.Writer) { w.WriteString("prometheus-exporter\n") }

func help(w *bufio.Writer) {
	w.WriteString("# List of supported keyword classes:\nall: list all keywords\n")
	for _, c := range classes {
		fmt.Fprintf(w, "%s: %s\n", c.name, c.doc)
	}
}
