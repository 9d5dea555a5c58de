package address

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/sample"
)

// Source reads the address of a "source" setting, with a range of ports where
// ports allows it. The error is in HAProxy's words.
func Source(text string, ports bool, env func(string) (string, bool)) (*core.Source, error) {
	use := value.AddrUse(value.ForSource)
	if ports {
		use |= value.PortRange
	}
	a, err := value.ParseAddr(text, use, env)
	if err != nil {
		return nil, err
	}
	if !a.IsIP() {
		return &core.Source{}, nil // HAProxy takes it, and binds to nothing
	}
	ip, err := Resolve(a, text)
	if err != nil {
		return nil, err
	}
	s := &core.Source{Port: a.Port, PortEnd: a.PortEnd}
	if !ip.IsUnspecified() || a.Port != 0 {
		s.Addr = ip
	}
	return s, nil
}

// UseSource reads the word after "usesrc" into s.
func UseSource(c *registry.Compiler, s *core.Source, w *ast.Word) error {
	text := w.Text
	switch {
	case text == "client", text == "clientip":
		s.Transparent = text
		return nil
	case strings.HasPrefix(text, "hdr_ip("):
		return useHeader(c, s, w)
	}
	a, err := value.ParseAddr(text, value.ForSource, c.Env)
	var ip netip.Addr
	if err == nil {
		ip, err = Resolve(a, text)
	}
	if err != nil {
		return fmt.Errorf("'usesrc %s' : %w", text, err)
	}
	s.Transparent, s.Foreign = "address", netip.AddrPortFrom(ip, uint16(a.Port))
	return nil
}

// useHeader reads hdr_ip(<name>[,<number>]).
func useHeader(c *registry.Compiler, s *core.Source, w *ast.Word) error {
	in, _, _ := strings.Cut(strings.TrimPrefix(w.Text, "hdr_ip("), ")")
	name, number, given := strings.Cut(in, ",")
	occurrence := int64(-1)
	if given {
		occurrence = value.Atol(strings.TrimSpace(number))
	}
	if occurrence < -10 {
		return errors.New("usesrc hdr_ip(name,num) does not support negative occurrences values smaller than 10.")
	}
	s.Transparent = "hdr_ip"
	if name = strings.TrimSpace(name); name == "" {
		return nil // no header has it
	}
	fetch := *w
	fetch.Text = fmt.Sprintf("req.hdr_ip(%s,%d)", name, occurrence)
	if e, ok := sample.Expr(c, &fetch, sample.Place{Where: registry.ServerSource}); ok {
		s.Header = e
	}
	return nil
}
