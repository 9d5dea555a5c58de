package api

import (
	"fmt"
	"slices"
	"strconv"

	"gohap/runtime/conn"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sticktable"
)

func init() {
	Commands.Add(
		&Command{
			Keyword: registry.Keyword{Name: "show table", Usage: "<table> [<filter>]*", Manual: "9.3",
				Doc: "list the stick tables, or the entries of one"},
			Level: lowest, Run: (*Call).showTable,
		},
		&Command{
			Keyword: registry.Keyword{Name: "set table", Usage: "<table> key <k> [data.* <v>]*", Manual: "9.3",
				Doc: "make or change an entry of a stick table"},
			Level: lowest, Run: (*Call).setTable,
		},
		&Command{
			Keyword: registry.Keyword{Name: "clear table", Usage: "<table> [<filter>]*", Manual: "9.3",
				Doc: "remove entries of a stick table"},
			Level: lowest, Run: (*Call).clearTable,
		},
	)
}

// table returns the table that the first argument names; without one it has
// answered.
func (c *Call) table() *sticktable.Table {
	if p := c.process.Graph().Tables[c.Arg(0)]; p != nil {
		return p.Table
	}
	c.Fail("No such table\n")
	return nil
}

func (c *Call) tableHead(t *sticktable.Table) {
	c.Printf("# table: %s, type: %s, size:%d, used:%d\n", t.Name, t.Key, t.Size, t.Used(conn.Now()))
}

func (c *Call) showTable() {
	if c.Arg(0) == "" {
		// The last one declared comes first.
		for _, t := range slices.Backward(c.process.Graph().TableList) {
			c.tableHead(t.Table)
		}
		return
	}
	t := c.table()
	if t == nil {
		return
	}
	switch c.selection() {
	case allEntries:
		c.showEntries(t, nil)
	case byData:
		if f, ok := c.filter(t); ok {
			c.showEntries(t, f)
		}
	case byKey:
		if e, ok := c.entry(t, "Showing keys from"); ok {
			line := appendEntry(nil, e)
			e.Unlock()
			c.tableHead(t)
			c.Write(line)
		}
	default:
		c.Fail("Optional argument only supports \"data.<store_data_type>\" <operator> <value> and key <key>\n")
	}
}

// showEntries lists the entries that the filter lets through, by key. Those that
// go while the client reads are left out.
func (c *Call) showEntries(t *sticktable.Table, f filter) {
	c.tableHead(t)
	if !allows(c.level, core.Operator) {
		c.Printf("# contents not dumped due to insufficient privileges\n")
		return
	}
	var line []byte
	for _, key := range t.Keys(conn.Now()) {
		e, ok := t.Find(key, conn.Now())
		if !ok {
			continue
		}
		line = line[:0]
		if f.match(e) {
			line = appendEntry(line, e)
		}
		e.Unlock()
		if _, err := c.Write(line); err != nil {
			return
		}
	}
}

func (c *Call) clearTable() {
	const usage = "Required arguments: <table> \"data.<store_data_type>\" <operator> <value> or <table> key <key>\n"
	if c.Arg(0) == "" {
		c.Fail(usage)
		return
	}
	t := c.table()
	if t == nil {
		return
	}
	switch c.selection() {
	case allEntries:
		c.clearEntries(t, nil)
	case byData:
		if f, ok := c.filter(t); ok {
			c.clearEntries(t, f)
		}
	case byKey:
		if e, ok := c.entry(t, "Removing keys from"); ok {
			removed := e.Remove()
			e.Unlock()
			if !removed {
				c.Fail("Entry currently in use, cannot remove\n")
			}
		}
	default:
		c.Fail(usage)
	}
}

// clearEntries removes the entries that the filter lets through and nobody
// tracks.
func (c *Call) clearEntries(t *sticktable.Table, f filter) {
	if !allows(c.level, core.Operator) {
		return
	}
	for _, key := range t.Keys(conn.Now()) {
		if e, ok := t.Find(key, conn.Now()); ok {
			if f.match(e) {
				e.Remove()
			}
			e.Unlock()
		}
	}
}

func (c *Call) setTable() {
	const usage = "Required arguments: <table> key <key> [data.<store_data_type> <value>]*\n"
	if c.Arg(0) == "" {
		c.Fail(usage)
		return
	}
	t := c.table()
	if t == nil {
		return
	}
	switch c.selection() {
	case allEntries:
		return
	case byData:
		c.Fail("content-based lookup is only supported with the \"show\" and \"clear\" actions\n")
		return
	case byKey:
	default:
		c.Fail(usage)
		return
	}
	key, ok := c.key(t, "Inserting keys into")
	if !ok {
		return
	}
	e, ok := t.Get(key, conn.Now())
	if !ok {
		c.Fail("Unable to allocate a new entry\n")
		return
	}
	failed := setData(e, t, c.Args[3:])
	e.Unlock()
	if failed != "" {
		c.Fail(failed)
	}
}

// setData stores values in an entry. It returns what is wrong with the first that
// it could not store.
func setData(e sticktable.Entry, t *sticktable.Table, words []string) string {
	for i := 0; i < len(words); i += 2 {
		d, stored, problem := dataType(t, words[i])
		if problem != "" {
			return problem
		}
		value := ""
		if i+1 < len(words) {
			value = words[i+1]
		}
		n, err := parseValue(value)
		switch {
		case !stored:
			return "Data type not stored in this table\n"
		case err != nil:
			return "Require a valid integer value to store\n"
		case d.Kind() != sticktable.Name:
			e.Set(d, 0, n)
		}
	}
	return ""
}

// dataType reads "data.<type>".
func dataType(t *sticktable.Table, word string) (d sticktable.DataType, stored bool, problem string) {
	const prefix = "data."
	if len(word) < len(prefix) || word[:len(prefix)] != prefix {
		return 0, false, "\"data.<type>\" followed by a value expected\n"
	}
	d, ok := sticktable.FindDataType(word[len(prefix):])
	if !ok {
		return 0, false, "Unknown data type\n"
	}
	return d, t.Stores(d), ""
}

func parseValue(text string) (uint64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return uint64(n), nil
	}
	return strconv.ParseUint(text, 10, 64)
}

// appendEntry appends the line that shows an entry.
func appendEntry(b []byte, e sticktable.Entry) []byte {
	t := e.Table()
	b = fmt.Appendf(b, "0x%x: key=", e.ID())
	b = appendKey(b, t.Key, e.Key())
	b = fmt.Appendf(b, " use=%d exp=%d", e.Refs(), e.Expires())
	for d := range sticktable.DataTypes {
		b = appendData(b, e, d, &t.Data[d])
	}
	return append(b, '\n')
}

// appendData appends all values of a data type.
func appendData(b []byte, e sticktable.Entry, d sticktable.DataType, s *sticktable.Stored) []byte {
	for i := range s.Elements {
		b = append(b, ' ')
		switch d {
		case sticktable.GPC, sticktable.GPT:
			b = fmt.Appendf(b, "%s%d", d, i)
		case sticktable.GPCRate:
			b = fmt.Appendf(b, "gpc%d_rate", i)
		default:
			b = append(b, d.String()...)
		}
		if d.Kind() == sticktable.Rate {
			b = fmt.Appendf(b, "(%d)", s.Period)
		}
		b = append(b, '=')
		if d.Kind() != sticktable.Name {
			b = strconv.AppendUint(b, e.Value(d, i), 10)
		} else if name := e.Name(d); name != "" {
			b = append(b, name...)
		} else {
			b = append(b, '-')
		}
	}
	return b
}
