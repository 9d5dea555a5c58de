package ssl

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"gohap/runtime/core"
	"gohap/runtime/ssl"
)

// maxLine bounds a line of a crt-list, as HAProxy does.
const maxLine = 65536

// List reads a crt-list: lines of a certificate, its options in brackets, and
// the names it is for.
func List(g *core.Global, name string) ([]ssl.Entry, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault(fmt.Sprintf("'crt-list' : cannot open file '%s' : %s", name, reason(err)))
	}
	defer f.Close()
	var all []ssl.Entry
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		entries, err := line(g, name, n, in.Text())
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	if in.Err() != nil {
		return nil, fault(fmt.Sprintf("'crt-list' : line too long in file '%s'", name))
	}
	return all, nil
}

func reason(err error) string {
	if os.IsNotExist(err) {
		return "No such file or directory"
	}
	if os.IsPermission(err) {
		return "Permission denied"
	}
	return err.Error()
}

// line reads one line; it may name a bundle or a directory.
func line(g *core.Global, file string, n int, text string) ([]ssl.Entry, error) {
	l, err := Split(text)
	if err != nil {
		return nil, fault(fmt.Sprintf("parsing [%s:%d]: %s", file, n, err))
	}
	if l.Name == "" {
		return nil, nil
	}
	var settings *ssl.Settings
	if l.Options != nil {
		settings = &ssl.Settings{}
		if err := Apply(g, settings, l.Options); err != nil {
			return nil, fault(fmt.Sprintf("parsing [%s:%d]: %s", file, n, err))
		}
	}
	slots, err := g.SSL.Store.Load(CrtPath(g, l.Name))
	if err != nil {
		return nil, fault("'crt-list' : " + err.Error())
	}
	var all []ssl.Entry
	for _, s := range slots {
		all = append(all, ssl.Entry{Slot: s, List: file, Line: n, Settings: settings, Options: l.Options, Filters: l.Filters})
	}
	return all, nil
}

// Line is a line of a crt-list as it stands there.
type Line struct {
	Name             string
	Options, Filters []string
}

// Split takes a line apart. Empty lines and comments have no name.
func Split(text string) (l Line, err error) {
	text = strings.TrimSpace(text)
	if text == "" || text[0] == '#' {
		return l, nil
	}
	head, rest, bracket := strings.Cut(text, "[")
	if !bracket {
		all := strings.Fields(text)
		l.Name, l.Filters = all[0], all[1:]
		return l, nil
	}
	names := strings.Fields(head)
	if len(names) != 1 {
		return l, fmt.Errorf("unexpected square bracket")
	}
	options, filters, closed := strings.Cut(rest, "]")
	if !closed {
		return l, fmt.Errorf("file name too long or missing ']'")
	}
	l.Name, l.Options, l.Filters = names[0], strings.Fields(options), strings.Fields(filters)
	return l, nil
}

// Apply reads the options of a line.
func Apply(g *core.Global, s *ssl.Settings, options []string) error {
	for i := 0; i < len(options); i++ {
		o := Options[options[i]]
		if o == nil || !o.List {
			return fmt.Errorf("unknown ssl keyword %s", options[i])
		}
		arg := ""
		if o.Arity > 0 {
			if i++; i == len(options) {
				return fmt.Errorf("'%s' : %s", o.Name, o.Missing)
			}
			arg = options[i]
		}
		if err := o.Set(g, s, arg); err != nil {
			return err
		}
	}
	return nil
}
