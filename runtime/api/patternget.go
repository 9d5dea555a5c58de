package api

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"gohap/runtime/pattern"
)

// get shows what a value finds, for each way in which the list is looked at.
func (k listKind) get(c *Call) {
	if c.Arg(0) == "" || c.Arg(1) == "" {
		k.missing(c, " and/or key")
		return
	}
	r := k.find(c, c.Arg(0))
	if r == nil {
		return
	}
	found, key := "match", "pattern"
	if k.isMap {
		found, key = "found", "key"
	}
	for _, x := range r.Exprs() {
		fmt.Fprintf(c, "type=%s, case=", x.Kind)
		if x.Fold {
			fmt.Fprint(c, "in")
		}
		e := lookup(x, c.Arg(1))
		if e == nil {
			fmt.Fprintf(c, "sensitive, %s=no\n", found)
			continue
		}
		index := "list"
		if x.Tree(e) {
			index = "tree"
		}
		fmt.Fprintf(c, "sensitive, %s=yes, idx=%s, %s=\"%s\"", found, index, key, e.Pattern)
		if k.isMap {
			showValue(c, x, e)
		}
		fmt.Fprintln(c)
	}
}

// lookup finds a value given as text.
func lookup(x *pattern.Expr, text string) *pattern.Entry {
	if x.Fold {
		text = strings.ToLower(text)
	}
	in := pattern.Input{Bytes: []byte(text)}
	var err error
	switch x.Kind {
	case pattern.Len:
		in.Int = int64(len(text))
	case pattern.Int, pattern.Dotted:
		in.Int, err = strconv.ParseInt(text, 10, 64)
	case pattern.IP:
		in.Addr, err = netip.ParseAddr(text)
	}
	if err != nil {
		return nil
	}
	return x.Find(in)
}

// showValue shows a map's value, and what it is read as.
func showValue(c *Call, x *pattern.Expr, e *pattern.Entry) {
	v := e.Value()
	kind := "str"
	switch x.Output {
	case pattern.NoOutput:
		fmt.Fprint(c, ", value=none")
		return
	case pattern.IntOutput:
		kind = "sint"
	case pattern.AddrOutput:
		if kind = "ipv6"; v.Addr.Is4() {
			kind = "ipv4"
		}
	}
	fmt.Fprintf(c, ", value=\"%s\", type=\"%s\"", v.Text, kind)
}
