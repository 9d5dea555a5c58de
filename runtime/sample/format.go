package sample

import (
	"fmt"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/expr"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// The log formats that options choose (configuration.txt 8.2).
const (
	TCPLog  = "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq"
	HTTPLog = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r"
	// HTTPSLog is HTTPLog with what is known of the client's TLS.
	HTTPSLog = HTTPLog + " %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc"
	CLFLog   = "%{+Q}o %{-Q}ci - - [%trg] %r %ST %B \"\" \"\" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl"
)

// DefaultLog returns the format of lines when no option chooses one.
func DefaultLog(m core.Mode) string {
	return "Connect from %ci:%cp to %fi:%fp (%f/" + strings.ToUpper(m.String()) + ")"
}

// format is a compiled log-format string.
type format struct {
	text  string
	parts []part
}

// part is one part of a format: a variable or expression, constant text, or,
// where there is neither, a blank.
type part struct {
	append   registry.AppendFunc
	text     string
	vanishes bool
}

// Text implements [core.Format].
func (f *format) Text() string { return f.text }

// Constant returns the text of a format that is the same for all streams.
func Constant(f core.Format) (text []byte, ok bool) {
	c, ok := f.(*format)
	if !ok {
		return nil, false
	}
	for i := range c.parts {
		if c.parts[i].append != nil {
			return nil, false
		}
	}
	return c.Append(nil, nil), true
}

// Append implements [core.Format].
func (f *format) Append(dst []byte, s *core.Stream) []byte {
	blank := true // none at the start
	for i := range f.parts {
		p := &f.parts[i]
		switch {
		case p.append != nil:
			n := len(dst)
			if dst = p.append(dst, s); !p.vanishes || len(dst) > n {
				blank = false
			}
		case p.text != "":
			dst, blank = append(dst, p.text...), false
		case !blank:
			dst, blank = append(dst, ' '), true
		}
	}
	return dst
}

// Format compiles the log-format string in w. It reports errors itself.
func Format(c *registry.Compiler, w *ast.Word, p Place) (core.Format, bool) {
	f, flt := compileFormat(c, w, p)
	if flt != nil {
		p.alert(c, w, flt.off, flt.n, flt.msg)
		return nil, false
	}
	return f, true
}

// FormatText compiles a log's format that does not stand in a configuration, such
// as [HTTPLog].
func FormatText(c *registry.Compiler, text string, p Place) (core.Format, bool) {
	p.Log = true
	f, flt := compileFormat(c, &ast.Word{Text: text}, p)
	if flt != nil {
		panic("sample: built-in format: " + flt.msg)
	}
	return f, true
}

func compileFormat(c *registry.Compiler, w *ast.Word, p Place) (*format, *fault) {
	text := w.Text
	parsed, perr := expr.ParseFormat(text)
	f := &format{text: text}
	var global registry.FormatFlags // set by %o
	if p.Log = p.Log || p.Where == registry.LogPlace; p.Log {
		global = registry.Dash
	}
	for i := range parsed.Parts {
		part := &parsed.Parts[i]
		flags := applyFlags(global, part.Flags)
		switch part.Kind {
		case expr.Literal:
			f.literal(part.Text, p.Log)
		case expr.Tag:
			if part.Text == "o" {
				global = flags
				continue
			}
			tag, ok := registry.LogTags.Find(part.Text)
			if !ok {
				return nil, &fault{msg: fmt.Sprintf("no such format variable '%s'. If you wanted to emit the '%%' character verbatim, you need to use '%%%%'",
					part.Text), off: part.Off, n: part.Len}
			}
			if tag.Mode == registry.HTTPMode {
				checkMode(c, w, part.Text, &p)
			}
			f.parts = append(f.parts, partOf(tag.Compile(c, flags), tag.Vanishes))
		case expr.Expression:
			e, flt := compile(c, part.Sample, nil, p)
			if flt != nil {
				flt.msg = fmt.Sprintf("failed to parse sample expression <%s> : %s", text[part.Sample.Start:], flt.msg)
				return nil, flt
			}
			if p.Where != 0 && e.at&p.Where == 0 {
				return nil, &fault{msg: fmt.Sprintf("sample fetch <%s> may not be reliably used here because it needs '%s' which is not available here",
					text[part.Sample.Start:], e.data()), off: part.Off, n: part.Len}
			}
			if e.looksAtBuffer() && !p.Log && p.Where != registry.UseBackend && c.Proxy != nil && c.Proxy.Mode == core.HTTP {
				c.Warn(w, "L6 sample fetch <%s> ignored in HTTP log-format string.", text[part.Sample.Start:])
			}
			f.parts = append(f.parts, partOf(expression(e, flags), false))
		}
	}
	if perr != nil {
		return nil, parseFault(perr)
	}
	return f, nil
}

// checkMode refuses a variable of HTTP in the formats of other proxies, whose
// mode is known once all sections have been read.
func checkMode(c *registry.Compiler, w *ast.Word, name string, p *Place) {
	if c.Proxy == nil || c.Proxy.Kind == "defaults" || w.Pos.File == "" || strings.Contains(p.Error, "error-log-format") {
		return
	}
	c.Later(registry.Check, func() {
		if c.Proxy.Mode == core.HTTP {
			return
		}
		c.Diags.Config(diag.Alert, "Parsing [%s:%d]: %s : format variable '%s' is reserved for HTTP mode.",
			w.Pos.File, w.Pos.Line, p.Error, name).Pos = w.Pos
	})
}

// applyFlags returns flags changed by those before a part.
func applyFlags(flags registry.FormatFlags, given []expr.Flag) registry.FormatFlags {
	for _, g := range given {
		var bit registry.FormatFlags
		switch g.Name {
		case "Q":
			bit = registry.Quote
		case "X":
			bit = registry.Hex
		case "E":
			bit = registry.Escape
		}
		if g.On {
			flags |= bit
		} else {
			flags &^= bit
		}
	}
	return flags
}

func partOf(a registry.AppendFunc, vanishes bool) part { return part{append: a, vanishes: vanishes} }

// literal appends constant text, split at blanks if they are to be merged.
func (f *format) literal(text string, merge bool) {
	for merge && text != "" {
		i := strings.IndexAny(text, blanks)
		if i < 0 {
			break
		}
		if i > 0 {
			f.parts = append(f.parts, part{text: text[:i]})
		}
		f.parts = append(f.parts, part{})
		text = strings.TrimLeft(text[i:], blanks)
	}
	if text != "" {
		f.parts = append(f.parts, part{text: text})
	}
}

const blanks = " \t\n\v\f\r"

// expression appends an expression's value.
func expression(e *compiled, flags registry.FormatFlags) registry.AppendFunc {
	inLog := flags&registry.Dash != 0
	return func(dst []byte, s *core.Stream) []byte {
		p := s.Borrow()
		if !e.Eval(s, core.Str, p) {
			p.Bytes = nil
		}
		if inLog {
			dst = appendLogged(dst, p.Bytes, flags)
		} else {
			dst = appendEncoded(dst, p.Bytes, flags)
		}
		s.Return()
		return dst
	}
}

// appendLogged appends a value to a log line: between quotes if the flags say
// so, else a dash when there is nothing.
func appendLogged(dst, v []byte, flags registry.FormatFlags) []byte {
	quote := flags&registry.Quote != 0
	switch {
	case quote:
		dst = append(dst, '"')
	case len(v) == 0:
		return append(dst, '-')
	}
	for _, b := range v {
		dst = appendEscaped(dst, b, flags)
	}
	if quote {
		dst = append(dst, '"')
	}
	return dst
}

// appendEncoded appends a value to text that becomes part of a message: what
// would end a line there, and its like, is encoded as in URLs.
func appendEncoded(dst, v []byte, flags registry.FormatFlags) []byte {
	for _, b := range v {
		if b < ' ' && b != '\t' || b == 0x7f {
			dst = append(dst, '%', hexDigits[b>>4], hexDigits[b&15])
			continue
		}
		dst = appendEscaped(dst, b, flags)
	}
	return dst
}

func appendEscaped(dst []byte, b byte, flags registry.FormatFlags) []byte {
	if flags&registry.Escape != 0 && (b == '"' || b == '\\' || b == ']') {
		dst = append(dst, '\\')
	}
	return append(dst, b)
}
