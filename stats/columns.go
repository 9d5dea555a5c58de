package stats

// A Column is one field of "show stat": CSV, typed and JSON output, the page's
// exports and the Prometheus exporter all take it from here.
type Column struct {
	Name   string
	Doc    string // one line, as "show stat typed desc" prints it
	Kinds  Kinds  // the kinds of entity that fill it
	Format Format
	// BackendFormat replaces Format for backends where it is set.
	BackendFormat Format
	// Legend marks what only "stats show-legends" or an operator may see.
	Legend bool
	// Get reads the value; absent means that the field stays empty.
	Get func(*Row) Value
}

// Columns lists every column in order; the index is the position that typed
// and JSON output give. Read only.
var Columns = append(fixedColumns[:len(fixedColumns):len(fixedColumns)], extraColumns...)

// FixedColumns is the number of leading columns whose position never changes.
// The CSV header has a column "-" after them, which counts as no position.
var FixedColumns = len(fixedColumns)

// Value returns the column's value of a row; absent where the row's kind has
// none, or where it is a legend and legends is false.
func (c *Column) Value(r *Row, legends bool) Value {
	if !c.Kinds.Has(r.Kind) || c.Legend && !legends {
		return Value{}
	}
	return c.Get(r)
}

// FormatFor returns the format of the column for the given kind.
func (c *Column) FormatFor(k Kind) Format {
	if k == KindBackend && c.BackendFormat != "" {
		return c.BackendFormat
	}
	return c.Format
}

// nonzero returns a number, or nothing for 0.
func nonzero(n uint64) Value {
	if n == 0 {
		return Value{}
	}
	return Uint(n)
}

// named returns a text, or nothing for an empty one.
func named(s string) Value {
	if s == "" {
		return Value{}
	}
	return Text(s)
}

// web returns a number that only HTTP proxies have.
func web(r *Row, n uint64) Value {
	if !r.http() {
		return Value{}
	}
	return Uint(n)
}

// checked returns a number that a server has only if it has a health check.
func checked(r *Row, n uint64) Value {
	if r.Kind == KindServer && !r.Check.Configured {
		return Value{}
	}
	return Uint(n)
}

// sessionLimit leaves a server without maxconn without a limit; elsewhere 0 is
// one that was not set.
func sessionLimit(r *Row) Value {
	if r.Kind == KindServer {
		return nonzero(r.SessionLimit)
	}
	return Uint(r.SessionLimit)
}

// requests is printed for every frontend, but only for HTTP backends and
// servers.
func requests(r *Row) Value {
	if r.Kind == KindFrontend {
		return Uint(r.Requests)
	}
	return web(r, r.Requests)
}

func observed(r *Row) Value {
	if !r.Observe {
		return Value{}
	}
	return Uint(r.ObservedErrors)
}

func idleLimit(r *Row) Value {
	if !r.HasIdleLimit {
		return Value{}
	}
	return Uint(r.IdleLimit)
}

// response returns a class of HTTP responses; 0 is "other".
func (r *Row) response(class int) Value { return web(r, r.Responses[class]) }

func (c *Check) shown() bool { return c.Configured && !c.Paused }

func (c *Check) status() Value {
	if !c.shown() {
		return Value{}
	}
	return Text(c.Status)
}

func (c *Check) code() Value {
	if !c.shown() || !c.HasCode {
		return Value{}
	}
	return Uint(uint64(c.Code))
}

func (c *Check) duration() Value {
	if !c.shown() || c.Duration < 0 {
		return Value{}
	}
	return Uint(uint64(c.Duration))
}

func (c *Check) desc() Value {
	if !c.shown() {
		return Value{}
	}
	return Text(c.Desc)
}

func (c *Check) last() Value {
	if !c.shown() {
		return Value{}
	}
	return Text(c.Last)
}

func (c *Check) setting(n uint64) Value {
	if !c.shown() {
		return Value{}
	}
	return Uint(n)
}
